"""What suites measure: scores of single cases, and the figures they add up to, with intervals.

An interval is a percentile bootstrap over cases (Efron and Tibshirani 1993, chapter 13), seeded by the run and the
metric's name, so the same results give the same interval to the last digit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from evaluation.metrics.score import Score

Better = Literal["higher", "lower"]
Split = Literal["development", "held-back"]

RESAMPLES = 1_000
COVERAGE = 0.95


class CaseResult(BaseModel):
    """What came of one case: its scores by metric, and what a reader of a report is shown of it.

    Nothing in it may differ from one run to the next by anything but the thing measured: no times, no random ids.
    `split` says whether anybody may have tuned on this case.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: str = ""
    locale: str | None = None
    split: Split = "held-back"
    scores: dict[str, Score]
    shown: dict[str, Any] = Field(default_factory=dict)

    def value(self, metric: str) -> float | None:
        """The value of that metric; None where it was not scored."""
        score = self.scores.get(metric)
        return score.value if score is not None else None


Aggregate = Callable[[Sequence[CaseResult]], float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a suite. `says` is a line for a reader who has never seen it; `of` makes the figure of cases where
    it is not the mean of their own scores, as with precision; `unit` is empty for shares from 0 to 1."""

    name: str
    says: str
    better: Better = "higher"
    unit: str = ""
    of: Aggregate | None = None

    def value(self, cases: Sequence[CaseResult]) -> float | None:
        """The figure over these cases; None where there was nothing to score."""
        if self.of is not None:
            return self.of(cases)
        values = [value for case in cases if (value := case.value(self.name)) is not None]
        return float(np.mean(values)) if values else None


class Figure(BaseModel):
    """A metric over all cases of a suite: `low` and `high` are its interval. `cases` were scored, `not_scored` could
    not be, which is not zero."""

    model_config = ConfigDict(frozen=True)

    value: float | None
    low: float | None
    high: float | None
    cases: int
    not_scored: int
    better: Better
    unit: str = ""
    says: str = ""


def figures(metrics: Iterable[Metric], cases: Sequence[CaseResult], seed: int) -> dict[str, Figure]:
    """Every metric over the cases, in the order of the metrics."""
    return {metric.name: _figure(metric, cases, seed) for metric in metrics}


def by_locale(metrics: Iterable[Metric], cases: Sequence[CaseResult], seed: int) -> dict[str, dict[str, Figure]]:
    """The same for each locale apart, where there is more than one."""
    locales = sorted({case.locale for case in cases if case.locale})
    metrics = list(metrics)
    return {one: figures(metrics, [case for case in cases if case.locale == one], seed) for one in locales}


def interval(values: Callable[[np.ndarray[Any, Any]], float | None], count: int, seed: int, name: str) -> Interval:
    """The bootstrap's interval of whatever `values` makes of resampled places 0 to `count` - 1; (None, None) where that
    is nothing."""
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    found = [
        value for _ in range(RESAMPLES) if (value := values(random.integers(0, count, count))) is not None
    ]  # fmt: skip
    if not found:
        return None, None
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(low), float(high)


Interval = tuple[float | None, float | None]


def _figure(metric: Metric, cases: Sequence[CaseResult], seed: int) -> Figure:
    scored = [case for case in cases if metric.of is not None or case.value(metric.name) is not None]
    low, high = _interval(metric, scored, seed)
    return Figure(
        value=metric.value(scored), low=low, high=high, cases=len(scored), not_scored=len(cases) - len(scored),
        better=metric.better, unit=metric.unit, says=metric.says,
    )  # fmt: skip


def _interval(metric: Metric, scored: Sequence[CaseResult], seed: int) -> Interval:
    if len(scored) < 2:
        return None, None
    if metric.of is not None:
        return interval(lambda places: metric.value([scored[at] for at in places]), len(scored), seed, metric.name)
    values = np.array([case.value(metric.name) for case in scored], dtype=float)
    return interval(lambda places: float(values[places].mean()), len(scored), seed, metric.name)
