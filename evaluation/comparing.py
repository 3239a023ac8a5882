"""One run against another: what differs between them, paired differences of all figures, the cases that moved most.

A difference is taken case by case over the cases that both runs scored, so that what is hard for both weighs nothing;
its interval is the bootstrap's over those pairs. It is called clear where the interval leaves out zero and there are
six pairs or more: with five, even the same direction in all of them comes about by chance once in sixteen times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, Field

from evaluation.figures import Better, CaseResult, Metric, interval
from evaluation.metrics.score import Score
from evaluation.runs import Config, Run
from evaluation.showing import ways
from evaluation.suites.registry import SUITES
from service.errors import Invalid, SobMedidaError

FEWEST = 6
MOVED = 5
_NEAR = 1e-12

Verdict = Literal["better", "worse", "same", "unclear"]


class Difference(BaseModel):
    """One figure in both runs. `difference` is second less first over the `cases` that both scored, `low` and `high`
    its interval; `before` and `after` are over the same cases. `unclear` may be chance."""

    suite: str
    metric: str
    says: str
    better: Better
    unit: str
    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    cases: int
    verdict: Verdict

    @property
    def clear(self) -> bool:
        """Whether it is more than chance."""
        return self.verdict in ("better", "worse")


class Step(BaseModel):
    """How one metric of one case went. `change` is a share of the larger value where the metric has a unit; more is
    better, whichever way the metric points."""

    metric: str
    before: Score
    after: Score
    change: float


class Moved(BaseModel):
    """A case that came out otherwise: its metrics, the one that moved most first, and what each run has to show."""

    suite: str
    id: str
    title: str
    locale: str | None
    steps: list[Step]
    before: dict[str, Any]
    after: dict[str, Any]


class Changed(BaseModel):
    """Something that is not the same in both runs; None where one has no such thing."""

    what: str
    before: str | None
    after: str | None


class Alone(BaseModel):
    """How many cases of a suite both have, and how many only one has, which are not compared."""

    shared: int
    only_before: int
    only_after: int


class Comparison(BaseModel):
    """The whole of it. `cannot` says of suites that one of the runs could not measure why not."""

    before: str
    after: str
    changed: list[Changed]
    suites: dict[str, Alone]
    differences: list[Difference]
    moved: list[Moved]
    cannot: dict[str, str] = Field(default_factory=dict)

    def of(self, verdict: Verdict) -> list[Difference]:
        """The differences of that kind."""
        return [one for one in self.differences if one.verdict == verdict]


def compare(before: Run, after: Run, *, most: int = MOVED) -> Comparison:
    """Of the first run and the second. Raises `Invalid` where they have no case in common."""
    names = [*before.info.suites, *(name for name in after.info.suites if name not in before.info.suites)]
    cases = {name: (before.cases(name), after.cases(name)) for name in names}
    alone = {name: _alone(*both) for name, both in cases.items() if any(both)}
    shared = {name: pairs for name, both in cases.items() if (pairs := _pairs(*both))}
    if not shared:
        raise Invalid(
            f"{before.folder} and {after.folder} have no case in common, so there is nothing to compare: one has "
            f"{_told(before)}, the other {_told(after)}.", code="eval.nothing_shared",
        )  # fmt: skip
    seed = after.info.config.seed
    metrics = {name: metrics_of(after, name) or metrics_of(before, name) for name in shared}
    return Comparison(
        before=before.info.id, after=after.info.id, changed=list(changes(before, after)), suites=alone,
        differences=[difference(name, metric, pairs, seed)
                     for name, pairs in shared.items() for metric in metrics[name]],
        moved=_moved(shared, metrics, most),
        cannot={name: state.cannot for run in (before, after) for name, state in run.info.suites.items()
                if state.cannot},
    )  # fmt: skip


def metrics_of(run: Run, suite: str) -> list[Metric]:
    """The metrics of a suite as that run had them: from the suite itself, or where its files are gone from what the run
    says of them, which is enough for all that are means of cases."""
    for config in (run.info.config, Config(suites=[suite])):
        try:
            return list(SUITES[suite](config).metrics)
        except (KeyError, SobMedidaError):
            continue
    try:
        told = run.summary.suites[suite].figures
    except (KeyError, SobMedidaError):
        return []
    return [Metric(name, figure.says, figure.better, figure.unit) for name, figure in told.items()]


def changes(before: Run, after: Run) -> Iterator[Changed]:
    """What the two were measured with that is not the same, in the order in which one would look."""
    shared = before.info.suites.keys() & after.info.suites.keys()
    one, other = _made_of(before, shared), _made_of(after, shared)
    for what in [*one, *(name for name in other if name not in one)]:
        if one.get(what) != other.get(what):
            yield Changed(what=what, before=one.get(what), after=other.get(what))


def _made_of(run: Run, suites: Set[str]) -> dict[str, str]:
    info = run.info
    config = {
        name: str(value) for name, value in info.config.model_dump(exclude_none=True).items()
        if name not in ("suites", "seed") and value != []
    }  # fmt: skip
    return {
        "version": info.code.version,
        "code": info.code.sources[:12],
        **({"commit": info.code.commit[:12]} if info.code.commit else {}),
        **({"model": info.model} if info.model else {}),
        "embedder": info.embedder,
        **{f"prompt {name}": hash_[:12] for name, hash_ in info.prompts.items()},
        **{f"data of {name}: {file}": hash_[:12]
           for name, state in info.suites.items() if name in suites for file, hash_ in state.data.items()},
        **config,
        "seed": str(info.config.seed),
    }  # fmt: skip


Pairs = Sequence[tuple[CaseResult, CaseResult]]


def _pairs(before: Sequence[CaseResult], after: Sequence[CaseResult]) -> Pairs:
    known = {case.id: case for case in before}
    return [(known[case.id], case) for case in after if case.id in known]


def _alone(before: Sequence[CaseResult], after: Sequence[CaseResult]) -> Alone:
    one, other = {case.id for case in before}, {case.id for case in after}
    return Alone(shared=len(one & other), only_before=len(one - other), only_after=len(other - one))


def _told(run: Run) -> str:
    return ", ".join(f"{state.cases} of {name}" for name, state in run.info.suites.items() if state.cases) or "no cases"


def difference(suite: str, metric: Metric, pairs: Pairs, seed: int) -> Difference:
    """One figure over pairs of the same case, before and after."""
    if metric.of is None:
        pairs = [pair for pair in pairs if None not in (pair[0].value(metric.name), pair[1].value(metric.name))]
    before, after = (metric.value([pair[at] for pair in pairs]) if pairs else None for at in (0, 1))
    found = None if before is None or after is None else after - before
    low, high = _interval(metric, pairs, seed) if len(pairs) > 1 else (None, None)
    return Difference(
        suite=suite, metric=metric.name, says=metric.says, better=metric.better, unit=metric.unit, before=before,
        after=after, difference=found, low=low, high=high, cases=len(pairs),
        verdict=_verdict(metric, len(pairs), found, low, high),
    )  # fmt: skip


def _interval(metric: Metric, pairs: Pairs, seed: int) -> tuple[float | None, float | None]:
    if metric.of is None:
        gains = np.array(
            [(after.value(metric.name) or 0.0) - (before.value(metric.name) or 0.0) for before, after in pairs]
        )
        return interval(lambda places: float(gains[places].mean()), len(pairs), seed, metric.name)

    def resampled(places: np.ndarray[Any, Any]) -> float | None:
        before, after = (metric.value([pairs[place][at] for place in places]) for at in (0, 1))
        return None if before is None or after is None else after - before

    return interval(resampled, len(pairs), seed, metric.name)


def _verdict(metric: Metric, cases: int, found: float | None, low: float | None, high: float | None) -> Verdict:
    if found is not None and max(map(abs, (found, low or 0.0, high or 0.0))) < _NEAR:
        return "same"
    if low is None or high is None or cases < FEWEST or (low <= _NEAR and high >= -_NEAR):
        return "unclear"
    return "better" if (low > 0) == (metric.better == "higher") else "worse"


def _moved(shared: Mapping[str, Pairs], metrics: Mapping[str, Sequence[Metric]], most: int) -> list[Moved]:
    found = [
        Moved(suite=suite, id=after.id, title=after.title or before.title, locale=after.locale, steps=steps,
              before=before.shown, after=after.shown)
        for suite, pairs in shared.items() for before, after in pairs
        if (steps := _steps(metrics[suite], before, after))
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-abs(one.steps[0].change), one.suite, one.id))[:most]


def _steps(metrics: Sequence[Metric], before: CaseResult, after: CaseResult) -> list[Step]:
    found = []
    for name, (better, unit) in ways({one.name: (one.better, one.unit) for one in metrics}, after).items():
        one, other = before.scores.get(name), after.scores.get(name)
        if one is None or other is None or one.value is None or other.value is None:
            continue
        whole = max(abs(one.value), abs(other.value)) if unit else 1.0
        change = (other.value - one.value) / whole if whole else 0.0
        if abs(change) > _NEAR:
            towards = change if better == "higher" else -change
            found.append(Step(metric=name, before=one, after=other, change=towards))
    return sorted(found, key=lambda step: (-abs(step.change), step.metric))
