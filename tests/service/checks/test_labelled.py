"""Labelled copy: ours in three languages, and the shared file where it is at hand. What was judged rightly stays so."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.checks import read_cases, score

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
