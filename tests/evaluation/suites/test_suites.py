"""Copy, prompts and robustness over a lab of the sample shop, through inspect_ai and into a run's folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from inspect_ai.log import read_eval_log_async

from evaluation.datasets.hostile import ANSWERS, CONTENT, HostileAnswer, HostileContent, read_hostile
from evaluation.datasets.scenarios import SAMPLE, read_scenarios
from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab, Parts, sample_lab
from evaluation.metrics.score import Score
from evaluation.runner import run_suites
from evaluation.runs import Code, Config, Run, Summary
from evaluation.suites.base import CannotRun, Suite
from evaluation.suites.copy import CopySuite, copy_suite
from evaluation.suites.given import Given
from evaluation.suites.inspecting import Bridge
from evaluation.suites.prompts import PromptSuite
from evaluation.suites.robustness import RobustnessSuite
from retrieval.embedding import HashEmbedder
from service.commands.api import Api

CODE = Code(version="1", sources="abc")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FEW = ("kit-email", "oferta-vencida", "plantas-banner")


def some(*ids: str) -> Given:
    return Given([one for one in read_scenarios(SAMPLE) if one.id in ids], {"scenarios.jsonl": "00"})


async def run(folder: Path, lab: Lab, suites: Sequence[Suite]) -> Summary:
    config = Config(suites=[one.name for one in suites])
    return await run_suites(folder, lab, config, suites, code=CODE, now=NOW)


async def test_copy_and_prompts_are_measured_logged_and_come_out_the_same_again(tmp_path: Path) -> None:
    suites = (CopySuite(some(*FEW)), PromptSuite(some(*FEW)))
    async with sample_lab(tmp_path, Parts(HashEmbedder(64))) as lab:
        summary = await run(tmp_path / "one", lab, suites)
        assert lab.mock is not None
        asked = len(lab.mock.requests)
        assert asked
        assert await run(tmp_path / "one", lab, suites) == summary  # goes on with what is there
        assert len(lab.mock.requests) == asked
        assert await run(tmp_path / "two", lab, suites) == summary
    for suite in ("copy", "prompts"):
        one, two = ((tmp_path / name / "cases" / f"{suite}.jsonl").read_bytes() for name in ("one", "two"))
        assert one == two
    found = {name: figure.value for name, figure in summary.suites["copy"].figures.items()}
    assert (found["answered"], found["blocked"], found["leaks"], found["language"]) == (1, 0, 0, 1)
    assert 0 < (found["specificity"] or 0) < 1 and found["brand_terms"] is None
    assert summary.suites["prompts"].figures["evidence_in_prompt"].value == 1
    assert summary.suites["prompts"].figures["leaks_in_prompt"].value == 0

    kit = next(case for case in Run.open(tmp_path / "one").cases("copy") if case.id == "kit-email")
    claim = next(one for one in kit.shown["variants"][0]["claims"] if one["text"] == "R$ 170,10")
    assert claim["support"][0]["content_id"] == "oferta-kit-cafe-coado"
    assert kit.shown["swap"]["lead"] == "c-29"

    # its other reader would make asyncio of the whole process reentrant, and leave loops open
    log = await read_eval_log_async(str(next((tmp_path / "one" / "logs").glob("*copy*.eval"))))
    assert log.status == "success" and {one.id for one in log.samples or ()} == set(FEW)
    scores = next(one.scores or {} for one in log.samples or () if one.id == "kit-email")
    assert scores["answered"].value == 1 and "not in the evidence" in (scores["evidence_coverage"].explanation or "")


async def test_hostile_cases_hold_in_a_shop_of_their_own_and_clean_ones_come_through(tmp_path: Path) -> None:
    content = [one for one in read_hostile(CONTENT, HostileContent) if one.id in ("fence-in-article", "name-token")]
    answers = [one for one in read_hostile(ANSWERS, HostileAnswer) if one.id in ("invented-price", "good-kit")]
    loose = answers[0].model_copy(update={"id": "nothing-wrong", "fields": answers[-1].fields, "unsafe": ["170,10"]})
    suite = RobustnessSuite(content, [*answers, loose], {})
    before = Lab(cast("Api", None), "sample", "casa", "hash", None, NOW, parts=Parts(HashEmbedder(64)))
    summary = await run(tmp_path, before, [suite])
    held, kept = (summary.suites["robustness"].figures[name] for name in ("held", "kept_good"))
    assert (held.value, held.cases) == (5 / 6, 6)  # two by two writers, a price, and the one that cannot hold
    assert (kept.value, kept.cases) == (1, 1)
    failed = [one for one in Run.open(tmp_path).cases("robustness") if one.value("held") == 0]
    assert [one.id for one in failed] == ["nothing-wrong"] and "says '170,10'" in failed[0].scores["held"].explanation
    with pytest.raises(CannotRun, match="never put into a workspace of yours"):
        await suite.plan(replace(before, parts=None))


async def test_an_error_is_what_came_of_its_case_and_the_others_go_on(tmp_path: Path) -> None:
    async def solve(id_: str) -> str:
        if id_ == "b":
            raise RuntimeError("no water")
        return id_

    def result(id_: str, answer: str) -> CaseResult:
        return CaseResult(id=id_, scores={"right": Score(1.0, answer, "it is")})

    bridge = Bridge(
        "small", (Metric("right", "is it"),), {one: one for one in "abc"}, solve, result, str,
        lambda id_: CaseResult(id=id_, scores={}),
    )  # fmt: skip
    found = [one.result async for one in bridge.measure(tmp_path)]
    assert [(one.id, one.value("right")) for one in found] == [("a", 1.0), ("b", None), ("c", 1.0)]
    assert found[1].scores["right"].explanation == "RuntimeError: no water"


async def test_without_the_evaluations_packages_a_suite_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inspect_ai", None)  # as where it is not installed
    bridge = Bridge("small", (), {"a": "a"}, cast("Any", None), cast("Any", None), str, cast("Any", None))
    with pytest.raises(CannotRun, match=r"pip install 'sobmedida\[eval\]'"):
        [one async for one in bridge.measure(None)]


async def test_without_scenarios_for_own_content_a_suite_says_what_it_needs() -> None:
    lab = Lab(cast("Api", None), "content", "own", "hash", None, NOW)
    with pytest.raises(CannotRun, match="--scenarios"):
        await copy_suite(Config(suites=["copy"], source="content", content="artigos")).plan(lab)
    with pytest.raises(CannotRun, match="no model is configured"):
        await CopySuite(some(*FEW), "model").plan(lab)
    with pytest.raises(CannotRun, match="mock model"):
        await PromptSuite(some(*FEW)).plan(lab)
