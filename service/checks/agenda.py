"""What one piece of evidence says of days and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from service.checks.calendar import Date
from service.checks.moments import Moment
from service.checks.stated import told
from service.checks.units import Measured
from service.types import Locale

_EVERY_DAY = ("todos os dias", "diariamente", "every day", "daily", "todos los dias", "7 dias", "24/7")
_NEXT_DAY = ("dia seguinte", "next day", "next-day", "dia siguiente", "24 h", "24h", "um dia", "1 dia", "one day")
_NTH = re.compile(r"\b(?:(first|primeir[oa]|primer)|(second|segundo)|(third|terceir[oa]|tercer))\s\Z")


@dataclass(slots=True)
class Agenda:
    """What a piece of evidence says of days and times, each with its place in the wording."""

    dates: tuple[Date, ...] = ()
    moments: tuple[Moment, ...] = ()
    lengths: tuple[Measured, ...] = ()
    counts: tuple[Decimal, ...] = ()
    weekly: frozenset[int] = frozenset()
    daily: bool = False
    next_day: bool = False
    ordinal: tuple[tuple[int, int, int, int], ...] = ()
    years: frozenset[int] = field(default_factory=frozenset)


@lru_cache(maxsize=2_048)
def agenda_of(text: str, locale: Locale) -> Agenda:
    phrases = told(text, locale)
    reading, found = phrases.reading, phrases.moments
    return Agenda(
        dates=phrases.dates,
        moments=found,
        lengths=tuple(one for one in phrases.measured if one.dimension in ("time", "months", "nights")),
        counts=tuple(one.value for one in phrases.counted),
        weekly=_ranged([one for one in found if one.kind == "weekly"]),
        daily=any(sign in reading.text for sign in _EVERY_DAY),
        next_day=any(sign in reading.text for sign in _NEXT_DAY),
        ordinal=tuple(_ordinal(reading.text, found)),
        years=frozenset(int(one.value) for one in reading.numerals if 1900 <= one.value <= 2100 and not one.value % 1),
    )


def _ordinal(text: str, found: Sequence[Moment]) -> Iterator[tuple[int, int, int, int]]:
    """Weekdays of every month, as `the first Sunday`: where they stand, which one, and the weekday."""
    for one in found:
        if one.kind in ("weekday", "weekly") and (match := _NTH.search(text, max(0, one.start - 10), one.start)):
            yield match.start(), one.end, (match.lastindex or 1) - 1, one.number


def _ranged(weekly: Sequence[Moment]) -> frozenset[int]:
    """The weekdays told, and those between the two of a range such as `segunda a sábado`."""
    found = {one.number for one in weekly}
    for first, last in pairwise(weekly):
        if last.start - first.end <= 10 and first.number < last.number:
            found |= set(range(first.number, last.number))
    return frozenset(found)
