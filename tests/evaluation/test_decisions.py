"""Logged decisions: the sample's log comes out the same whatever the lots were, and says only what it can."""

from __future__ import annotations

from typing import cast

import pytest

from evaluation.datasets.decision_log import Simulated, read_simulated
from evaluation.figures import figures, plain
from evaluation.lab import NOW, Lab, Parts
from evaluation.policy import Logged
from evaluation.suites.base import CannotRun, Measured
from evaluation.suites.decisions import METRICS, DecisionsSuite
from evaluation.suites.valuing import CONTROL, VALUES, Row, drawn, valued
from retrieval.embedding import HashEmbedder
from service.commands.api import Api

HALVES = {"a": 0.5, "b": 0.5}


def lab(kind: str = "sample") -> Lab:
    """What the suite needs to know to open a lab of its own."""
    return Lab(cast("Api", None), kind, "casa-jatoba", "hash", None, NOW, parts=Parts(HashEmbedder(16)))


def few(cases: int = 3) -> Simulated:
    """The sample's log with so many decisions of each text."""
    told = read_simulated()
    return told.model_copy(
        update={"pages": 12, "place": [place.model_copy(update={"cases": cases}) for place in told.place]}
    )


async def measured(suite: DecisionsSuite) -> list[Measured]:
    wanted = (await suite.plan(lab())).cases
    return [one async for one in suite.measure(lab(), wanted)]


async def test_two_logs_of_the_sample_give_the_same_cases_and_each_decision_replays() -> None:
    one, other = await measured(DecisionsSuite(few(), 7)), await measured(DecisionsSuite(few(), 7))
    assert one == other
    assert len(one) == 10 * 3
    found = plain(figures(METRICS, [result for result, _ in one], 7))
    assert (found["replayed"], found["drawn"]) == (1.0, 1.0)
    clicks = sum(case.clicked(7) for case in few().cases())
    assert found["logged.ips"] == found["logged.snips"] == pytest.approx(clicks / 30)
    assert found["control.ips"] is None
    assert "what the log's policy never could" in one[0].result.scores["control.ips"].explanation
    assert "overlap is too thin" in next(
        result.scores["best.dr"].explanation for result, _ in one if result.split == "held-back"
    )


async def test_where_nothing_was_decided_the_suite_cannot_run() -> None:
    with pytest.raises(CannotRun, match="nothing was decided here"):
        await DecisionsSuite(few(), 7).plan(lab("content"))


def rows(count: int, context: str = "c") -> list[Row]:
    """Half of them a, half b; a is always clicked on, b never."""
    return [
        Row("held-back" if place % 4 < 2 else "development", Logged(action, 0.5, float(action == "a"), HALVES, context))
        for place in range(count)
        for action in ("ab"[place % 2],)
    ]


def test_the_best_text_of_one_half_is_valued_on_the_other() -> None:
    log = rows(400)
    scores = valued(log, 7)
    chosen_on = [one["best.ips"].value for one, row in zip(scores, log, strict=True) if row.split == "development"]
    held_back = [one["best.ips"].value or 0.0 for one, row in zip(scores, log, strict=True) if row.split == "held-back"]
    assert chosen_on == [None] * 200
    assert sum(held_back) / 200 == pytest.approx(1.0)


def test_what_says_nothing_of_policies_says_why() -> None:
    [one, *_] = valued([Row("held-back", "it was not seen"), *rows(100)], 7)
    assert {score.explanation for score in one.values()} == {"it was not seen"}
    assert set(one) == {metric.name for metric in VALUES}


def test_the_control_for_everybody_is_valued_where_it_was_always_said() -> None:
    scores = valued(rows(100, f"campaign / banner / pt-BR / {CONTROL}"), 7)
    assert sum(one["control.ips"].value or 0.0 for one in scores) / 100 == pytest.approx(0.5)


def test_a_lot_that_is_not_what_the_propensities_say_is_noticed() -> None:
    fair = [Logged("ab"[place % 2], 0.5, 0.0, HALVES, "fair") for place in range(200)]
    bent = [Logged("a" if place % 4 else "b", 0.5, 0.0, HALVES, "bent") for place in range(200)]
    found = drawn([*fair, *bent])
    assert (found["fair"].value, found["bent"].value) == (1.0, 0.0)
    # 150 of 200 where 100 are expected, in units of the square root of 200 / 4
    assert "7.1 standard deviations off" in found["bent"].explanation
