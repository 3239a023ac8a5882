"""Training: rows and what became of them to a calibrated model and a report of how good it is.

Two models look at the same columns: boosted trees, which find what depends on what, and a logistic regression, which
goes on in a straight line where trees know only the values they have seen. Calibration weighs the log-odds of both:
Platt's scaling with two inputs, newer leads counting more. It is learnt forward in time, on blocks of leads that are
newer than those the parts were trained on, so what was true of one month alone loses weight; random folds give the
trees nearly all of it. A logistic regression alone is measured beside the model. Where times change a lot it can be the
better one: then train again more often, and read the report.

Leads are split by time: the newest fifth is held back and measured on. The model that then serves is trained in the
same way on all leads, since the newest ones know most of tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.errors import Fault, Invalid
from service.learning.features import Learnt, Matrix, Row, Schema
from service.learning.measuring import Measures, measure
from service.learning.predictor import Linear, Numbers, Predictor, Trees, sigmoid, standardised

LEAST_LEADS = 200
LEAST_OF_EACH = 50
HELD_BACK = 0.2
_OLDER = 0.85  # the part of the leads before the first block
_BLOCKS = 15
_LEAST_IN_BLOCK = 100
_HALF_LIFE = 0.075  # of all leads: how much older one counts half
Lines = NDArray[np.int64]
_LARGEST = float(np.finfo(np.float64).max)


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
    """The model of rows that are in the order of time, and the logistic regression that is a part of it."""
    # scikit-learn takes a second to import, and serving does not need it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    matrix = schema.encode(rows)
    margins, lines = [], []
    for seen, unseen in _folds(happened, seed):
        parts = (_trees(matrix[seen], happened[seen], seed), _linear(schema, matrix[seen], happened[seen]))
        margins.append(np.column_stack([part.margin(matrix[unseen]) for part in parts]))
        lines.append(unseen)
    apart, line = np.concatenate(margins), np.concatenate(lines)
    weights = 0.5 ** ((1 - line / len(matrix)) / _HALF_LIFE)
    curve = LogisticRegression(C=10.0).fit(apart, happened[line], sample_weight=weights)
    trees, linear = _trees(matrix, happened, seed), _linear(schema, matrix, happened)
    return Predictor(
        schema_=schema, trees=trees, linear=linear, weight_trees=float(curve.coef_[0][0]),
        weight_linear=float(curve.coef_[0][1]), offset=float(curve.intercept_[0]),
    ), linear  # fmt: skip


def _folds(happened: Numbers, seed: int) -> Iterator[tuple[Lines, Lines]]:
    """Which lines to train on and which to look at: forward in time, or at random where that leaves too little."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - as above

    first, last = int(_OLDER * len(happened)), len(happened)
    blocks = max(1, min(_BLOCKS, (last - first) // _LEAST_IN_BLOCK))
    cuts = np.linspace(first, last, blocks + 1).astype(int)
    older, newer = happened[: cuts[0]], happened[cuts[0] :]
    if min(older.sum(), (1 - older).sum(), newer.sum(), (1 - newer).sum()) >= LEAST_OF_EACH // 5:
        for start, end in pairwise(cuts):
            yield np.arange(start), np.arange(start, end)
    else:
        yield from StratifiedKFold(5, shuffle=True, random_state=seed).split(happened, happened)


def _linear(schema: Schema, matrix: Matrix, happened: Numbers) -> Linear:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - as above

    known = np.maximum((~np.isnan(matrix)).sum(axis=0), 1)
    measured = np.array([kind == "number" for kind in schema.kinds])  # a word stays 0 or 1, however rare it is
    mean = np.where(measured, np.nansum(matrix, axis=0) / known, 0.0)
    spread = np.sqrt(np.nansum((matrix - mean) ** 2, axis=0) / known)
    scale = np.where(measured & (spread > 0), spread, 1.0)
    values, missing = standardised(matrix, mean, scale)
    model = LogisticRegression(max_iter=3_000).fit(np.hstack([values, missing]), happened)
    weights = model.coef_[0]
    return Linear(
        mean=mean, scale=scale, weights=weights[: matrix.shape[1]], missing_weights=weights[matrix.shape[1] :],
        intercept=float(model.intercept_[0]),
    )  # fmt: skip


def _trees(matrix: Matrix, happened: Numbers, seed: int) -> Trees:
    return as_arrays(boosted(matrix, happened, seed))


def boosted(matrix: Matrix, happened: Numbers, seed: int) -> Any:
    """scikit-learn's model; a leaf speaks of at least 20 leads, so that none can be told from it."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - as above
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # noqa: PLC0415 - comes with it

    model = HistGradientBoostingClassifier(
        max_iter=100, learning_rate=0.08, max_leaf_nodes=31, min_samples_leaf=20,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    # threads that wait for each other on busy cores are 25 times slower than one, and the other cores go on serving
    with threadpool_limits(1):
        return model.fit(matrix, happened)


def as_arrays(model: Any) -> Trees:
    """The trees of scikit-learn's model. It has no public way to them; a test compares the predictions."""
    nodes = [trees[0].nodes for trees in model._predictors]
    shape = (len(nodes), max(map(len, nodes)))
    feature, value, threshold = np.full(shape, -1), np.zeros(shape), np.zeros(shape)
    left = np.tile(np.arange(shape[1]), (shape[0], 1))
    right, missing_left = left.copy(), np.zeros(shape, np.int64)
    for line, tree in enumerate(nodes):
        inner, size = tree["is_leaf"] == 0, slice(len(tree))
        value[line, size] = np.where(inner, 0.0, tree["value"])
        feature[line, size] = np.where(inner, tree["feature_idx"], -1)
        threshold[line, size] = np.where(inner, np.minimum(tree["num_threshold"], _LARGEST), 0.0)
        left[line, size] = np.where(inner, tree["left"], left[line, size])
        right[line, size] = np.where(inner, tree["right"], right[line, size])
        missing_left[line, size] = tree["missing_go_to_left"]
    return Trees(
        feature=feature, threshold=threshold, left=left, right=right, missing_left=missing_left, value=value,
        baseline=float(model._baseline_prediction.ravel()[0]), depth=int(max(tree["depth"].max() for tree in nodes)),
    )  # fmt: skip
