"""The checks suite: precision and recall over cases, and the sample's own labelled copy."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from evaluation.checks import read_cases
from evaluation.figures import CaseResult, figures
from evaluation.lab import Lab
from evaluation.runs import Config
from evaluation.suites.checks import METRICS, SAMPLE, checks_suite
from service.errors import CannotRead

LAB = Lab(cast("Any", None), "sample", "casa", "hash", None, datetime(2026, 11, 25, tzinfo=UTC))
SCARCE = {"code": "claim.scarcity", "field": "body", "quote": "Restam poucas vagas"}


def line(id_: str, body: str, *expect: dict[str, str]) -> str:
    case = {
        "id": id_, "locale": "pt-BR", "channel": "note", "now": "2026-11-24T10:00:00-03:00", "fields": {"body": body},
        "evidence": [{"id": "p1", "kind": "passage", "text": "Turma de agosto, aulas às terças."}], "expect": expect,
    }  # fmt: skip
    return json.dumps(case) + "\n"


async def measured(*files: Path) -> list[CaseResult]:
    suite = checks_suite(Config(suites=["checks"], labelled=[str(one) for one in files]))
    return [one.result async for one in suite.measure(LAB, (await suite.plan(LAB)).cases)]


async def test_rates_are_of_all_cases_together(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(
        line("right", "Restam poucas vagas.", SCARCE)
        + line("alarm", "Restam poucas vagas.")
        + line("missed", "Turma de agosto.", {"code": "claim.date", "field": "body", "quote": "agosto"})
        + line("clean", "Turma de agosto, aulas às terças.")
    )
    cases = await measured(path)
    found = {name: one.value for name, one in figures(METRICS, cases, 7).items()}
    # one blocked rightly, one wrongly, one not at all; each with one finding or label
    assert found == {metric.name: 0.5 for metric in METRICS}
    assert cases[1].shown["wrong"] == ["false: claim.scarcity 'Restam poucas vagas'"]
    assert cases[2].shown["blocking"] == "missed"


async def test_the_samples_own_copy_is_half_clean_and_judged_well() -> None:
    cases = read_cases(SAMPLE)
    assert len(cases) >= 40
    assert 0.4 <= sum(not one.expect for one in cases) / len(cases) <= 0.6
    assert {one.locale for one in cases} == {"pt-BR", "en", "es"}
    assert {one.split for one in cases} == {"development", "held-back"}
    found = figures(METRICS, await measured(), 7)
    assert (found["blocking.precision"].value or 0) >= 0.95
    assert (found["blocking.recall"].value or 0) >= 0.9


def test_a_case_that_is_there_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(line("a", "Turma.") * 2)
    with pytest.raises(CannotRead, match="more than one case has the id 'a'"):
        checks_suite(Config(suites=["checks"], labelled=[str(path)]))
