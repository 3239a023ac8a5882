"""The first screen: whether it is good, in words and by thresholds that are named, and what to do next.

Nothing is called good that no threshold was set for. Some hold for anybody's content, such as that no copy shows what a
reader never agreed to; all others come from a gate's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from evaluation.figures import Figure
from evaluation.gate import Asked, Threshold, judge
from evaluation.report.words import Words
from evaluation.runs import Run, RunInfo, Summary

State = Literal["good", "bad", "open"]


TITLES = {
    "retrieval": "Search", "checks": "Checks", "copy": "Copy", "prompts": "Prompts", "robustness": "Robustness",
    "decisions": "Decisions", "cost": "Cost", "judged": "Copy, judged by a model",
}  # fmt: skip
"""How suites are called on a page."""

PROMISES = tuple(
    Asked(suite, metric, 0, Threshold(least=least, most=most, optional=True))
    for suite, metric, least, most in (
        ("copy", "leaks", None, 0.0), ("copy", "blocked", None, 0.0), ("copy", "must_not", 1.0, None),
        ("prompts", "leaks_in_prompt", None, 0.0), ("robustness", "held", 1.0, None),
        ("retrieval", "outside", None, 0.0), ("decisions", "replayed", 1.0, None),
    )
)  # fmt: skip
"""What has to hold whatever the content."""


class Held(NamedTuple):
    """What became of the thresholds of one figure, and how they are told."""

    kept: bool
    by: Sequence[Asked]


def held_to(run: Run, asked: Sequence[Asked], before: Run | None) -> dict[tuple[str, str], Held]:
    """Each figure's thresholds, and the promises where the figure has no other. A suite that was not measured is held
    to nothing: that it was not is said apart."""
    own = {(one.suite, one.metric) for one in asked}
    wanted = [*asked, *(one for one in PROMISES if (one.suite, one.metric) not in own)]
    wanted = [one for one in wanted if one.suite in run.summary.suites]
    found: dict[tuple[str, str], Held] = {}
    for one, verdict in zip(wanted, judge(wanted, run, before), strict=True):
        if verdict.told != "skipped":
            so_far = found.get((one.suite, one.metric), Held(True, ()))
            found[one.suite, one.metric] = Held(so_far.kept and verdict.told == "passed", (*so_far.by, one))
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in words on a card."""

    value: str
    says: str
    state: State


@dataclass(frozen=True, slots=True)
class Card:
    """One question that somebody who decides would ask, and what was measured of it."""

    question: str
    state: State
    lines: Sequence[Line]


QUESTIONS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "Is it safe to send?": (
        ("copy", "leaks", "of the copy shows something about its reader that it must not"),
        ("copy", "blocked", "of the copy holds something that our own checks would block"),
        ("robustness", "held", "of hostile texts and answers got nothing unsafe through"),
        ("retrieval", "outside", "of what was found belongs to somebody else, or to another time or language"),
    ),
    "Is what it says true?": (
        ("copy", "claim_precision", "of the claims have a source that says so"),
        ("copy", "evidence_coverage", "of the words that say something stand in the sources"),
        ("checks", "blocking.recall", "of wrong copy is stopped"),
        ("checks", "blocking.precision", "of what is stopped is really wrong"),
    ),
    "Does it do what the brief asks?": (
        ("copy", "answered", "of the briefs got copy, or none where there is nothing to say"),
        ("copy", "must", "of what has to be said is said"),
        ("copy", "specificity", "of the sentences say something of their own"),
        ("copy", "length_fit", "of the texts are as long as their channel wants them"),
    ),
    "Does it fit its reader?": (
        ("copy", "lead_dependence", "of the words change when somebody else reads"),
        ("copy", "right_dependence", "of those words are about that reader"),
        ("copy", "language", "of the texts are in the reader's language"),
        ("judged", "model_wins", "of the comparisons that were decided went to the model's copy"),
    ),
    "Does it find the right content?": (
        ("retrieval", "hybrid.recall@10", "of the right answers are among the first ten that are found"),
        ("retrieval", "hybrid.ndcg@10", "of the best possible order is reached (nDCG@10)"),
        ("copy", "evidence_found", "of the copy rests on the content that it should"),
    ),
    "Can it be explained later?": (
        ("decisions", "replayed", "of logged decisions come out the same when they are made again"),
    ),
    "What does it cost?": (
        ("cost", "cost_a_variant", "for a thousand variants that were kept"),
        ("cost", "input_tokens", "sent for each generation"),
        ("cost", "output_tokens", "answered in each generation"),
    ),
}

ADVICE: Mapping[tuple[str, str], str] = {
    ("copy", "leaks"): "Do not send this copy: some of it shows what its reader never agreed to.",
    ("copy", "blocked"): "Do not send this copy: some of it would be blocked by the checks.",
    ("copy", "must_not"): "Some copy says what its scenario forbids: read those examples first.",
    ("prompts", "leaks_in_prompt"): "Do not use a model yet: something about single people reaches its prompts.",
    ("robustness", "held"): "Do not take in content from others yet: a hostile text got through.",
    ("retrieval", "outside"): "Do not serve yet: search finds what it must not show.",
    ("decisions", "replayed"): "Do not rely on receipts yet: some decisions came out otherwise.",
}


@dataclass(frozen=True, slots=True)
class First:
    """The first screen."""

    state: State
    answer: str
    todo: Sequence[str]
    cards: Sequence[Card]


def first_screen(run: Run, held: Mapping[tuple[str, str], Held], t: Words) -> First:
    """Of that run, by what became of its thresholds."""
    info, summary = run.info, run.summary
    missed = [which for which, one in held.items() if not one.kept]
    if not held:
        state: State = "open"
        answer = t("Nobody set a threshold for what was measured here, so this page judges nothing: it shows figures.")
    elif missed:
        state = "bad"
        answer = t("Not yet. Thresholds that are missed: {missed} of {all}.",
                   missed=len(missed), all=len(held))  # fmt: skip
    else:
        state = "good"
        answer = t("Yes, by every threshold that was set: {all} of {all}.", all=len(held))
    cards = [card for question, lines in QUESTIONS.items() if (card := _card(question, lines, summary, held, t))]
    return First(state, answer, list(_todo(info, summary, missed, bool(held), t)), cards)


def _card(
    question: str,
    lines: Sequence[tuple[str, str, str]],
    summary: Summary,
    held: Mapping[tuple[str, str], Held],
    t: Words,
) -> Card | None:
    found = [
        Line(_told(figure, t), t(says), _state(held.get((suite, metric))))
        for suite, metric, says in lines
        if (figure := _figure(summary, suite, metric)) is not None and figure.value is not None
    ]
    if not found:
        return None
    states = [line.state for line in found]
    return Card(t(question), "bad" if "bad" in states else "good" if "good" in states else "open", found)


def _told(figure: Figure, t: Words) -> str:
    """Money for a thousand, since nobody reads thousandths of a dollar."""
    value = figure.value if figure.unit != "USD" or figure.value is None else figure.value * 1000
    return t.value(value, figure.unit)


def _state(held: Held | None) -> State:
    return "open" if held is None else "good" if held.kept else "bad"


def _todo(info: RunInfo, summary: Summary, missed: Sequence[tuple[str, str]], judged: bool, t: Words) -> Iterator[str]:
    others: dict[str, list[str]] = {}
    for which in missed:
        if which in ADVICE:
            yield t(ADVICE[which])
        else:
            others.setdefault(which[0], []).append(which[1])
    for suite, metrics in others.items():
        name = t(TITLES.get(suite, suite))
        yield t("Look at what missed its threshold in “{suite}” ({figures}), and at its cases below.",
                suite=name, figures=", ".join(metrics))  # fmt: skip
    if judged and not missed:
        yield t("Nothing measured here speaks against using it. Read the examples below as a reader would.")
    if cannot := [name for name, state in info.suites.items() if state.cannot]:
        yield t(
            "Not measured, which is no pass: {suites}. Why is said below.",
            suites=", ".join(t(TITLES.get(one, one)) for one in cannot),
        )
    if info.model in (None, "mock"):
        yield t("No language model took part; before you use one, measure with it configured.")
    if info.config.source == "sample":
        yield t("These are the sample shop's figures. Measure on your own content before you decide.")


def _figure(summary: Summary, suite: str, metric: str) -> Figure | None:
    found = summary.suites.get(suite)
    return found.figures.get(metric) if found else None
