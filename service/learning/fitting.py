"""Training: rows and what became of them to a calibrated model and a report of how good it is.

A model is a weighted mean of three parts (see `parts`), and how much each counts is chosen forward in time: the parts
are trained on older leads and look at newer ones, as the model will. Shares are good by how much better they rank than
the plain regression, on average and at their worst, so a part that was right in one month alone gets little. The same
looks forward calibrate: Platt's scaling, newer leads counting more, drawn to leaving the mean as it is. The plain
regression is measured beside the model.

Leads are split by time: the newest fifth is held back and measured on. The model that then serves is trained in the
same way on all leads, since the newest ones know most of tomorrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.errors import Fault, Invalid
from service.learning.features import Learnt, Matrix, Row, Schema
from service.learning.measuring import Measures, area, measure
from service.learning.parts import bent, clocks, grown, plain
from service.learning.predictor import Linear, Numbers, Predictor, Trees, pooled, sigmoid

LEAST_LEADS = 200
LEAST_OF_EACH = 50
HELD_BACK = 0.2
_OLDEST = 0.5  # the part of the leads that is trained on before the first look forward
_LOOKS = 10
_AHEAD = 4  # how far a look goes, in steps from one to the next
_HALF_LIFE = 0.075  # of all leads: how much older one counts half in the calibration,
_LEAST_HALF_LIFE = 250  # and in leads, so that a few do not decide
_AS_IT_IS = 0.12  # how strongly the calibration is drawn to its start, a lead: one odd month must not turn it
_LEAST_SLOPE = 0.1  # who ranks higher stays higher
_WORST = 0.5  # what the worst look counts, beside the average of all
_SHARES = [np.array(shares) / 4 for shares in product(range(5), repeat=3) if sum(shares) == 4]
Lines = NDArray[np.int64]


class Fitted(NamedTuple):
    """The model that serves, how the one trained on the older leads did on the newest, and a regression beside it."""

    predictor: Predictor
    measures: Measures
    baseline: Measures
    learnt: Learnt
    trained: int
    held_back: int


def fit_model(rows: Sequence[Row], labels: Sequence[bool], times: Sequence[float], *, seed: int) -> Fitted:
    """Train on rows and whether it happened, in the order of `times`. Raises `Invalid` with what is missing."""
    order = np.argsort(np.asarray(times), kind="stable")
    ordered, happened = [rows[place] for place in order], np.asarray(labels, np.float64)[order]
    cut = int(len(ordered) * (1 - HELD_BACK))
    learnt = Schema.learn(ordered[:cut])
    enough(happened, cut, len(learnt.schema.columns))
    measured, baseline = trained(learnt.schema, ordered[:cut], happened[:cut], seed)
    later, outcome = learnt.schema.encode(ordered[cut:]), happened[cut:]
    everything = Schema.learn(ordered)
    served, _ = trained(everything.schema, ordered, happened, seed)
    return Fitted(
        served,
        measure(measured.predict_encoded(later), outcome),
        measure(sigmoid(baseline.margin(later)), outcome),
        everything,
        cut,
        len(ordered) - cut,
    )


def enough(happened: NDArray[np.float64], cut: int, columns: int) -> None:
    """Raises `Invalid` with everything that is missing, each as a place of its own."""
    positives, leads = int(happened.sum()), len(happened)
    later, least = happened[cut:], LEAST_OF_EACH // 5
    missing = [
        Fault(pointer, f"{what}: {have}, and {need} are needed")
        for pointer, what, have, need in (
            ("/leads", "leads that may be learnt from", leads, LEAST_LEADS),
            ("/positives", "leads for whom it happened", positives, LEAST_OF_EACH),
            ("/negatives", "leads for whom it did not", leads - positives, LEAST_OF_EACH),
            ("/positives_held_back", "of the newest fifth, for whom it happened", int(later.sum()), least),
            ("/negatives_held_back", "of the newest fifth, for whom it did not", int((1 - later).sum()), least),
            ("/features", "attributes that may choose and that leads have", columns, 1),
        )
        if have < need
    ]
    if missing:
        told = "; ".join(fault.detail for fault in missing)
        raise Invalid(f"There is too little to learn from. {told}.", code="scores.too_little", faults=missing)


def trained(schema: Schema, rows: Sequence[Row], happened: Numbers, seed: int) -> tuple[Predictor, Linear]:
    """The model of rows that are in the order of time, and the plain logistic regression that is a part of it."""
    matrix = schema.encode(rows)
    looks = [
        Look(
            lines, np.column_stack([part.margin(matrix[lines]) for part in parts(schema, matrix, happened, seen, seed)])
        )
        for seen, lines in _folds(happened, seed)
    ]
    shares = _shares(looks, happened)
    slope, offset = _calibrated(looks, shares, happened)
    line, bend, trees = parts(schema, matrix, happened, np.arange(len(matrix)), seed)
    return Predictor(
        schema_=schema, plain=line, bent=bend, trees=trees, shares=shares, slope=slope, offset=offset
    ), line  # fmt: skip


class Look(NamedTuple):
    """What the parts, trained on other leads, expect of these lines: log-odds, a column each."""

    lines: Lines
    margins: Numbers


def parts(schema: Schema, matrix: Matrix, happened: Numbers, seen: Lines, seed: int) -> tuple[Linear, Linear, Trees]:
    """The three parts, trained on the lines `seen`."""
    known, outcome = matrix[seen], happened[seen]
    clock = clocks(schema, known)
    return (
        plain(schema, known, outcome),
        bent(schema, known, outcome, clock),
        grown(known, outcome, clock, seed),
    )


def _folds(happened: Numbers, seed: int) -> list[tuple[Lines, Lines]]:
    """Which lines to train on and which to look at: forward in time, or at random where that leaves too little."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - takes a second, and serving needs none of it

    cuts = np.linspace(_OLDEST * len(happened), len(happened), _LOOKS + 1).astype(int)
    ahead = [
        (np.arange(start), np.arange(start, cuts[min(number + _AHEAD, _LOOKS)]))
        for number, start in enumerate(cuts[:-1])
    ]
    forward = [fold for fold in ahead if all(_both(happened[lines]) for lines in fold)]
    if len(forward) >= _LOOKS // 2:
        return forward
    return list(StratifiedKFold(5, shuffle=True, random_state=seed).split(happened, happened))


def _both(happened: Numbers) -> bool:
    return bool(min(happened.sum(), (1 - happened).sum()) >= LEAST_OF_EACH // 5)


def _shares(looks: Sequence[Look], happened: Numbers) -> Numbers:
    """The shares that gain most over the plain regression, on average and at their worst."""

    def gain(shares: Numbers) -> float:
        gains = [
            area(pooled(look.margins, shares), happened[look.lines]) - area(look.margins[:, 0], happened[look.lines])
            for look in looks
        ]
        return float(np.mean(gains) + _WORST * min(gains))

    return max(_SHARES, key=gain)


def _calibrated(looks: Sequence[Look], shares: Numbers, happened: Numbers) -> tuple[float, float]:
    """Slope and offset, learnt on what was expected of each line shortly before, and drawn to 1 and 0."""
    margin = np.full(len(happened), np.nan)
    for look in looks:  # a later look writes over what an earlier one expected
        margin[look.lines] = pooled(look.margins, shares)
    line = np.flatnonzero(~np.isnan(margin))
    inputs = np.column_stack([margin[line], np.ones(len(line))])
    weights = 0.5 ** ((len(happened) - line) / max(_HALF_LIFE * len(happened), _LEAST_HALF_LIFE))
    start, draw = np.array([1.0, 0.0]), _AS_IT_IS * weights.sum()

    def loss(curve: Numbers) -> float:
        told = inputs @ curve
        return float(weights @ (np.logaddexp(0, told) - happened[line] * told) + draw / 2 * sum((curve - start) ** 2))

    found = start
    for _ in range(30):  # Newton's steps, shortened where they overshoot; the loss is convex, and ten are plenty
        expected = sigmoid(inputs @ found)
        slope = inputs.T @ (weights * (expected - happened[line])) + draw * (found - start)
        bend = (inputs.T * (weights * expected * (1 - expected))) @ inputs + draw * np.eye(2)
        step = np.linalg.solve(bend, slope)
        lengths = [0.5**halved for halved in range(20) if loss(found - 0.5**halved * step) < loss(found)]
        if not lengths:
            break
        found = found - lengths[0] * step
    return max(float(found[0]), _LEAST_SLOPE), float(found[1])
