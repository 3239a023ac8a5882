"""From what may be known of leads to columns of numbers: the one code that training, scoring and grouping go through.

A row holds only what the attribute contract lets choose (`select`, `imply`) in a closed domain, and what is computed.
Names, free text and what is only mentioned never get this far; nor do consents and scores, which would have the model
learn from its own work. A word that is no word of a closed domain, such as a product's category, becomes a column only
where `SHARED_BY` leads have it in common: what fewer share could name them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from service.leads.contract import Contract
from service.leads.domains import Enumeration, known_value, number_of
from service.profile.models import Value

Fact = float | bool | str
Row = Mapping[str, Fact]
Matrix = NDArray[np.float64]
Kind = Literal["number", "flag", "word"]

SHARED_BY = 20
MOST_WORDS = 25
WORDS = frozenset(("funnel_stage", "age_band", "top_category", "top_product"))
NOT_BEHAVIOUR = {
    **dict.fromkeys(("fit_score", "intent_score"), "it is a score itself"),
    **dict.fromkeys(
        ("may_profile", "may_email", "may_sms", "may_whatsapp", "may_push"), "a consent is a right, not behaviour"
    ),
    "is_minor": "it decides what may be used, not what somebody does",
}
_KINDS: dict[type, Kind] = {bool: "flag", float: "number", str: "word"}


def row_of(visible: Mapping[str, Value], contract: Contract, now: datetime) -> dict[str, Fact]:
    """What of a lead's visible values can be a feature, dates as whole years until `now`."""
    found: dict[str, Fact] = {}
    for name, value in visible.items():
        if name not in NOT_BEHAVIOUR and (fact := _fact(name, value, contract, now)) is not None:
            found[name] = fact
    return found


def _fact(name: str, value: Value, contract: Contract, now: datetime) -> Fact | None:
    attribute = contract.attributes.get(name)
    if attribute is not None and attribute.use not in ("select", "imply"):
        return None
    if attribute is not None and isinstance(attribute.domain, Enumeration):
        known = known_value(attribute.domain, value)
        return value if known is not None and isinstance(value, bool) else known
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) or attribute is not None:
        return number_of(value, now)
    return value if isinstance(value, str) and name in WORDS else None


class Column(BaseModel):
    """One attribute as the model sees it. `typical` is the median or the most frequent value of the leads it was learnt
    from, None where most have none; `words` are the values of a word that have a place of their own."""

    attribute: str
    kind: Kind
    words: list[str] = []
    typical: Fact | None = None

    @property
    def places(self) -> list[tuple[str, str | None]]:
        """What each of its numbers is: the attribute and, of a word, which one."""
        return [(self.attribute, word) for word in self.words] or [(self.attribute, None)]

    def encoded(self, fact: Fact | None) -> list[float]:
        """The value as numbers: one, or one for each word."""
        if self.kind == "word":
            return [float(fact == word) for word in self.words]
        return [math.nan if fact is None or _KINDS[type(fact)] != self.kind else float(fact)]


class Learnt(NamedTuple):
    """The columns that rows have, and what was left out of them and why."""

    schema: Schema
    left_out: dict[str, str]


class Schema(BaseModel):
    """The columns, in order. Words take one number each, 1 or 0; a number that is missing is NaN."""

    columns: list[Column]

    @classmethod
    def learn(cls, rows: Sequence[Row]) -> Learnt:
        """The columns that these rows can fill."""
        values: dict[str, list[Fact]] = {}
        for row in rows:
            for name, fact in row.items():
                values.setdefault(name, []).append(fact)
        columns, left_out = [], {}
        for name in sorted(values):
            made = _column(name, values[name], len(rows))
            if isinstance(made, Column):
                columns.append(made)
            else:
                left_out[name] = made
        return Learnt(cls(columns=columns), left_out)

    @property
    def places(self) -> list[tuple[str, str | None]]:
        """What each number of an encoded row is: the attribute and, of a word, which one."""
        return [place for column in self.columns for place in column.places]

    @property
    def kinds(self) -> list[Kind]:
        """Of which kind each number of an encoded row is."""
        return [column.kind for column in self.columns for _ in column.places]

    def encode(self, rows: Sequence[Row]) -> Matrix:
        """One line a row. A value of another kind than was learnt counts as missing."""
        matrix = np.full((len(rows), len(self.places)), np.nan)
        place = 0
        for column in self.columns:
            width = len(column.places)
            for line, row in enumerate(rows):
                matrix[line, place : place + width] = column.encoded(row.get(column.attribute))
            place += width
        return matrix


def _column(name: str, values: Sequence[Fact], rows: int) -> Column | str:
    kinds = {_KINDS[type(value)] for value in values}
    if len(kinds) > 1:
        return "its values are of several kinds"
    if len(values) < SHARED_BY:
        return f"fewer than {SHARED_BY} leads have it"
    kind = kinds.pop()
    counts = Counter(values)
    words: list[str] = []
    if kind == "word":
        words = sorted(str(word) for word, count in counts.most_common(MOST_WORDS) if count >= SHARED_BY)
        if not words:
            return f"no value is shared by {SHARED_BY} leads"
    if len(counts) == 1 and len(values) == rows:
        return "all leads have the same value"
    typical: Fact | None = None
    if 2 * len(values) >= rows:
        typical = float(median(float(value) for value in values)) if kind == "number" else counts.most_common(1)[0][0]
    return Column(attribute=name, kind=kind, words=words, typical=typical)
