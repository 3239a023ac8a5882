"""Copy, scored by measures that need no model, and by our own checks run once more over what came back.

Each scenario is asked for as anyone would, over the API, and once more with another lead in the first one's place: copy
that does not change then is not made to measure.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from evaluation.datasets.scenarios import Scenario
from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab
from evaluation.metrics.brand_terms import brand_terms
from evaluation.metrics.claim_precision import claim_precision
from evaluation.metrics.diversity import diversity
from evaluation.metrics.evidence_coverage import evidence_coverage
from evaluation.metrics.lead_dependence import lead_dependence, right_dependence
from evaluation.metrics.leaks import leaks
from evaluation.metrics.length_fit import length_fit
from evaluation.metrics.readability import readability
from evaluation.metrics.said import must, must_not
from evaluation.metrics.score import Score, not_scored, share
from evaluation.metrics.specificity import specificity
from evaluation.metrics.within import together
from evaluation.runs import Config
from evaluation.suites.again import Person, Piece, Shop, piece
from evaluation.suites.base import CannotRun, Measured, Plan
from evaluation.suites.given import Given
from evaluation.suites.inspecting import Bridge
from evaluation.suites.shown import shown
from service.channels.registry import channel as channel_named
from service.errors import SobMedidaError
from service.types import language_of

METRICS = (
    Metric("answered", "scenarios that got what they should: copy, or none where there is nothing to say"),
    Metric("must", "of what a scenario says must be there, the share that is, over all variants"),
    Metric("must_not", "of what a scenario says must not be there, the share that is not"),
    Metric("blocked", "variants in which the checks, run again on what came back, find something that blocks", "lower"),
    Metric("leaks", "variants that show what names the lead, or what was not to be said of it", "lower"),
    Metric("language", "fields in the language that was asked for"),
    Metric("evidence_found", "scenarios whose evidence holds one of the content items that ought to be there"),
    Metric("claim_precision", "of the claims in the copy, the share that evidence supports"),
    Metric("evidence_coverage", "of the copy's content words, the share that stands in its evidence"),
    Metric("specificity", "sentences that hold a number or a name of their own"),
    Metric("lead_dependence", "content words that change when another lead is put in the first one's place"),
    Metric("right_dependence", "of the words that only this lead gets, the share that its evidence or attributes hold"),
    Metric("diversity", "how different the variants of an answer are, by pairs of words"),
    Metric("readability", "reading ease by the formula of its language, 1 is very easy"),
    Metric("length_fit", "fields within the length that is advised"),
    Metric("brand_terms", "required words that are there, and banned ones that are not"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a scenario: its pieces, best first, what was dropped, and what the other lead got; `refused` is the
    code of the problem where there is no answer."""

    pieces: Sequence[Piece] = ()
    dropped: Sequence[Mapping[str, Any]] = ()
    refused: str | None = None
    why: str = ""
    person: Person | None = None
    swapped: Sequence[Piece] = ()
    swapped_why: str = ""
    terms: Any = field(default=None, repr=False)


class CopySuite:
    """Each scenario with the configured writer."""

    name = "copy"
    says = "How good the copy is: what it says, what it rests on, and whether it is made for who reads it."
    metrics = METRICS

    def __init__(self, given: Given, writer: Literal["composer", "model"] = "composer") -> None:
        self._given = given
        self._scenarios = {one.id: one for one in given.scenarios}
        self._writer = writer

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if self._writer == "model" and lab.model is None:
            raise CannotRun("no model is configured; measure the composer, or set OPENAI_MODEL")
        return self._given.plan()

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        shop = await Shop.of(lab.api)

        async def solve(id_: str) -> Answer:
            return await _asked(lab, shop, self._scenarios[id_], self._writer)

        def result(id_: str, answer: Answer) -> CaseResult:
            scenario = self._scenarios[id_]
            told = shown(
                scenario, self._writer, answer.pieces, answer.swapped, answer.refused or "", answer.dropped,
                private=lab.kind != "sample",
            )  # fmt: skip
            return blank(scenario, answer).model_copy(update={"scores": scored(scenario, answer), "shown": told})

        bridge = Bridge(
            self.name, METRICS, {id_: self._scenarios[id_].brief.objective for id_ in wanted}, solve, result, words_of,
            lambda id_: blank(self._scenarios[id_]),
        )  # fmt: skip
        async for measured in bridge.measure(lab.logs):
            yield measured


def blank(scenario: Scenario, answer: Answer | None = None) -> CaseResult:
    """A result without scores."""
    locale = scenario.locale or (answer.person.locale if answer and answer.person else None)
    return CaseResult(id=scenario.id, title=scenario.brief.objective, locale=locale, split=scenario.split, scores={})


def words_of(answer: Answer) -> str:
    """An answer in words, as inspect_ai's viewer shows it; no values of leads."""
    return "\n\n---\n\n".join(one.copy for one in answer.pieces) or f"{answer.refused or 'no copy'}: {answer.why}"


def scored(scenario: Scenario, answer: Answer) -> dict[str, Score]:
    """Every metric of one answer."""
    return {"answered": _answered(scenario, answer)} | (
        _of_pieces(scenario, answer)
        if answer.pieces
        else {metric.name: not_scored("no copy") for metric in METRICS[1:]}
    )


def _answered(scenario: Scenario, answer: Answer) -> Score:
    told = f"{len(answer.pieces)} variants, {len(answer.dropped)} dropped"
    if scenario.silent:
        return Score(float(not answer.pieces), answer.refused or told, "nothing is to be said here")
    return Score(float(bool(answer.pieces)), answer.refused or told, answer.why or "copy is wanted here")


def _of_pieces(scenario: Scenario, answer: Answer) -> dict[str, Score]:
    pieces, first = answer.pieces, answer.pieces[0]
    language = language_of(first.told["locale"])
    channel = channel_named(scenario.channel)
    said = "\n".join([scenario.brief.objective, *map(str, scenario.context.values()), *_evidence_of(pieces)])
    blocked = [one for one in pieces if one.blocked]
    codes = sorted({code for one in blocked for code in one.blocked})
    return {
        "must": must([one.shown for one in pieces], scenario.must),
        "must_not": must_not([one.shown for one in pieces], scenario.must_not),
        "blocked": share(
            len(blocked), len(pieces), f"{len(pieces)} variants", f"by {', '.join(codes) or 'nothing'}", ""
        ),
        "leaks": leaks([one.unbound for one in pieces], answer.person.unsaid if answer.person else {}, said),
        "language": together([_language(one) for one in pieces]),
        "evidence_found": _evidence_found(scenario, pieces),
        "claim_precision": claim_precision([claim for one in pieces for claim in one.claims]),
        "evidence_coverage": together([evidence_coverage(one.copy, _evidence_of([one]), language) for one in pieces]),
        "specificity": together(
            [specificity(one.copy, [item.title for item in one.evidence], language) for one in pieces]
        ),
        "diversity": diversity([one.copy for one in pieces]),
        "readability": together([readability(one.copy, language) for one in pieces]),
        "length_fit": together([length_fit(one.plain, channel.limits) for one in pieces]),
        "brand_terms": together([brand_terms(one.copy, answer.terms) for one in pieces]),
    } | _swap(scenario, answer)


def _swap(scenario: Scenario, answer: Answer) -> dict[str, Score]:
    if not answer.swapped:
        why = not_scored(answer.swapped_why or "no other lead is named")
        return {"lead_dependence": why, "right_dependence": why}
    first, other = answer.pieces[0], answer.swapped[0]
    language = language_of(first.told["locale"])
    known = [str(value) for value in (answer.person.values if answer.person else {}).values()]
    return {
        "lead_dependence": lead_dependence(first.copy, other.copy, language),
        "right_dependence": right_dependence(first.copy, other.copy, [*known, *_evidence_of([first])], language),
    }


def _language(one: Piece) -> Score:
    foreign = {found.field for found in one.found.findings if found.code == "style.language"}
    fields = [name for name, text in one.plain.items() if text]
    return share(
        len(fields) - len(foreign), len(fields), f"{len(fields)} fields",
        f"in another language: {', '.join(sorted(foreign)) or 'none'}", "no text",
    )  # fmt: skip


def _evidence_found(scenario: Scenario, pieces: Sequence[Piece]) -> Score:
    if not scenario.evidence:
        return not_scored("the scenario names no evidence")
    found = {item.content_id for one in pieces for item in one.evidence}
    right = found & set(scenario.evidence)
    return Score(float(bool(right)), ", ".join(sorted(found)), f"of those named: {', '.join(sorted(right)) or 'none'}")


def _evidence_of(pieces: Sequence[Piece]) -> list[str]:
    return [f"{item.title}\n{item.text}" for one in pieces for item in one.evidence]


async def _asked(lab: Lab, shop: Shop, scenario: Scenario, writer: Literal["composer", "model"]) -> Answer:
    person = await Person.of(lab.api, shop, scenario.lead, scenario.channel, lab.now) if scenario.lead else None
    try:
        answer = await lab.api.call("POST", "/v1/generate", json=scenario.request(writer))
    except SobMedidaError as error:
        return Answer(refused=error.code, why=error.detail, person=person)
    pieces = [piece(shop, person, scenario, one, lab.now) for one in answer["variants"]]
    swapped, why = await _other(lab, shop, scenario, writer) if scenario.swap and pieces else ((), "")
    return Answer(pieces, answer["dropped"], None, "", person, swapped, why, shop.terms)


async def _other(
    lab: Lab, shop: Shop, scenario: Scenario, writer: Literal["composer", "model"]
) -> tuple[Sequence[Piece], str]:
    """What the other lead gets; none, and why."""
    assert scenario.swap is not None  # noqa: S101 - whoever calls has looked
    person = await Person.of(lab.api, shop, scenario.swap, scenario.channel, lab.now)
    try:
        answer = await lab.api.call("POST", "/v1/generate", json=scenario.request(writer, lead=scenario.swap))
    except SobMedidaError as error:
        return (), f"the other lead got none: {error.code}"
    pieces = [piece(shop, person, scenario, one, lab.now) for one in answer["variants"]]
    return pieces, "" if pieces else "nothing was kept for the other lead"


def copy_suite(config: Config) -> CopySuite:
    """Over the scenarios of that configuration, with its writer."""
    return CopySuite(Given.of(config), config.writer)
