"""Labelled copy: ours in three languages, and the shared file where it is at hand. What was judged rightly stays so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluation.checks import read_cases, score
from service.checks.run import check
from tests.service.checks.copies import copy, findings

HERE = Path(__file__).parent / "labelled"
DEV = Path(__file__).parents[4] / "shared" / "data" / "copy_cases_dev.jsonl"


@pytest.mark.parametrize(
    ("path", "precision", "recall"),
    [
        (HERE / "pt-BR.jsonl", 0.9, 0.9),
        (HERE / "en.jsonl", 0.9, 0.9),
        (HERE / "es.jsonl", 0.9, 0.9),
        (DEV, 0.97, 0.95),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_faulty_copy_is_blocked_and_clean_copy_is_not(path: Path, precision: float, recall: float) -> None:
    if not path.exists():
        pytest.skip("the shared data is not here")
    found = score(read_cases(path))
    assert (found.blocking.precision or 0) >= precision, found.false_alarms
    assert (found.blocking.recall or 0) >= recall, found.misses
    if path == DEV:
        assert {code: one.f1 for code, one in found.codes.items() if (one.f1 or 0) < 0.85} == {}


@pytest.mark.parametrize("path", sorted(HERE.glob("*.jsonl")), ids=lambda path: path.stem)
def test_numbers_that_are_nought_are_read_like_any_others(path: Path) -> None:
    for case in read_cases(path):
        fields = {name: re.sub(r"\d+", "0", text) for name, text in case.fields.items()}
        noughts = [one.model_copy(update={"text": re.sub(r"\d+", "0", one.text)}) for one in case.evidence]
        for evidence in (case.evidence, noughts):
            found = check(case.model_copy(update={"fields": fields, "evidence": evidence}).copy_)
            assert all(not one.quote or fields[one.field][one.start : one.end] == one.quote for one in found)


@pytest.mark.parametrize(
    ("often", "codes"),
    [
        ("a cada 0 dias", {"claim.date"}), ("a cada 0 semanas", {"claim.date"}), ("0 vezes por semana", set()),
        ("R$ 0 por 0 aulas", {"claim.price", "claim.quantity"}),
    ],
)  # fmt: skip
def test_what_never_happens_follows_from_nothing(often: str, codes: set[str]) -> None:
    evidence = "A revista sai a cada 15 dias. Oito aulas por R$ 240,00, duas por semana."
    assert {one.code for one in findings(copy(f"A revista sai {often}.", evidence), "claim")} == codes
