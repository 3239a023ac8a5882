"""Thresholds for a run's figures, in one TOML file: what a change may not make worse than that.

    [copy.claim_precision]          # the suite and its metric; in quotes with odd letters: [retrieval."hybrid.ndcg@10"]
    least = 1.0                     # or `most`

    [cost.input_tokens]
    most = 2600
    at_most_times = 1.2             # or `at_least_times`: of the figure in the run given with --against

    [[copy.readability]]            # twice for two locales
    least = 0.4
    on = "pt-BR"

A figure that is not there fails, since nothing is known of it, unless `optional = true`: then only one that is there is
held to its threshold.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from evaluation.figures import CaseResult, Figure
from evaluation.metrics.score import Score
from evaluation.runs import Config, Run
from evaluation.showing import number
from evaluation.suites.registry import SUITES, suites_of
from service.errors import CannotRead

SAMPLE = Path(__file__).parent / "gate.toml"
"""The sample shop's thresholds."""

WORST = 3
_NEAR = 1e-9
_HEADER = re.compile(r"\s*\[")
_ALL = "all"


class Threshold(BaseModel):
    """What a figure has to be. `on` is a locale, else the figure is that of all cases."""

    model_config = ConfigDict(extra="forbid", strict=True)

    least: float | None = None
    most: float | None = None
    at_least_times: float | None = None
    at_most_times: float | None = None
    on: str | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Threshold:
        if all(one is None for one in (self.least, self.most, self.at_least_times, self.at_most_times)):
            raise ValueError("give one of least, most, at_least_times, at_most_times")
        return self

    @property
    def relative(self) -> bool:
        """Whether it says something about another run's figure."""
        return self.at_least_times is not None or self.at_most_times is not None

    @property
    def absolute(self) -> bool:
        """Whether it says something about this run's alone."""
        return self.least is not None or self.most is not None


class Asked(NamedTuple):
    """A threshold with the figure that it is for, and its line in the file."""

    suite: str
    metric: str
    line: int
    threshold: Threshold


class Worst(BaseModel):
    """A case that did worst in a figure that failed. `value` is its own score, or what the figure would be without it
    where the figure is of all cases together and a case has none."""

    id: str
    value: float
    answer: str
    explanation: str


class Verdict(BaseModel):
    """What came of one threshold. `skipped` is an optional figure that is not there, or one that is only held against
    another run where none was given. `why` is for a reader; `line` is that of the file."""

    suite: str
    metric: str
    on: str
    told: Literal["passed", "failed", "skipped"]
    why: str
    threshold: str
    value: float | None
    low: float | None
    high: float | None
    line: int
    worst: list[Worst] = []


Known = Mapping[str, Sequence[str]]
"""The metrics of each suite."""


def known_metrics() -> Known:
    """Those of all suites."""
    return {one.name: [metric.name for metric in one.metrics] for one in suites_of(Config(suites=list(SUITES)))}


def read_gate(path: Path, known: Known) -> list[Asked]:
    """The thresholds of a file in their order. Raises `CannotRead`, naming the line, also for a suite or a metric that
    there is not."""
    try:
        text = path.read_text(encoding="utf-8")
        told = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise CannotRead(f"{path} is not TOML: {error}.") from None
    lines = _lines(text)
    found = []
    for suite, tables in told.items():
        at = f"{path}, line {lines.get((suite,), 1)}"
        if suite not in known:
            raise CannotRead(f"{at}: there is no suite {suite!r}; there are: {', '.join(known)}.")
        if not isinstance(tables, dict):
            raise CannotRead(f"{at}: {suite} is a table of metrics, as in [{suite}.{next(iter(known[suite]))}].")
        for parts, table, place in _thresholds(tables):
            line = _line(lines, (suite, *parts), place)
            found.append(_asked(f"{path}, line {line}", suite, ".".join(parts), line, table, known[suite]))
    if not found:
        raise CannotRead(f"{path} has no thresholds.")
    return found


def judge(asked: Sequence[Asked], run: Run, against: Run | None = None) -> list[Verdict]:
    """What came of each threshold. Raises `CannotRead` where a run is not done."""
    return [_verdict(one, run, against) for one in asked]


def passed(verdicts: Sequence[Verdict]) -> bool:
    """Whether none failed."""
    return all(one.told != "failed" for one in verdicts)


def _asked(at: str, suite: str, metric: str, line: int, table: Any, metrics: Sequence[str]) -> Asked:
    if metric not in metrics:
        raise CannotRead(f"{at}: {suite} has no metric {metric!r}; it has: {', '.join(metrics)}.")
    try:
        return Asked(suite, metric, line, Threshold.model_validate(table))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CannotRead(f"{at}: {f'{where}: ' if where else ''}{first['msg']}.") from None


def _thresholds(tables: Mapping[str, Any], *before: str) -> Iterator[tuple[tuple[str, ...], Any, int]]:
    """Each threshold with the parts of its metric's name, and which of several for one figure it is. A table of tables
    is a name with a dot in it."""
    for name, table in tables.items():
        if isinstance(table, dict) and table and all(isinstance(one, dict | list) for one in table.values()):
            yield from _thresholds(table, *before, name)
        else:
            several = table if isinstance(table, list) and table else [table]
            yield from (((*before, name), one, place) for place, one in enumerate(several))


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """In which line each table's header stands; with several of a name, each by its place among them too."""
    found: dict[tuple[str, ...], int] = {}
    for number_, line in enumerate(text.splitlines(), start=1):
        if not _HEADER.match(line):
            continue
        try:
            told: Any = tomllib.loads(line)
        except tomllib.TOMLDecodeError:
            continue
        parts: list[str] = []
        while told:
            name, told = next(iter(told.items()))
            parts.append(name)
            found.setdefault(tuple(parts), number_)
            told = told[0] if isinstance(told, list) else told
        place = 0
        while (*parts, str(place)) in found:
            place += 1
        found[(*parts, str(place))] = number_
    return found


def _line(lines: Mapping[tuple[str, ...], int], parts: tuple[str, ...], place: int) -> int:
    """The line of a threshold, or of what it stands in where it has no header of its own."""
    if (exact := lines.get((*parts, str(place)))) is not None:
        return exact
    return next((lines[parts[:end]] for end in range(len(parts), 0, -1) if parts[:end] in lines), 1)


def _verdict(one: Asked, run: Run, against: Run | None) -> Verdict:
    asked, figure = one.threshold, _figure(run, one)
    before = _figure(against, one) if against is not None and asked.relative else None
    told: dict[str, Any] = {
        "suite": one.suite, "metric": one.metric, "on": asked.on or _ALL, "line": one.line,
        "threshold": _told(asked, before), "value": None, "low": None, "high": None,
    }  # fmt: skip
    if figure is None or figure.value is None:
        return Verdict(**told, told="skipped" if asked.optional else "failed", why=_absent(run, one, figure))
    told |= {"value": figure.value, "low": figure.low, "high": figure.high}
    if against is not None and asked.relative and (before is None or before.value is None):
        why = f"the run it is held against has no figure: {_absent(against, one, before)}"
        return Verdict(**told, told="skipped" if asked.optional else "failed", why=why)
    if against is None and not asked.absolute:
        return Verdict(**told, told="skipped", why="held only against another run, and none was given (--against)")
    broken = list(_broken(figure.value, asked, before.value if before else None))
    if not broken:
        return Verdict(**told, told="passed", why="")
    return Verdict(**told, told="failed", why="; ".join(broken), worst=_worst(run, one, figure))


def _broken(value: float, asked: Threshold, before: float | None) -> Iterator[str]:
    if asked.least is not None and value < asked.least - _NEAR:
        yield f"{number(value)} is less than {number(asked.least)}"
    if asked.most is not None and value > asked.most + _NEAR:
        yield f"{number(value)} is more than {number(asked.most)}"
    if before is None:
        return
    if asked.at_least_times is not None and value < before * asked.at_least_times - _NEAR:
        yield f"{number(value)} is less than {asked.at_least_times:g} times {number(before)}"
    if asked.at_most_times is not None and value > before * asked.at_most_times + _NEAR:
        yield f"{number(value)} is more than {asked.at_most_times:g} times {number(before)}"


def _figure(run: Run, one: Asked) -> Figure | None:
    suite = run.summary.suites.get(one.suite)
    if suite is None:
        return None
    if one.threshold.on is None:
        return suite.figures.get(one.metric)
    if (of_locale := suite.locales.get(one.threshold.on)) is not None:
        return of_locale.get(one.metric)
    only = {case.locale for case in run.cases(one.suite)} == {one.threshold.on}
    return suite.figures.get(one.metric) if only else None


def _absent(run: Run, one: Asked, figure: Figure | None) -> str:
    """Why there is nothing to hold to a threshold."""
    state = run.info.suites.get(one.suite)
    if state is None:
        return "the suite was not run"
    if state.cannot is not None:
        return f"the suite could not run: {state.cannot}"
    if figure is None:
        return f"there are no cases on {one.threshold.on}" if one.threshold.on else "the run has no such figure"
    reasons = [
        score.explanation
        for case in _cases(run, one)
        if (score := case.scores.get(one.metric)) and score.value is None and score.explanation
    ]
    return f"not scored: {max(set(reasons), key=reasons.count)}" if reasons else "not scored"


def _worst(run: Run, one: Asked, figure: Figure) -> list[Worst]:
    """The cases that did worst, none that could not be better."""
    lower = figure.better == "lower"
    best = None if figure.unit else (0.0 if lower else 1.0)
    scored = [
        (score.value, case.id, score)
        for case in _cases(run, one)
        if (score := case.scores.get(one.metric)) and score.value is not None and score.value != best
    ]
    scored.sort(key=lambda found: (-found[0] if lower else found[0], found[1]))
    if not scored:
        scored = _dragging(one, _cases(run, one), figure)
        scored.sort(key=lambda found: (found[0] if lower else -found[0], found[1]))
    return [
        Worst(id=id_, value=value, answer=score.answer, explanation=score.explanation)
        for value, id_, score in scored[:WORST]
    ]


def _dragging(one: Asked, cases: Sequence[CaseResult], figure: Figure) -> list[tuple[float, str, Score]]:
    """Cases without which a figure of all together would be better, each with what it would be."""
    metric = next(each for each in suites_of(Config(suites=[one.suite]))[0].metrics if each.name == one.metric)
    if metric.of is None or figure.value is None:
        return []
    found = []
    for place, case in enumerate(cases):
        without = metric.of([*cases[:place], *cases[place + 1 :]])
        near = [score for name, score in case.scores.items() if name.startswith(one.metric.partition(".")[0])]
        if without is not None and near and (without - figure.value) * (-1 if figure.better == "lower" else 1) > _NEAR:
            found.append((without, case.id, near[0]))
    return found


def _cases(run: Run, one: Asked) -> list[CaseResult]:
    on = one.threshold.on
    return [case for case in run.cases(one.suite) if on is None or case.locale == on]


def _told(asked: Threshold, before: Figure | None) -> str:
    """A threshold in words."""
    held = "" if before is None or before.value is None else f" ({number(before.value)})"
    said = (
        ("at least", asked.least, ""), ("at most", asked.most, ""),
        ("at least", asked.at_least_times, f" times the other run's{held}"),
        ("at most", asked.at_most_times, f" times the other run's{held}"),
    )  # fmt: skip
    return ", ".join(f"{words} {number(limit)}{rest}" for words, limit, rest in said if limit is not None)
