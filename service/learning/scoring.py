"""The scores of one lead or of many: by a model where the workspace has one, else by rules, each with its reasons.

A model's reasons are found by occlusion: each attribute in turn takes the value that is typical of the leads that the
model was trained on, and what the prediction loses by it is what the attribute gave. That is quick, asks no more than
the model itself, and tells nothing of attributes that act only together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from service.leads.contract import Contract
from service.learning.features import Column, Row, row_of
from service.learning.models import Reason, Score, ScoreKind, Scores
from service.learning.predictor import Predictor
from service.learning.rules import MOST_REASONS, Rule, fit, intent, points_in_words
from service.learning.usable import Usable
from service.learning.wording import fact_in_words
from service.types import Locale

_LEAST_POINTS = 0.1
_RULES: Mapping[ScoreKind, Rule] = {"fit": fit, "intent": intent}


@dataclass(frozen=True, slots=True)
class Serving:
    """A model that serves, and its version."""

    version: int
    predictor: Predictor


Models = Mapping[ScoreKind, Serving]


def score(lead: Usable, contract: Contract, models: Models, locale: Locale, now: datetime) -> Scores:
    """The scores of one lead, from what may be used of it."""
    return score_many([lead], contract, models, locale, now)[0]


def score_many(
    leads: Sequence[Usable], contract: Contract, models: Models, locale: Locale, now: datetime
) -> list[Scores]:
    """The same for many leads at once, which costs a model little more than one."""
    allowed = [lead.values for lead in leads if lead.values is not None]
    rows = [row_of(values, contract, now) for values in allowed] if models else []
    by_kind: dict[ScoreKind, list[Score]] = {}
    for kind, rule in _RULES.items():
        serving = models.get(kind)
        if serving is None:
            by_kind[kind] = [rule(values, contract, locale) for values in allowed]
        else:
            by_kind[kind] = predicted(serving, rows, contract, locale)
    scored = iter(zip(by_kind["fit"], by_kind["intent"], strict=True))
    found = []
    for lead in leads:
        none = Score(value=None, why_not=lead.why_not)
        fit_, intent_ = (none, none) if lead.values is None else next(scored)
        found.append(Scores(fit=fit_, intent=intent_, at=now))
    return found


def predicted(serving: Serving, rows: Sequence[Row], contract: Contract, locale: Locale) -> list[Score]:
    """What a model says of rows."""
    predictor = serving.predictor
    matrix = predictor.schema_.encode(rows)
    values = predictor.predict_encoded(matrix)
    found: list[list[Reason]] = [[] for _ in rows]
    place = 0
    for column in predictor.schema_.columns:
        width = len(column.places)
        typical = matrix.copy()
        typical[:, place : place + width] = column.encoded(column.typical)
        place += width
        moved = ~((typical == matrix) | (np.isnan(typical) & np.isnan(matrix))).all(axis=1)
        gave = np.zeros(len(rows))
        gave[moved] = 100 * (values[moved] - predictor.predict_encoded(typical[moved]))
        for line in np.flatnonzero(np.abs(gave) >= _LEAST_POINTS).tolist():
            found[line].append(_reason(column, rows[line], float(gave[line]), contract, locale))
    return [
        Score(
            value=round(100 * float(value), 1), model=serving.version,
            reasons=sorted(reasons, key=lambda reason: -abs(reason.points))[:MOST_REASONS],
        )
        for value, reasons in zip(values, found, strict=True)
    ]  # fmt: skip


def _reason(column: Column, row: Row, points: float, contract: Contract, locale: Locale) -> Reason:
    told = fact_in_words(column.attribute, row.get(column.attribute), locale, contract)
    return Reason(
        attribute=column.attribute, points=round(points, 1), text=f"{told} ({points_in_words(points, locale)})"
    )
