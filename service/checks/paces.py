"""What so much by the week, the kilometre or the person comes to: 20 hours a week for 24 weeks are 480 hours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.measure import Measured
from service.checks.stated import Stated

_GAP = re.compile(r"(?: (?!e\b|y\b|and\b|ou\b|or\b)[^\W\d]+){0,2} ?")
_PER = re.compile(r"(?:por|per|an?|ao?|al|cada|each|every|na|la) |[^\W\d]+/")
_DAYS = frozenset(("day", "week", "fortnight"))
_CROWD = 24  # measures: what tells more of them is no copy

Place = tuple[int, int]


def by_pace(wanted: Measured, known: Stated, said: Stated) -> Place | None:
    """The pace that makes it in a time or over a distance that is told, or the two numbers whose quotient it is."""
    if len(known.measured) + len(said.measured) > _CROWD or not wanted.numeral:
        return None
    for each, per in _paces(known):
        if each.dimension == wanted.dimension and each.amount:
            for long in (*known.measured, *said.measured):
                if _is_of(long, per) and each.amount * long.amount == wanted.amount * per.amount:
                    return each.start, per.end
    for each, per in _paces(said):
        if each.start == wanted.start:
            for whole in known.measured:
                alike = whole.numeral and whole.dimension == wanted.dimension
                for long in known.measured if alike else ():
                    if _is_of(long, per) and whole.amount * per.amount == wanted.amount * long.amount:
                        return min(whole.start, long.start), max(whole.end, long.end)
    return None


def _is_of(long: Measured, per: Measured) -> bool:
    """Whether it is several of the units by which a pace is told."""
    if not long.numeral or long.dimension != per.dimension or long.amount <= per.amount:
        return False
    return long.dimension != "time" or long.unit == per.unit or (long.unit in _DAYS and per.unit in _DAYS)


def _paces(said: Stated) -> Iterator[tuple[Measured, Measured]]:
    """So much of something, and the one unit of which it is told."""
    text = said.reading.text
    for per in said.measured:
        if per.numeral is None and per.value == 1 and _PER.match(text, per.start):
            for each in said.measured:
                if each.numeral and (each.start < per.start < each.end or _GAP.fullmatch(text, each.end, per.start)):
                    yield each, per
