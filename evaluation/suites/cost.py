"""What copy costs: calls, tokens and money of a generation by a model, and how long each part takes.

Tokens are counted where no model is configured too, by a mock model on the real prompts: what they would cost says
whether a prompt has grown, and nothing about quality. Times are kept apart from figures, since no two runs agree on
them.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection
from decimal import Decimal
from typing import Any

from evaluation.datasets.scenarios import Scenario
from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab
from evaluation.metrics.score import Score, not_scored
from evaluation.runs import Config
from evaluation.suites.base import CannotRun, Measured, Plan
from evaluation.suites.given import Given
from service.errors import SobMedidaError

METRICS = (
    Metric("input_tokens", "tokens that a generation sends to the model", "lower", "tokens"),
    Metric("output_tokens", "tokens that the model answers with", "lower", "tokens"),
    Metric("cost", "US dollars a generation", "lower", "USD"),
    Metric("cost_a_variant", "US dollars for each variant that was kept", "lower", "USD"),
    Metric("answered", "generations that gave at least one variant"),
)


class CostSuite:
    """Each scenario once with the model as writer."""

    name = "cost"
    says = "What a generation by a model takes: tokens, money, time."
    metrics = METRICS

    def __init__(self, given: Given) -> None:
        self._given = given
        self._scenarios = {one.id: one for one in given.scenarios}

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if lab.model is None:
            raise CannotRun("no model is configured, and none stands in on a workspace of your own")
        return self._given.plan()

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        for id_ in wanted:
            yield await _one(lab, self._scenarios[id_])


async def _one(lab: Lab, scenario: Scenario) -> Measured:
    started = time.perf_counter()
    try:
        answer = await lab.api.call("POST", "/v1/generate", json=scenario.request("model"))
    except SobMedidaError as error:
        scores = {metric.name: not_scored(f"{error.code}: {error.detail}") for metric in METRICS}
        return Measured(_result(scenario, scores | {"answered": Score(0.0, error.code, error.detail)}))
    milliseconds = {"generate": (time.perf_counter() - started) * 1000}
    return Measured(_result(scenario, _scores(answer)), milliseconds)


def _scores(answer: dict[str, Any]) -> dict[str, Score]:
    kept = answer["variants"]
    answered = Score(float(bool(kept)), f"{len(kept)} variants", f"{len(answer['dropped'])} dropped")
    if not kept:
        return {metric.name: not_scored("nothing was kept") for metric in METRICS} | {"answered": answered}
    took = kept[0]["provenance"]
    cost, told = float(Decimal(took["cost"])), f"{took['model']}, {took['prompt']}"
    return {
        "input_tokens": Score(float(took["input_tokens"]), told, "the whole generation, repairs included"),
        "output_tokens": Score(float(took["output_tokens"]), told, "the whole generation, repairs included"),
        "cost": Score(cost, told, "by the prices that are set"),
        "cost_a_variant": Score(cost / len(kept), told, f"{len(kept)} variants were kept"),
        "answered": answered,
    }


def _result(scenario: Scenario, scores: dict[str, Score]) -> CaseResult:
    return CaseResult(
        id=scenario.id, title=scenario.brief.objective, locale=scenario.locale, split=scenario.split, scores=scores
    )


def cost_suite(config: Config) -> CostSuite:
    """Over the scenarios of that configuration."""
    return CostSuite(Given.of(config))
