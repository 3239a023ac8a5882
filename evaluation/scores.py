"""How well scores learn from a file of people and what they did, through the service's own training.

The bank customers of `bank_additional_full.csv` are in the order of time, from 2008 to 2010, and the share of those who
said yes rises from 6 % in the first four fifths to 31 % in the last. So two questions are asked of the last fifth, and
of a logistic regression on the same columns beside the model: how good is a model that is trained once and never again,
and how good is one that is trained anew after every `every` outcomes, each time on outcomes that are older than whom it
predicts. The second uses answers from the last fifth, so it is no held-out figure in the sense of the first. The parts
of a model and how they are weighed were chosen by looking forward inside the first four fifths. An older training was
designed with figures of the last fifth in sight, so it is no fresh part; a fresh data set may give less.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from service.errors import CannotRead
from service.learning.features import Fact, Row, Schema
from service.learning.fitting import HELD_BACK, trained
from service.learning.measuring import Measures, measure
from service.learning.predictor import Linear, Numbers, Predictor, sigmoid

YES = frozenset(("yes", "1", "true", "sim", "si", "sí"))
Progress = Callable[[int, int], None]


class Pair(NamedTuple):
    """The model and the logistic regression, on the same people."""

    model: Measures
    baseline: Measures


class Found(NamedTuple):
    """`once`: trained on the first four fifths; `renewed`: trained anew as outcomes came in."""

    people: int
    columns: list[str]
    once: Pair
    renewed: Pair | None


def read_people(path: Path, label: str = "y", drop: Sequence[str] = ("duration",)) -> tuple[list[Row], list[bool]]:
    """Rows as the service's features, in the order of the file, and what became of each. Raises `CannotRead`."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            delimiter = ";" if file.readline().count(";") else ","
            file.seek(0)
            lines = list(csv.DictReader(file, delimiter=delimiter))
    except (OSError, ValueError) as error:
        raise CannotRead(f"{path} cannot be read: {error}") from None
    if not lines or label not in lines[0]:
        raise CannotRead(f"{path} has no column {label!r}.")
    left_out = {label, *drop}
    rows: list[Row] = [{name: _fact(cell) for name, cell in line.items() if name not in left_out} for line in lines]
    return rows, [line[label].strip().lower() in YES for line in lines]


def evaluate(
    rows: Sequence[Row],
    labels: Sequence[bool],
    *,
    every: int | None = None,
    seed: int = 0,
    progress: Progress = lambda done, total: None,
) -> Found:
    """Both ways; the second only with `every`. The rows are in the order of time."""
    happened, cut = np.asarray(labels, np.float64), int(len(rows) * (1 - HELD_BACK))
    steps = [(cut, len(rows)), *((at, min(at + every, len(rows))) for at in range(cut, len(rows), every or 1) if every)]
    predictions = []
    for done, (start, end) in enumerate(steps):
        progress(done, len(steps))
        schema = Schema.learn(rows[:start]).schema
        predictions.append(_predicted(trained(schema, rows[:start], happened[:start], seed), schema, rows[start:end]))
    once, renewed = predictions[0], predictions[1:]
    later = happened[cut:]
    return Found(
        len(rows),
        [column.attribute for column in Schema.learn(rows[:cut]).schema.columns],
        _measured([once], later),
        _measured(renewed, later) if renewed else None,
    )


def _predicted(made: tuple[Predictor, Linear], schema: Schema, rows: Sequence[Row]) -> tuple[Numbers, Numbers]:
    matrix = schema.encode(rows)
    return made[0].predict_encoded(matrix), sigmoid(made[1].margin(matrix))


def _measured(parts: Sequence[tuple[Numbers, Numbers]], happened: Numbers) -> Pair:
    model, baseline = (np.concatenate(predicted) for predicted in zip(*parts, strict=True))
    return Pair(measure(model, happened), measure(baseline, happened))


def _fact(cell: str) -> Fact:
    try:
        return float(cell)
    except ValueError:
        return cell
