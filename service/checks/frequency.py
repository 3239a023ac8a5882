"""How often something happens, in whatever words: `quinzenal`, `every 15 minutes`, `dos números por semana`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from service.checks.measure import Measured
from service.checks.stated import Stated
from service.checks.words import wordset

_UNIT_OF = {
    "hora": "hour", "hour": "hour", "dia": "day", "day": "day", "semana": "week", "week": "week", "mes": "month",
    "month": "month", "trimestre": "quarter", "quarter": "quarter", "semestre": "half_year", "ano": "year",
    "year": "year",
}  # fmt: skip
_UNIT = r"(?P<unit>hora|hour|dia|day|semestre|semana|week|mes|month|trimestre|quarter|ano|year)"
_A = r"(?:por|ao|al|a|an|per|each|every|cada|na|no|en el|a la)"
_AFTER = re.compile(rf"(?:\s[^\W\d]+){{0,3}}?\s{_A} {_UNIT}\b")
_ONE = re.compile(rf"\b(?:uma?|one|una?|an?|once|twice) (?:vez |[^\W\d]+ )?{_A} {_UNIT}\b")
_EVERY = re.compile(
    r"\b(?:every |cada |tod[oa]s? (?:[oa]s? |las |los )?)(?:(?P<half>half[ -]|mei[ao] |media )|(?P<other>other ))?"
    rf"{_UNIT}s?\b"
)
_EVERY_BEFORE = re.compile(r"\b(?:every|cada|de|de \w{1,6} em)\s\Z")  # "de dois em dois meses"
_EVERY_SIGNS = wordset("every cada todo toda todos todas de")
_ADVERBS: tuple[tuple[str, Fraction, str], ...] = (
    ("hourly", Fraction(1), "hour"),
    ("daily diario diaria diarios diarias diariamente", Fraction(1), "day"),
    ("weekly semanal semanais semanales semanalmente", Fraction(1), "week"),
    ("fortnightly biweekly quinzenal quinzenais quinzenalmente quincenal quincenales", Fraction(1, 2), "week"),
    ("monthly mensal mensais mensual mensuales mensalmente", Fraction(1), "month"),
    ("bimonthly bimestral bimestrais bimestrales", Fraction(1, 2), "month"),
    ("quarterly trimestral trimestrais trimestrales", Fraction(1, 3), "month"),
    ("semestral semestrais semestrales half-yearly biannual", Fraction(1, 6), "month"),
    ("yearly annual anual anuais anuales annually", Fraction(1), "year"),
)
_ADVERB = {word: (count, unit) for words, count, unit in _ADVERBS for word in words.split()}
_TIMES: dict[tuple[str, str], tuple[int, ...]] = {
    # how many of the first are taken for one of the second
    ("minute", "hour"): (60,), ("hour", "day"): (24,), ("day", "week"): (7,), ("day", "month"): (30, 31),
    ("day", "year"): (365,), ("week", "month"): (4,), ("week", "year"): (52,), ("week", "quarter"): (13, 12),
    ("month", "quarter"): (3,), ("month", "half_year"): (6,), ("month", "year"): (12,), ("quarter", "year"): (4,),
    ("half_year", "year"): (2,),
}  # fmt: skip


class Often(NamedTuple):
    """So many times in one such unit of time, and where a text says so."""

    times: Fraction
    unit: str
    start: int
    end: int


def frequencies(known: Stated) -> Iterator[Often]:
    """All that a text says of how often something happens."""
    text, vocabulary = known.reading.text, known.reading.vocabulary
    for word in vocabulary.intersection(_ADVERB):
        at = known.reading.words.places(frozenset((word,)))[0]
        count, unit = _ADVERB[word]
        yield Often(count, unit, known.reading.words[at].start, known.reading.words[at].end)
    for number in known.reading.numerals:
        if match := _AFTER.match(text, number.end):
            yield Often(Fraction(number.value), _UNIT_OF[match["unit"]], number.start, match.end())
    for match in _ONE.finditer(text):
        count = Fraction(2 if match[0].startswith("twice") else 1)
        yield Often(count, _UNIT_OF[match["unit"]], *match.span())
    if not _EVERY_SIGNS.isdisjoint(vocabulary):
        for match in _EVERY.finditer(text):
            count = Fraction(2) if match["half"] else Fraction(1, 2) if match["other"] else Fraction(1)
            yield Often(count, _UNIT_OF[match["unit"]], *match.span())
        for one in known.measured:
            if one.numeral and one.value > 0 and is_interval(one, text):
                yield _interval(one)


def is_told(known: Stated) -> bool:
    """Whether a text says how often anything happens, or on which weekdays."""
    return next(frequencies(known), None) is not None or any(one.kind == "weekly" for one in known.moments)


def is_per_period(folded: str, end: int) -> bool:
    """Whether what ends there is said of each day, week, month or year."""
    return _AFTER.match(folded, end) is not None


def is_weekly(folded: str, end: int) -> bool:
    """Whether what ends there is said of each week."""
    told = _AFTER.match(folded, end)
    return told is not None and _UNIT_OF[told["unit"]] == "week"


def is_interval(one: Measured, folded: str) -> bool:
    """Whether it is how much time passes from once to the next: `a cada 15 dias`."""
    return _EVERY_BEFORE.search(folded, max(0, one.start - 14), one.start) is not None


def _interval(one: Measured) -> Often:
    weeks = {"fortnight": 2, "half_month": 2}.get(one.unit)
    unit = "week" if weeks else one.unit
    return Often(1 / (Fraction(one.value) * (weeks or 1)), unit, one.start, one.end)


def as_often(count: Decimal, folded: str, end: int, known: Stated) -> tuple[int, int] | None:
    """What happens so many times in the time that copy goes on to name: a book a month makes twelve a year."""
    told = _AFTER.match(folded, end)
    if told is None:
        return None
    wanted = Often(Fraction(count), _UNIT_OF[told["unit"]], 0, 0)
    return next(((one.start, one.end) for one in frequencies(known) if _same(one, wanted)), None)


def comes_as_often(wanted: Measured, known: Stated) -> tuple[int, int] | None:
    """What happens once in so much time: `a cada 15 dias` is what comes `quinzenalmente`."""
    if not wanted.value:
        return None
    often = _interval(wanted)
    return next(((one.start, one.end) for one in frequencies(known) if _same(one, often)), None)


def _same(one: Often, other: Often) -> bool:
    if one.unit == other.unit:
        return one.times == other.times or _fortnight(one, other)
    up = _TIMES.get((one.unit, other.unit), ())
    down = _TIMES.get((other.unit, one.unit), ())
    return (
        any(one.times * each == other.times for each in up)
        or any(other.times * each == one.times for each in down)
        or _fortnight(one, other)
    )


def _fortnight(one: Often, other: Often) -> bool:
    """Whether both are each fortnight, which people call two weeks, fifteen days or half a month."""
    fortnights = (("week", Fraction(1, 2)), ("day", Fraction(1, 15)), ("day", Fraction(1, 14)), ("month", Fraction(2)),
                  ("year", Fraction(24)), ("year", Fraction(26)))  # fmt: skip
    return (one.unit, one.times) in fortnights and (other.unit, other.times) in fortnights
