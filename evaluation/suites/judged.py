"""Copy of two writers on the same scenarios, composer against model, judged by a model.

It runs where a judge was asked for and a real model is configured: a mock model has nothing to say, as writer or as
judge. The judge sees copy with its fallbacks in the place of names, and its sources; of the lead it sees nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Literal

from evaluation.datasets.scenarios import Scenario
from evaluation.figures import CaseResult, Metric
from evaluation.judge import Judge, Judged, JudgeSettings, Pair, judge_of, scores
from evaluation.lab import Lab
from evaluation.metrics.score import Score, not_scored
from evaluation.runs import Config
from evaluation.suites.base import CannotRun, Measured, Plan
from evaluation.suites.given import Given
from service.errors import SobMedidaError
from service.generation.tokens import bind
from service.settings import Settings

WRITERS: tuple[Literal["composer", "model"], ...] = ("composer", "model")
METRICS = (
    Metric("model_wins", "of the comparisons with a winner, those that the model's copy won against the composer's"),
    Metric("decided", "comparisons with a winner; the others are ties, or votes that contradict each other"),
    Metric("tied", "comparisons in which both are found equal", "lower"),
    Metric("orders_agree", "votes in which both orders name the same piece"),
    Metric("follows_place", "decided votes that follow the place and not the piece: the judge's bias", "lower"),
    Metric("votes_agree", "of two votes on the same pair, how often they say the same"),
)


class JudgedSuite:
    """Each scenario by both writers. `judge` makes the judge, or None without a model to be one."""

    name = "judged"
    says = "Whether a model writes better than the composer, as a model judges it: both orders, several votes."
    metrics = METRICS

    def __init__(self, given: Given, wanted: bool, judge: Callable[[], Judge | None]) -> None:
        self._given = given
        self._scenarios = {one.id: one for one in given.scenarios if not one.silent}
        self._wanted = wanted
        self._judge = judge

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if not self._wanted:
            raise CannotRun("nobody asked for a judge (--judge)")
        if lab.model is None or lab.mock is not None:
            raise CannotRun("no model is configured to write and to judge; set OPENAI_MODEL")
        return replace(self._given.plan(), cases=list(self._scenarios))

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        judge = self._judge()
        if judge is None:
            raise CannotRun("no model is configured to judge; set OPENAI_MODEL or SOBMEDIDA_JUDGE_MODEL")
        try:
            for id_ in wanted:
                yield await _one(lab, judge, self._scenarios[id_])
        finally:
            await judge.close()


async def _one(lab: Lab, judge: Judge, scenario: Scenario) -> Measured:
    written: dict[str, Mapping[str, Any]] = {}
    for writer in WRITERS:
        try:
            answer = await lab.api.call("POST", "/v1/generate", json=scenario.request(writer))
        except SobMedidaError as error:
            return Measured(_result(scenario, written, {}, f"{writer}: {error.code}: {error.detail}"))
        if not answer["variants"]:
            return Measured(_result(scenario, written, {}, f"{writer}: nothing was kept"))
        written[writer] = answer["variants"][0]
    judged = await judge.judge(pair_of(scenario, written["composer"], written["model"]))
    return Measured(_result(scenario, written, _scores(judged) | scores(judged), "", judged))


def pair_of(scenario: Scenario, first: Mapping[str, Any], second: Mapping[str, Any]) -> Pair:
    """Two variants as a judge sees them."""
    sources = {item["id"] + item["text"]: f"{item['title']}: {item['text']}"
               for one in (first, second) for item in one["evidence"]}  # fmt: skip
    return Pair(
        id=scenario.id, first=plain(first), second=plain(second), channel=scenario.channel, locale=first["locale"],
        objective=scenario.brief.objective, tone=scenario.brief.tone or "", sources=list(sources.values()),
    )  # fmt: skip


def plain(variant: Mapping[str, Any]) -> dict[str, str]:
    """Its texts as anybody reads them who has no name."""
    return {
        name: bind(text, {}) for name, text in variant["fields"].items()
        if isinstance(text, str) and text and not name.endswith(("_id", "_url"))
    }  # fmt: skip


def _scores(judged: Judged) -> dict[str, Score]:
    outcome = judged.outcome
    why = next((vote.straight.reason for vote in judged.votes if vote.outcome == outcome), "")
    if outcome is None:
        none = not_scored("most votes could not be read")
        return dict.fromkeys(("model_wins", "decided", "tied"), none)
    won = Score(float(outcome == "second"), outcome, why) if outcome in ("first", "second") else not_scored(outcome)
    return {
        "model_wins": won,
        "decided": Score(float(outcome in ("first", "second")), outcome, why),
        "tied": Score(float(outcome == "tie"), outcome, why),
    }


def _result(
    scenario: Scenario, written: Mapping[str, Mapping[str, Any]], found: Mapping[str, Score], why: str,
    judged: Judged | None = None,
) -> CaseResult:  # fmt: skip
    values = {metric.name: found.get(metric.name, not_scored(why)) for metric in METRICS}
    return CaseResult(
        id=scenario.id, title=scenario.brief.objective, locale=scenario.locale, split=scenario.split, scores=values,
        shown={
            "channel": scenario.channel, "lead": scenario.lead or "", "refused": why,
            "variants": [{"angle": writer, "fields": plain(one)} for writer, one in written.items()],
            "votes": [vote.model_dump(mode="json") for vote in judged.votes] if judged else [],
        },
    )  # fmt: skip


def judged_suite(config: Config) -> JudgedSuite:
    """Over the scenarios of that configuration."""
    return JudgedSuite(Given.of(config), config.judge, lambda: judge_of(Settings(), JudgeSettings()))
