"""How many leads an audience's description fits, counted no further than it matters.

Traits are JSON whose values may be of any type, and both databases compare what they find: SQLite holds a text to be
more than any number, and PostgreSQL stops at a text where it wants a number. So each value's type is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import leads
from service.leads.contract import Contract
from service.leads.domains import Bands, Closed, NumberRange, band_of, known_value, number_of
from service.leads.traits import trait_of

Clause = sa.ColumnElement[bool]


async def count_matching(
    connection: AsyncConnection,
    workspace: UUID,
    contract: Contract,
    attributes: Mapping[str, object],
    now: datetime,
    most: int,
) -> int:
    """How many leads have all of those values, `most` where it is as many or more.

    Numbers of a range must be the very same; numbers in bands lie in the same one.
    """
    sqlite = connection.dialect.name == "sqlite"
    clauses = [
        clause
        for name, value in attributes.items()
        if isinstance(domain := contract.attributes[name].domain, Closed)
        and (clause := _clause(name, domain, value, now, sqlite=sqlite)) is not None
    ]
    found = sa.select(sa.literal(1)).where(leads.c.workspace_id == workspace, *clauses).limit(most).subquery()
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(found)) or 0)


def _clause(name: str, domain: Closed, value: object, now: datetime, *, sqlite: bool) -> Clause | None:
    spellings = [_Trait(spelling, sqlite) for spelling in dict.fromkeys((trait_of(name), name))]
    if isinstance(domain, Bands | NumberRange):
        number = number_of(value, now)
        if number is None:
            return None
        low, high = band_of(domain.edges, number) if isinstance(domain, Bands) else (number, None)
        exact = isinstance(domain, NumberRange)
        return sa.or_(*(trait.between(low, high, now, exact=exact) for trait in spellings))
    known = known_value(domain, value)
    return None if known is None else sa.or_(*(trait.says(known) for trait in spellings))


class _Trait:
    """One trait in SQL."""

    def __init__(self, name: str, sqlite: bool) -> None:
        value: Any = leads.c.traits[name]
        kind = sa.func.json_type(leads.c.traits, f'$."{name}"') if sqlite else sa.func.jsonb_typeof(value)
        self._sqlite = sqlite
        self._kind: sa.ColumnElement[Any] = kind
        self._text = sa.case((kind.in_(("text", "string")), value.as_string()))
        self._number = sa.case((kind.in_(("integer", "real", "number")), value.as_float()))
        self._truth = kind if sqlite else sa.case((kind == "boolean", value.as_string()))

    def says(self, text: str) -> Clause:
        """It is that text, or true or false where the text is one of them."""
        same = self._text == text
        return sa.or_(same, self._truth == text) if text in ("true", "false") else same

    def between(self, low: float | None, high: float | None, now: datetime, *, exact: bool) -> Clause:
        """It is a number from `low` to before `high`, or a day as many years ago; with `exact` it is `low`."""
        if exact and low is not None:
            years = self._born(low, low + 1, now) if low.is_integer() else sa.false()
            return sa.or_(self._number == low, years)
        bounds: list[Clause] = [self._number.is_not(None)]
        if low is not None:
            bounds.append(self._number >= low)
        if high is not None:
            bounds.append(self._number < high)
        return sa.or_(sa.and_(*bounds), self._born(low, high, now))

    def _born(self, low: float | None, high: float | None, now: datetime) -> Clause:
        """It is a day that long ago: ISO days sort as texts do."""
        bounds: list[Clause] = [self._text.like("____-__-__"), self._text <= now.date().isoformat()]
        if low is not None:
            bounds.append(self._text <= _years_before(now.date(), low))
        if high is not None:
            bounds.append(self._text > _years_before(now.date(), high))
        return sa.and_(*bounds)


def _years_before(today: date, years: float) -> str:
    """Who was born after that day is younger than so many whole years; a part of a year counts as a whole one."""
    whole = int(years) if years == int(years) else int(years) + (years > 0)
    year = today.year - max(0, whole)
    if year < 1:
        return "0000-00-00"
    leap = (today.month, today.day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return f"{year:04}-02-28" if leap else f"{year:04}-{today.month:02}-{today.day:02}"
