"""The evaluation of scores reads a file as the service would see its leads, and asks both of its questions."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from evaluation.scores import evaluate, read_people
from service.errors import CannotRead


def people(path: Path, count: int) -> Path:
    """A file in the order of time, where age decides and the job says nothing."""
    draw = random.Random(5)  # noqa: S311
    lines = ["age;job;duration;y"]
    for _ in range(count):
        age = draw.randint(18, 80)
        says = "yes" if draw.random() < (0.8 if age > 50 else 0.1) else "no"
        lines.append(f"{age};{draw.choice(['cook', 'clerk'])};{9 if says == 'yes' else 1};{says}")
    path.write_text("\n".join(lines))
    return path


def test_both_questions_are_asked_of_the_newest_fifth(tmp_path: Path) -> None:
    rows, labels = read_people(people(tmp_path / "people.csv", 300))
    assert set(rows[0]) == {"age", "job"}
    found = evaluate(rows, labels, every=30)
    assert (found.people, found.columns) == (300, ["age", "job"])
    assert found.renewed is not None
    for pair in (found.once, found.renewed):
        assert pair.model.leads == pair.baseline.leads == 60
        assert pair.model.auc > 0.7
    assert evaluate(rows, labels).renewed is None


def test_a_file_without_the_label_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="no column 'bought'"):
        read_people(people(tmp_path / "people.csv", 3), label="bought")
    with pytest.raises(CannotRead):
        read_people(tmp_path / "nowhere.csv")
