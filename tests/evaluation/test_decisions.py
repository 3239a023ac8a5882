"""Logged decisions: the sample's log comes out the same whatever the lots were, and says only what it can."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from evaluation.datasets.decision_log import Simulated, read_simulated, sample_log
from evaluation.figures import figures
from evaluation.lab import NOW, Lab, Parts
from evaluation.policy import Logged
from evaluation.suites.base import CannotRun
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


async def test_the_sample_s_log_says_the_same_whatever_the_lots_were() -> None:
    suite = DecisionsSuite(few(), 7, newest=240)
    wanted = (await suite.plan(lab())).cases
    found = [result async for result, _ in suite.measure(lab(), wanted)]
    told = {name: figure.value for name, figure in figures(METRICS, found, 7).items()}
    clicked = {case.id: float(case.clicked(7)) for case in few().cases()}
    assert (told["replayed"], told["drawn"]) == (1.0, 1.0)
    assert {one.id: one.value("logged.ips") for one in found} == clicked
    assert told["logged.ips"] == told["logged.snips"] == pytest.approx(sum(clicked.values()) / 30)
    assert told["control.ips"] is None
    assert "what the log's policy never could" in found[0].scores["control.ips"].explanation
    assert "overlap is too thin" in next(one.scores["best.dr"].explanation for one in found if one.split == "held-back")

    async with sample_log(lab(), few(), 7) as (own, entries, _):
        became = {one.case: [outcome["kind"] for outcome in one.row["outcomes"]] for one in entries}
        assert {case: float("click" in kinds) for case, kinds in became.items()} == clicked
        await its_own_workspace(suite, replace(own, kind="workspace", services=None, parts=None))


async def its_own_workspace(suite: DecisionsSuite, asked: Lab) -> None:
    """A workspace's decisions as they are, over its API."""
    plan = await suite.plan(asked)
    found = [result async for result, _ in suite.measure(asked, plan.cases)]
    assert [one.id for one in found] == plan.cases
    assert len(found) == 240
    assert {one.value("replayed") for one in found} == {1.0}
    why = {one.scores["logged.ess"].explanation for one in found}
    assert "it was not seen" in why
    assert why <= {"it was not seen", "target / propensity"}


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
