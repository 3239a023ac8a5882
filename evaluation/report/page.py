"""One self-contained page of a run, or of a run against another: nothing in it is a script or comes from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from babel.dates import format_date
from markupsafe import Markup

from evaluation.comparing import Comparison, Difference, compare
from evaluation.figures import Better, CaseResult, Figure
from evaluation.gate import Asked, Threshold
from evaluation.report import charts
from evaluation.report.charts import Mark
from evaluation.report.rendering import environment, style
from evaluation.report.summary import TITLES, Held, first_screen, held_to
from evaluation.report.words import Words
from evaluation.runs import Run
from evaluation.showing import Copy, copies, dropped, reasons, swapped, ways
from service.types import Locale

EXAMPLES = 4
WORST = 5
SHOWN_DIFFERENCES = 14
_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in a table, with what was asked for and how it differs from the run before."""

    name: str
    figure: Figure
    asked: Sequence[str] = ()
    kept: bool | None = None
    change: Difference | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A case with its copy. `worst` says that it was chosen for coming out badly."""

    case: CaseResult
    copies: Sequence[Copy]
    swap: tuple[str, Sequence[Copy]]
    dropped: Sequence[tuple[str, str]]
    reasons: Sequence[str]
    faults: Sequence[Fault]
    worst: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A metric of a case that is not as good as could be."""

    metric: str
    value: float
    lost: float
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """A suite on the page."""

    name: str
    rows: Sequence[Row]
    plot: Markup | None
    locales: Mapping[str, Mapping[str, Figure]]
    examples: Sequence[Example]
    worst: Sequence[tuple[CaseResult, Sequence[Fault]]]
    tuned: int
    cases: int


@dataclass(frozen=True, slots=True)
class Took:
    """How long cases of a suite took, in milliseconds."""

    suite: str
    what: str
    cases: int
    median: float
    p95: float


def report(
    run: Run, before: Run | None = None, *, locale: Locale = "en", asked: Sequence[Asked] = (),
    examples: int = EXAMPLES,
) -> str:  # fmt: skip
    """The page. Raises `CannotRead` where the run is not done, `Invalid` where the two have nothing in common."""
    t, summary = Words(locale), run.summary
    against = compare(before, run) if before is not None else None
    held = held_to(run, asked, before)
    parts = [_part(run, name, held, against, t, examples) for name in summary.suites]
    return environment(t).get_template("report.html").render(
        t=t, run=run.info, parts=parts, first=first_screen(run, held, t), against=against,
        moved=_moved(against), difference_plot=_difference_plot(against, t) if against else None, took=list(_took(run)),
        day=format_date(run.info.created_at, "long", locale=locale.replace("-", "_")), style=style("report.css"),
        cases=sum(part.cases for part in parts), cannot={name: state.cannot for name, state in run.info.suites.items()
                                                         if state.cannot},
    )  # fmt: skip


def _part(
    run: Run, name: str, held: Mapping[tuple[str, str], Held], against: Comparison | None, t: Words, examples: int
) -> Part:
    found, cases = run.summary.suites[name], run.cases(name)
    changes = {one.metric: one for one in against.differences if one.suite == name} if against else {}
    rows = [_row(metric, figure, held.get((name, metric)), changes.get(metric), t)
            for metric, figure in found.figures.items()]  # fmt: skip
    metrics = {metric: (figure.better, figure.unit) for metric, figure in found.figures.items()}
    faulty = {case.id: _faults(case, metrics) for case in cases}
    order = sorted(cases, key=lambda case: (-sum(fault.lost for fault in faulty[case.id]), case.id))
    shown = [case for case in order if case.shown.get("channel")]
    return Part(
        name, rows, _plot(name, rows, t), found.locales, list(_examples(shown, faulty, examples)),
        [] if shown else [(case, faulty[case.id]) for case in order if faulty[case.id]][:WORST],
        sum(case.split == "development" for case in cases), len(cases),
    )  # fmt: skip


def _row(name: str, figure: Figure, held: Held | None, change: Difference | None, t: Words) -> Row:
    if held is None:
        return Row(name, figure, change=change)
    return Row(name, figure, [_limits(one.threshold, t) for one in held.by], held.kept, change)


def _limits(asked: Threshold, t: Words) -> str:
    """A threshold in the page's language."""
    ends = (("at least {value}", asked.least), ("at most {value}", asked.most),
            ("at least {value} times what it was", asked.at_least_times),
            ("at most {value} times what it was", asked.at_most_times))  # fmt: skip
    told = ", ".join(t(text, value=t.number(end)) for text, end in ends if end is not None)
    return f"{asked.on}: {told}" if asked.on else told


def _plot(name: str, rows: Sequence[Row], t: Words) -> Markup | None:
    """All shares of a suite, those of the run before hollow beside them."""
    marks, told = [], []
    for row in rows:
        if row.figure.unit or row.figure.value is None:
            continue
        if row.change is not None and row.change.before is not None:
            marks.append(Mark(row.name, row.change.before, colour=charts.BEFORE, hollow=True))
        colour = charts.BLOCK if row.kept is False else charts.ACCENT
        marks.append(Mark(row.name, row.figure.value, row.figure.low, row.figure.high, colour))
        told.append(f"{row.name} {t.number(row.figure.value)} ({interval(row.figure, t)})")
    if not marks:
        return None
    title = t("Figures of “{suite}” with their intervals", suite=t(TITLES.get(name, name)))
    return charts.shares(marks, title, "; ".join(told), number=t.locale)


def interval(figure: Figure | Difference, t: Words) -> str:
    """An interval in words."""
    if figure.low is None or figure.high is None:
        return t("no interval")
    return t("{low} to {high}", low=t.number(figure.low), high=t.number(figure.high))


def _difference_plot(against: Comparison, t: Words) -> Markup | None:
    """The differences of shares that stand out most, clear ones first."""
    found = [
        one for one in against.differences if not one.unit and one.difference is not None and one.verdict != "same"
    ]
    found = sorted(found, key=lambda one: (not one.clear, -abs(one.difference or 0.0), one.suite, one.metric))
    marks = [
        Mark(f"{one.suite} {one.metric}", one.difference or 0.0, one.low, one.high, charts.VERDICTS[one.verdict])
        for one in found[:SHOWN_DIFFERENCES]
    ]
    if not marks:
        return None
    told = "; ".join(f"{mark.name} {t.gain(mark.value)}" for mark in marks)
    return charts.differences(marks, t("Differences from the run before, with their intervals"), told, number=t.locale)


def _moved(against: Comparison | None) -> list[dict[str, Any]]:
    """The cases that moved, each with the fields of its first variant that are not the same."""
    found = []
    for case in against.moved if against else []:
        before, after = copies(case.before)[:1], copies(case.after)[:1]
        texts = [one.text for one in (*before, *after)]
        same = {name for name in texts[0] if texts[0][name] == texts[1].get(name)} if len(texts) == 2 else set()
        found.append({
            "case": case, "dropped_before": dropped(case.before), "dropped_after": dropped(case.after),
            "same": len(texts) == 2 and texts[0] == texts[1],
            "before": [_without(one, same) for one in before], "after": [_without(one, same) for one in after],
        })  # fmt: skip
    return found


def _without(copy: Copy, names: set[str]) -> Copy:
    return replace(copy, fields={name: pieces for name, pieces in copy.fields.items() if name not in names})


def _faults(case: CaseResult, metrics: Mapping[str, tuple[Better, str]]) -> list[Fault]:
    """What keeps a case from being perfect, the worst first."""
    found = []
    for metric, (better, unit) in ways(metrics, case).items():
        score = case.scores.get(metric)
        if score is not None and score.value is not None and not unit:
            lost = 1 - score.value if better == "higher" else score.value
            found += [Fault(metric, score.value, min(lost, 1.0), score.explanation)] if lost > _NEAR else []
    return sorted(found, key=lambda fault: (-fault.lost, fault.metric))


def _examples(shown: Sequence[CaseResult], faulty: Mapping[str, Sequence[Fault]], most: int) -> Iterator[Example]:
    """The half that came out worst, and others spread evenly over the rest, so that nobody chose them."""
    worst = [case for case in shown[: (most + 1) // 2] if faulty[case.id]]
    rest, wanted = shown[len(worst) :], most - len(worst)
    spread = rest if len(rest) <= wanted else [rest[at * len(rest) // wanted] for at in range(wanted)]
    for case in [*worst, *spread]:
        yield Example(
            case,
            copies(case.shown),
            swapped(case.shown),
            dropped(case.shown),
            reasons(case.shown),
            faulty[case.id][:4],
            case in worst,
        )


def _took(run: Run) -> Iterator[Took]:
    for suite in run.info.suites:
        by_what: dict[str, list[float]] = {}
        for timing in run.timings(suite):
            for what, milliseconds in timing.milliseconds.items():
                by_what.setdefault(what, []).append(milliseconds)
        for what, all_ in by_what.items():
            yield Took(suite, what, len(all_), float(np.median(all_)), float(np.quantile(all_, 0.95)))
