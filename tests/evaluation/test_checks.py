"""Labelled copy: how findings are measured against labels, and what is told of a bad file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.checks import Case, Rates, measure, read_cases, score
from evaluation.commands.eval import eval_
from service.checks.models import Finding, Severity
from service.errors import CannotRead

CASE = {
    "id": "a",
    "locale": "pt-BR",
    "channel": "note",
    "now": "2026-11-24T10:00:00-03:00",
    "fields": {"body": "Restam poucas vagas. Clique aqui."},
    "evidence": [{"id": "p1", "kind": "passage", "text": "Turma de agosto, aulas às terças."}],
    "contract": {"first_name": "mention"},
    "traits": {"first_name": "Ana"},
    "expect": [{"code": "claim.scarcity", "field": "body", "quote": "Restam poucas vagas"}],
    "why": "nenhuma evidência traz o número de vagas",
}


def case(id_: str, *labels: tuple[str, str]) -> Case:
    expect = [{"code": code, "field": "body", "quote": quote} for code, quote in labels]
    return Case.model_validate(CASE | {"id": id_, "expect": expect})


def finding(code: str, start: int, end: int, severity: Severity = "block") -> Finding:
    return Finding(code=code, severity=severity, field="body", start=start, end=end, message="")


def written(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    return path


def test_rates_are_those_of_the_textbook() -> None:
    rates = Rates(right=6, false=2, missed=4)
    assert rates.precision == pytest.approx(6 / (6 + 2))
    assert rates.recall == pytest.approx(6 / (6 + 4))
    assert rates.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert (Rates().precision, Rates().recall, Rates().f1) == (None, None, None)


def test_a_case_blocks_or_not_and_a_finding_counts_where_its_quote_overlaps() -> None:
    judged = [
        (case("right", ("claim.scarcity", "poucas vagas")), [finding("claim.scarcity", 0, 13)]),
        (case("elsewhere", ("claim.scarcity", "Restam")), [finding("claim.scarcity", 7, 13)]),
        (case("alarm"), [finding("claim.price", 0, 3)]),
        (case("missed", ("claim.price", "Restam")), []),
        (case("warned", ("style.spam", "Clique aqui")), [finding("style.spam", 21, 32, "warn")]),
        (case("clean"), []),
    ]
    scores = measure(judged)
    # blocked rightly: right, elsewhere; wrongly: alarm; not: missed. Warnings block nothing.
    assert scores.blocking == Rates(right=2, false=1, missed=1)
    assert scores.findings == Rates(right=2, false=2, missed=2)
    assert scores.codes["claim.scarcity"] == Rates(right=1, false=1, missed=1)
    assert scores.codes["style.spam"] == Rates(right=1, false=0, missed=0)
    assert [miss.case for miss in scores.false_alarms] == ["elsewhere", "alarm"]
    assert [miss.case for miss in scores.misses] == ["elsewhere", "missed"]


def test_labelled_copy_is_read_and_scored(tmp_path: Path) -> None:
    scores = score(read_cases(written(tmp_path / "cases.jsonl", CASE, "", CASE | {"id": "b"})))
    assert scores.cases == 2
    assert scores.blocking == Rates(right=2, false=0, missed=0)
    assert scores.codes["style.spam"] == Rates(right=0, false=2, missed=0)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((CASE, "{"), "line 2: not JSON"),
        ((CASE, "[]"), "line 2: "),
        ((CASE | {"locale": "fr"},), "line 1: locale: "),
        ((CASE | {"now": "2026-11-24T10:00:00"},), "line 1: now needs a time zone"),
        ((CASE | {"expect": [{"code": "x.y", "field": "body", "quote": "não está"}]},), "does not stand in the field"),
        ((CASE, CASE), "more than one case has the id 'a'"),
        (("",), "holds no cases"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, lines: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_cases(written(tmp_path / "cases.jsonl", *lines))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")


def test_the_command_prints_a_table_or_json(tmp_path: Path) -> None:
    path = written(tmp_path / "cases.jsonl", CASE)
    table = CliRunner().invoke(eval_, ["checks", str(path)])
    assert table.exit_code == 0
    assert "claim.scarcity" in table.output
    told = json.loads(CliRunner().invoke(eval_, ["checks", str(path), "--json"]).output)
    assert told["blocking"] == {"right": 1, "false": 0, "missed": 0, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert [miss["code"] for miss in told["false_alarms"]] == ["style.spam"]


def test_the_command_refuses_a_bad_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(eval_, ["checks", str(written(tmp_path / "cases.jsonl", "{"))])
    assert isinstance(result.exception, CannotRead)
