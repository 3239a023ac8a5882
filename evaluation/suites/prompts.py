"""What is sent to a model: whether the evidence stands in the prompt, and nothing that no model may see.

The prompts are the real ones, caught by the mock model on their way; a model of your own is not asked.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.datasets.scenarios import Scenario
from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab
from evaluation.metrics.leaks import leaks
from evaluation.metrics.score import Score, not_scored, share
from evaluation.runs import Config
from evaluation.suites.again import Person, Shop
from evaluation.suites.base import CannotRun, Measured, Plan
from evaluation.suites.copy import blank
from evaluation.suites.given import Given
from evaluation.suites.inspecting import Bridge
from service.errors import SobMedidaError
from service.generation.mock_model import MockModel
from service.generation.tokens import parse

METRICS = (
    Metric("evidence_in_prompt", "evidence of the answer whose text stands in the prompt that was sent"),
    Metric("leaks_in_prompt", "prompts that show what names the lead, or what no model may know of it", "lower"),
)
_AUDIENCE = re.compile(r"<audience>(.*?)</audience>", re.DOTALL)
_EVIDENCE = re.compile(r"<evidence\b[^>]*>(.*?)</evidence>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sent:
    """The prompts that a scenario sent, the evidence of its answer, and what may not stand in them."""

    prompts: list[str]
    evidence: list[str]
    unsaid: Mapping[str, object]
    lapsed: frozenset[str]
    said: str
    person: Person | None
    why: str = ""


class PromptSuite:
    """Each scenario once, with the model as writer."""

    name = "prompts"
    says = "What a model is sent: all of the evidence, and nothing that names a person."
    metrics = METRICS

    def __init__(self, given: Given) -> None:
        self._given = given
        self._scenarios = {one.id: one for one in given.scenarios}

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if lab.mock is None:
            raise CannotRun("prompts are looked at where a mock model stands in: without a model in the settings")
        return self._given.plan()

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        shop, mock = await Shop.of(lab.api), lab.mock
        assert mock is not None  # noqa: S101 - `plan` has looked

        async def solve(id_: str) -> Sent:
            return await _sent(lab, mock, shop, self._scenarios[id_])

        def result(id_: str, sent: Sent) -> CaseResult:
            one = self._scenarios[id_]
            scores = {"evidence_in_prompt": evidence_in(sent), "leaks_in_prompt": leaks_in(sent)}
            locale = one.locale or (sent.person.locale if sent.person else None)
            return blank(one).model_copy(update={"scores": scores, "locale": locale})

        bridge = Bridge(
            self.name, METRICS, {id_: self._scenarios[id_].brief.objective for id_ in wanted}, solve, result,
            lambda sent: "\n\n---\n\n".join(sent.prompts) or sent.why, lambda id_: blank(self._scenarios[id_]),
        )  # fmt: skip
        async for measured in bridge.measure(lab.logs):
            yield measured


def evidence_in(sent: Sent) -> Score:
    """Whether the first prompt holds each text of the evidence, word for word but for blanks."""
    if not sent.prompts:
        return not_scored(sent.why or "no prompt was sent")
    told = _plain("\n".join(_EVIDENCE.findall(sent.prompts[0])))
    missing = [text for text in sent.evidence if _plain(text) not in told]
    return share(
        len(sent.evidence) - len(missing), len(sent.evidence), f"{len(sent.evidence)} pieces of evidence",
        f"missing: {'; '.join(text[:60] for text in missing) or 'none'}", sent.why or "nothing was kept",
    )  # fmt: skip


def leaks_in(sent: Sent) -> Score:
    """The share of prompts that show an unsaid value, or tell an attribute for which there is no consent."""
    if sent.person is None or not sent.prompts:
        return not_scored(sent.why or "nobody in particular reads")
    shown = leaks([_wordless(prompt) for prompt in sent.prompts], sent.unsaid, sent.said)
    told = [
        {line.partition(":")[0].strip() for part in _AUDIENCE.findall(prompt) for line in part.splitlines()}
        for prompt in sent.prompts
    ]
    lapsed = sorted(sent.lapsed & set().union(*told))
    if not lapsed:
        return shown
    count = sum(bool(one & sent.lapsed) for one in told) / len(told)
    return Score(max(count, shown.value or 0.0), shown.answer, f"told without consent: {', '.join(lapsed)}")


def _wordless(prompt: str) -> str:
    """A prompt without its tokens: a fallback such as `cliente` names nobody."""
    return "".join(part for part in parse(html.unescape(prompt)) if isinstance(part, str))


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


async def _sent(lab: Lab, mock: MockModel, shop: Shop, scenario: Scenario) -> Sent:
    person = await Person.of(lab.api, shop, scenario.lead, scenario.channel, lab.now) if scenario.lead else None
    before, why = len(mock.requests), ""
    answer: dict[str, Any] = {"variants": []}
    try:
        answer = await lab.api.call("POST", "/v1/generate", json=scenario.request("model"))
    except SobMedidaError as error:
        why = f"{error.code}: {error.detail}"
    asked = mock.requests[before:]
    prompts = ["\n\n".join(str(message["content"]) for message in one["messages"]) for one in asked]
    found = await _evidence(lab, scenario, answer) if prompts else []
    evidence = [item["text"] for item in found]
    said = "\n".join([scenario.brief.objective, shop.voice, shop.name, *evidence, *(item["title"] for item in found)])
    unsaid = person.unsaid if person else {}
    return Sent(prompts, evidence, unsaid, person.lapsed if person else frozenset(), said, person, why)


async def _evidence(lab: Lab, scenario: Scenario, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The evidence of the answer; where nothing of it was kept, that of the composer's, which is the same."""
    if not answer["variants"]:
        answer = await lab.api.call("POST", "/v1/generate", json=scenario.request("composer"))
    return list(answer["variants"][0]["evidence"]) if answer["variants"] else []


def prompts_suite(config: Config) -> PromptSuite:
    """Over the scenarios of that configuration."""
    return PromptSuite(Given.of(config))
