"""A trained model as plain numbers: loaded without scikit-learn, and with nothing in it that could be executed.

scikit-learn's own way to keep a model is pickle, and a pickle from the records runs whatever somebody wrote into that
row. `skops` reads models without that, but needs scikit-learn (1 s to import) wherever a lead is scored. What
prediction needs is small: trees as arrays of thresholds, a weighted sum, and weights that calibrate. So that is what is
kept, as JSON; a test holds it to scikit-learn's own predictions.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator

from service.learning.features import Matrix, Row, Schema

Numbers = NDArray[np.float64]
UNBENT = float(np.finfo(np.float64).min)  # the knot of a column that counts everywhere
_AT_ONCE = 4_096

_Floats = Annotated[
    NDArray[np.float64], PlainValidator(lambda value: np.asarray(value, np.float64)), PlainSerializer(np.ndarray.tolist)
]
_Ints = Annotated[
    NDArray[np.int64], PlainValidator(lambda value: np.asarray(value, np.int64)), PlainSerializer(np.ndarray.tolist)
]


class _Part(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)


class Linear(_Part):
    """A weighted sum of standardised columns and of flags that say which are missing. Missing counts as the mean.

    A column may occur several times, each time from another of its `knots` on; below the knot it counts as the knot.
    """

    columns: _Ints
    knots: _Floats
    mean: _Floats
    scale: _Floats
    weights: _Floats
    missing_weights: _Floats
    intercept: float

    def margin(self, matrix: Matrix) -> Numbers:
        """Log-odds."""
        values, missing = standardised(np.maximum(matrix[:, self.columns], self.knots), self.mean, self.scale)
        return np.asarray(values @ self.weights + missing @ self.missing_weights + self.intercept)


def standardised(matrix: Matrix, mean: Numbers, scale: Numbers) -> tuple[Matrix, Matrix]:
    """Columns of mean 0 and spread 1, missing ones at their mean, and which are missing."""
    missing = np.isnan(matrix)
    return np.where(missing, 0.0, (matrix - mean) / scale), missing.astype(np.float64)


class Trees(_Part):
    """Boosted trees, one a line, padded to the same number of nodes. A leaf has feature -1 and leads to itself."""

    feature: _Ints
    threshold: _Floats
    left: _Ints
    right: _Ints
    missing_left: _Ints
    value: _Floats
    baseline: float
    depth: int

    def margin(self, matrix: Matrix) -> Numbers:
        """Log-odds."""
        parts = [self._margin(matrix[start : start + _AT_ONCE]) for start in range(0, len(matrix), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _margin(self, matrix: Matrix) -> Numbers:
        tree = np.arange(len(self.feature))[None, :]
        node = np.zeros((len(matrix), len(self.feature)), np.int64)
        line = np.arange(len(matrix))[:, None]
        for _ in range(self.depth):
            value = matrix[line, self.feature[tree, node]]
            goes_left = np.where(
                np.isnan(value), self.missing_left[tree, node] == 1, value <= self.threshold[tree, node]
            )
            node = np.where(goes_left, self.left[tree, node], self.right[tree, node])
        return np.asarray(self.value[tree, node].sum(axis=1) + self.baseline)


class Predictor(_Part):
    """Columns, the three parts, the share of each in the mean of what they expect, and what calibrates that mean."""

    schema_: Schema
    plain: Linear
    bent: Linear
    trees: Trees
    shares: _Floats
    slope: float
    offset: float

    def predict(self, rows: list[Row]) -> Numbers:
        """The probability of the event, one a row."""
        return self.predict_encoded(self.schema_.encode(rows))

    def predict_encoded(self, matrix: Matrix) -> Numbers:
        """The same, for rows that are encoded already."""
        parts = np.column_stack([part.margin(matrix) for part in (self.plain, self.bent, self.trees)])
        return sigmoid(self.offset + self.slope * pooled(parts, self.shares))

    def dump(self) -> bytes:
        """As it is kept."""
        return orjson.dumps(self.model_dump())

    @classmethod
    def load(cls, artefact: bytes) -> Self:
        """As it was kept."""
        found: dict[str, Any] = orjson.loads(artefact)
        return cls.model_validate(found)


def sigmoid(margin: Numbers) -> Numbers:
    """Log-odds to probabilities."""
    return np.asarray(1 / (1 + np.exp(-np.clip(margin, -500, 500))))


def pooled(margins: Numbers, shares: Numbers) -> Numbers:
    """The log-odds of the mean of probabilities, each given as log-odds in a column of its own.

    Means of probabilities, not of log-odds: a part that goes astray where it has seen nothing then cannot outshout the
    others.
    """
    mean = np.clip(sigmoid(margins) @ shares, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(mean / (1 - mean)))
