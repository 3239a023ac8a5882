"""The three parts of a score model, each fitted to lines that are in the order of time.

The plain regression takes every column as it is. Some numbers, though, follow the calendar rather than the lead:
prices, indices, anything that is nearly the same for everybody at one time. Whatever else changed then is put down to
them, and tomorrow they have values that nobody has seen. So the other two parts do without these *clocks*: a regression
in which a number may bend, and boosted trees, which find what depends on what.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.learning.features import Matrix, Schema
from service.learning.predictor import UNBENT, Linear, Numbers, Trees, standardised

_TIMES = 20
_CLOCK = 0.5  # of a number's ranks: the part of their variance that lies between times rather than within them
_BENDS = (0.2, 0.4, 0.6, 0.8, 0.95)
_LOOSEST = 0.1  # how freely the bent regression may weigh: the inverse of what holds it back,
_HOLD = 0.008  # which grows with the leads, since it is there for what will have changed, and not for chance alone
_LEAST_IN_LEAF = 20  # so that nobody can be told from a leaf
_LARGEST = float(np.finfo(np.float64).max)


def clocks(schema: Schema, matrix: Matrix) -> NDArray[np.bool_]:
    """Which columns are numbers that follow the time; none, where that would leave nothing else."""
    number = np.array([kind == "number" for kind in schema.kinds])
    time = np.arange(len(matrix)) * _TIMES // max(len(matrix), 1)
    found = number & np.array([_between(column, time) > _CLOCK for column in matrix.T], dtype=bool)
    return np.zeros_like(found) if found.all() else found


def _between(column: Numbers, time: NDArray[np.int64]) -> float:
    known = ~np.isnan(column)
    _, ranks = np.unique(column[known], return_inverse=True)
    if not ranks.any():
        return 0.0
    counts = np.bincount(ranks)
    middle = (np.cumsum(counts) - counts / 2)[ranks]
    middle -= middle.mean()
    people, sums = np.bincount(time[known]), np.bincount(time[known], weights=middle)
    return float((sums**2 / np.maximum(people, 1)).sum() / (middle**2).sum())


def plain(schema: Schema, matrix: Matrix, happened: Numbers) -> Linear:
    """The logistic regression that a model is measured beside: every column, in a straight line."""
    columns = np.arange(matrix.shape[1])
    return _regression(schema, matrix, happened, columns, np.full(len(columns), UNBENT), strength=1.0)


def bent(schema: Schema, matrix: Matrix, happened: Numbers, clock: NDArray[np.bool_]) -> Linear:
    """A logistic regression without clocks, whose numbers count anew from some of their quantiles on."""
    columns = list(np.flatnonzero(~clock))
    knots = [UNBENT] * len(columns)
    for column in list(columns):
        values = matrix[:, column]
        if schema.kinds[column] == "number" and not np.isnan(values).all():
            inner = np.unique(np.nanquantile(values, _BENDS))
            inner = inner[(inner > np.nanmin(values)) & (inner < np.nanmax(values))]
            columns += [column] * len(inner)
            knots += inner.tolist()
    strength = min(_LOOSEST, 1 / (_HOLD * max(len(matrix), 1)))
    return _regression(schema, matrix, happened, np.array(columns), np.array(knots), strength=strength)


def _regression(
    schema: Schema, matrix: Matrix, happened: Numbers, columns: NDArray[np.int64], knots: Numbers, *, strength: float
) -> Linear:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second, and serving needs none of it

    values = np.maximum(matrix[:, columns], knots)
    known = np.maximum((~np.isnan(values)).sum(axis=0), 1)
    measured = np.array([schema.kinds[column] == "number" for column in columns])  # a word stays 0 or 1, however rare
    mean = np.where(measured, np.nansum(values, axis=0) / known, 0.0)
    spread = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / known)
    scale = np.where(measured & (spread > 0), spread, 1.0)
    model = LogisticRegression(C=strength, max_iter=3_000).fit(np.hstack(standardised(values, mean, scale)), happened)
    weights = model.coef_[0]
    return Linear(
        columns=columns, knots=knots, mean=mean, scale=scale, weights=weights[: len(columns)],
        missing_weights=weights[len(columns) :], intercept=float(model.intercept_[0]),
    )  # fmt: skip


def grown(matrix: Matrix, happened: Numbers, clock: NDArray[np.bool_], seed: int) -> Trees:
    """Boosted trees that cannot ask for clocks."""
    return as_arrays(boosted(np.where(clock, 0.0, matrix), happened, seed))


def boosted(matrix: Matrix, happened: Numbers, seed: int) -> Any:
    """scikit-learn's model: few and small trees, so that they find what lasts."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - as above
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # noqa: PLC0415 - comes with it

    model = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.08, max_leaf_nodes=8, max_depth=3, l2_regularization=10,
        min_samples_leaf=max(_LEAST_IN_LEAF, len(matrix) // 200), early_stopping=False, random_state=seed,
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
