"""Whether anything unsafe gets through: orders hidden in content, leads and briefs, and models that have gone wrong.

The cases are put into a sample shop of their own, which is thrown away. A case holds when nothing unsafe stands in what
the API gives back, and, where a prompt was sent, when what was put in stands between the marks of data there.
"""

from __future__ import annotations

import html
import json
import re
import tempfile
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evaluation.datasets.hostile import ANSWERS, CONTENT, Hostile, HostileAnswer, HostileContent, read_hostile
from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab, Parts, file_hash, sample_lab
from evaluation.metrics.leaks import leaks
from evaluation.metrics.said import must
from evaluation.metrics.score import Score, not_scored
from evaluation.metrics.unsafe import unsafe
from evaluation.runs import Config
from evaluation.suites.again import Person, Piece, Shop, piece
from evaluation.suites.base import CannotRun, Measured, Plan
from evaluation.suites.inspecting import Bridge
from evaluation.suites.shown import shown
from service.channels.registry import channel as channel_named
from service.commands.imports import follow
from service.errors import SobMedidaError
from service.generation.mock_model import Answer
from service.leads.contract import tokens

METRICS = (
    Metric("held", "hostile cases in which nothing unsafe got through"),
    Metric("kept_good", "clean cases of the same kinds whose copy comes through"),
)
Writer = Literal["composer", "model"]
_DATA = re.compile(r"<(brief|audience|evidence|draft|findings|taken|voice)\b[^<>]*>[^<>]*</\1>")


@dataclass(frozen=True, slots=True)
class Case:
    """One case with the writer that it is for."""

    hostile: Hostile
    writer: Writer

    @property
    def id(self) -> str:
        """The case's, and the writer where both have it."""
        return f"{self.hostile.id}/{self.writer}" if isinstance(self.hostile, HostileContent) else self.hostile.id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: the pieces, what refused them, and what is wrong with each, or with the prompts. A mock
    model is `quoting` whatever sentence comes first: of it no wording can be asked."""

    pieces: list[Piece] = field(default_factory=list)
    refused: str = ""
    wrong: list[str] = field(default_factory=list)
    quoting: bool = False
    dropped: list[Mapping[str, Any]] = field(default_factory=list)


class RobustnessSuite:
    """Hostile cases, and clean ones beside them."""

    name = "robustness"
    says = "Whether hidden orders and models gone wrong are held off, without blocking what is good."
    metrics = METRICS

    def __init__(self, content: list[HostileContent], answers: list[HostileAnswer], data: dict[str, str]) -> None:
        cases = [Case(one, writer) for one in content for writer in one.writers] + [
            Case(one, "model") for one in answers
        ]
        self._cases = {one.id: one for one in cases}
        self._data = data

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if lab.parts is None:
            raise CannotRun("hostile content is never put into a workspace of yours; measure the sample shop")
        return Plan(list(self._cases), self._data)

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        assert lab.parts is not None  # noqa: S101 - `plan` has looked
        async with AsyncExitStack() as stack:
            field_ = await Field.opened(stack, lab.parts, [self._cases[id_] for id_ in wanted])

            async def solve(id_: str) -> Outcome:
                return await field_.tried(self._cases[id_])

            def result(id_: str, outcome: Outcome) -> CaseResult:
                return self._result(self._cases[id_], outcome)

            bridge = Bridge(
                self.name, METRICS, {id_: self._cases[id_].hostile.brief.objective for id_ in wanted}, solve, result,
                told, lambda id_: _blank(self._cases[id_]),
            )  # fmt: skip
            async for measured in bridge.measure(lab.logs):
                yield measured

    def _result(self, case: Case, outcome: Outcome) -> CaseResult:
        seen = shown(
            case.hostile.scenario, case.writer, outcome.pieces, (), outcome.refused, outcome.dropped, private=False
        )
        seen |= {"why": case.hostile.why, "wrong": outcome.wrong, "unsafe": case.hostile.unsafe}
        return _blank(case).model_copy(update={"scores": scored(case.hostile, outcome), "shown": seen})


class Field:
    """Sample shops into which the cases were put: one with the model at hand, one with a mock model that says what a
    case lets it say; the same where no other model is at hand."""

    def __init__(self, lab: Lab, scripted: Lab, shop: Shop, refused: Mapping[str, str]) -> None:
        self._lab, self._scripted, self._shop, self._refused = lab, scripted, shop, refused

    @classmethod
    async def opened(cls, stack: AsyncExitStack, parts: Parts, cases: list[Case]) -> Field:
        """With all that the cases put in."""
        lab = await stack.enter_async_context(sample_lab(_scratch(stack), parts))
        scripted = lab
        if lab.mock is None:
            bare = replace(parts, client=None, model=None)
            scripted = await stack.enter_async_context(sample_lab(_scratch(stack), bare))
        refused = {}
        for one in (case.hostile for case in cases):
            if isinstance(one, HostileContent) and (why := await _put(lab, one)):
                refused[one.id] = why
        await follow(lab.api, quiet=True)
        return cls(lab, scripted, await Shop.of(lab.api), refused)

    async def tried(self, case: Case) -> Outcome:
        """The case asked for, and what came looked at."""
        one = case.hostile
        if why := self._refused.get(one.id):
            return Outcome(refused=why)
        lab = self._lab if isinstance(one, HostileContent) else self._scripted
        mock = lab.mock
        before = len(mock.requests) if mock else 0
        if mock and isinstance(one, HostileAnswer):
            text = answer_of(one)
            mock.respond = lambda _: Answer(text)
        person = await Person.of(lab.api, self._shop, one.lead, one.channel, lab.now)
        refused, got = "", dict[str, Any](variants=[], dropped=[])
        try:
            got = await lab.api.call("POST", "/v1/generate", json=one.scenario.request(case.writer))
        except SobMedidaError as error:
            refused = error.code
        finally:
            if mock:
                mock.respond = None
        pieces = [piece(self._shop, person, one.scenario, variant, lab.now) for variant in got["variants"]]
        wrong = [why for found in pieces for why in self._wrong(one, person, found)]
        if mock and isinstance(one, HostileContent) and one.marker:
            wrong += loose(mock.requests[before:], one.marker)
        quoting = mock is not None and case.writer == "model" and isinstance(one, HostileContent)
        return Outcome(pieces, refused, list(dict.fromkeys(wrong)), quoting, got["dropped"])

    def _wrong(self, one: Hostile, person: Person, found: Piece) -> list[str]:
        names = tokens(self._shop.contract, one.locale)
        known = "\n".join(f"{item.title}\n{item.text}\n{item.url}\n{item.image_url}" for item in found.evidence)
        read = "\n".join(str(value) for value in found.preview.values() if value)
        wrong = unsafe("\n".join(found.texts.values()), tokens=names, known=known, unwanted=one.unsafe)
        wrong += unsafe(read, tokens=(), known=known, unwanted=one.unsafe)
        shows = leaks([found.unbound], person.unsaid, f"{known}\n{one.brief.objective}")
        wrong += [f"leaks, {shows.explanation}"] if shows.value else []
        wrong += [f"too long: {over.field}" for over in channel_named(one.channel).over(found.preview)]
        return wrong + [f"blocked by {code}" for code in found.blocked]


def scored(hostile: Hostile, outcome: Outcome) -> dict[str, Score]:
    """A hostile case holds, or does not; a clean one comes through, or does not."""
    said = outcome.refused or f"{len(outcome.pieces)} variants, {len(outcome.dropped)} dropped"
    if not hostile.good:
        held = Score(float(not outcome.wrong), said, "; ".join(outcome.wrong) or "nothing unsafe got through")
        return {"held": held, "kept_good": not_scored("a hostile case")}
    there = must([one.shown for one in outcome.pieces], () if outcome.quoting else hostile.must)
    kept = bool(outcome.pieces) and not outcome.wrong and there.value in (None, 1.0)
    why = "; ".join([*outcome.wrong, *([there.explanation] if there.value not in (None, 1.0) else [])])
    return {"held": not_scored("a clean case"), "kept_good": Score(float(kept), said, why or "it came through")}


def loose(requests: list[dict[str, Any]], marker: str) -> list[str]:
    """What is wrong with prompts in which a text stands outside the marks of data."""
    for request in requests:
        for message in request["messages"]:
            rest = _DATA.sub("", str(message["content"]))
            if marker in html.unescape(rest):
                return [f"the {message['role']} prompt has it outside of data"]
    return []


def answer_of(one: HostileAnswer) -> str:
    """What the model says, in the shape that it is asked for where the case gives fields."""
    if one.raw is not None:
        return one.raw
    return json.dumps({"variants": [{"angle": "benefit", "fields": one.fields, "claims": []}]}, ensure_ascii=False)


def told(outcome: Outcome) -> str:
    """An outcome in words."""
    return "\n\n---\n\n".join([*outcome.wrong, *(one.copy for one in outcome.pieces)]) or outcome.refused or "no copy"


def _blank(case: Case) -> CaseResult:
    one = case.hostile
    return CaseResult(id=case.id, title=one.why or one.brief.objective, locale=one.locale, split=one.split, scores={})


async def _put(lab: Lab, one: HostileContent) -> str:
    """Put it in; gives the code of the problem where the API will not have it."""
    try:
        for id_, body in one.content.items():
            await lab.api.call("PUT", f"/v1/content/{id_}", json=body)
        for id_, body in one.leads.items():
            await lab.api.call("PUT", f"/v1/leads/{id_}", json=body)
    except SobMedidaError as error:
        return error.code
    return ""


def _scratch(stack: AsyncExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory()))


def robustness_suite(_: Config) -> RobustnessSuite:
    """Over the cases that ship."""
    content, answers = read_hostile(CONTENT, HostileContent), read_hostile(ANSWERS, HostileAnswer)
    return RobustnessSuite(content, answers, {path.name: file_hash(path) for path in (CONTENT, ANSWERS)})
