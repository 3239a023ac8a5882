"""What one piece of evidence says of days and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from service.checks.calendar import Date
from service.checks.measure import Measured
from service.checks.moment import CLOSED, Moment
from service.checks.stated import told
from service.types import Locale

_EVERY_DAY = re.compile(
    r"\b(?:todos os dias|diariamente|every day|daily|todos los dias|a diario|24/7"
    r"|(?:7|sete|siete|seven) (?:dias|days)(?: (?:a|por|da|na|per|de la|a la|en la|of the) (?:week|semana)\b|(?! \w)))"
)
_ROUND_CLOCK = re.compile(
    r"\b(?:24/7|24 ?h(?:ora|our)?s? (?:por|ao|al|a|per|every|each|todos|los|the) (?:dias?|day|7|siete|sete)"
    r"|(?:las |as )?24 horas,? (?:los|todos|nos|dos|sete|siete|7|de domingo|del dia|do dia)"
    r"|(?<!en )\blas 24 horas|(?:assistencia|asistencia|atendimento|atencion|plantao|suporte|soporte|support|assistance"
    r"|service|aberto|abierto|open)"
    r" (?:\w+ )?(?:las )?24 ?h(?:oras?|ours?|rs?)?\b|round[- ]the[- ]clock|dia e noite|dia y noche|day and night"
    r"|(?:a )?qualquer hora|cualquier hora|any (?:hour|time of (?:the )?day))"
)
_HOUR_BEFORE = re.compile(r"\b(?:as|das|las|at)\s\Z")
_NEXT_DAY = re.compile(r"dia seguinte|next[ -]day|dia siguiente|24 ?h|um dia|1 dia|one day")
_THROUGH = re.compile(r"\s?(?:a|al|to|through|thru|ate|hasta|-|–|—)\s?(?:las?\s|los?\s|el\s|as?\s|o\s)?")
_WORKING = re.compile(
    r"(?:\s(?:a|to|or|ou|o|e|y|and|ate)\s\d+|\s?[-–]\s?\d+)?\s?(?:dias?\s)?(?:uteis|util|habil(?:es)?|laborables?)\b"
)
_BUSINESS = re.compile(r"\b(?:working|business|week)[ -]?days?\b")
_WORKDAYS = r"dias (?:uteis|habiles|laborables)\b"
_SEVERAL = (
    (range(5), re.compile(rf"\b(?:(?:em|nos|en|los) {_WORKDAYS}|weekdays\b|entre semana\b)|(?<!\w )\b{_WORKDAYS}")),
    (
        range(5, 7),
        re.compile(
            r"\b(?:weekends|(?:fins|finais) de semana|fines de semana"
            r"|(?:every|each|todo|cada) (?:weekend|fi[mn] de semana|final de semana))\b"
        ),
    ),
)
_LONGEST_DELAY = 60  # days: nothing that takes longer is told by the weekday or the date on which it ends
_SHORT_DAYS: dict[Locale, str] = {
    "pt-BR": "seg ter qua qui sex sab dom", "en": "mon tue wed thu fri sat sun", "es": "lun mar mie jue vie sab dom",
}  # fmt: skip
_SHORT = {
    locale: (
        re.compile(rf"\b({'|'.join(days)})\w?\.?(?:\s?[-–]\s?| (?:a|al|ate|to|through|thru) )({'|'.join(days)})\w?\b"),
        days,
    )
    for locale, days in ((locale, tuple(names.split())) for locale, names in _SHORT_DAYS.items())
}
_NTH = re.compile(r"\b(?:(first|primeir[oa]|primer)|(second|segundo)|(third|terceir[oa]|tercer))\s\Z")


Place = tuple[int, int]


class Delay(NamedTuple):
    """How many days something takes, and whether only working days count."""

    days: int
    working: bool
    start: int
    end: int


@dataclass(slots=True)
class Agenda:
    """What a piece of evidence says of days and times, each with its place in the wording. `weekly` are the weekdays
    on which something happens, `closed` those on which it says that nothing does, and `weekdays` all that are named but
    those."""

    dates: tuple[Date, ...] = ()
    moments: tuple[Moment, ...] = ()
    lengths: tuple[Measured, ...] = ()
    counts: tuple[Decimal, ...] = ()
    weekly: dict[int, Place] = field(default_factory=dict)
    closed: dict[int, Place] = field(default_factory=dict)
    daily: Place | None = None
    next_day: Place | None = None
    round_clock: Place | None = None
    ordinal: tuple[tuple[int, int, int, int], ...] = ()
    weekdays: frozenset[int] = frozenset()
    years: dict[int, Place] = field(default_factory=dict)
    delays: tuple[Delay, ...] = ()


@lru_cache(maxsize=2_048)
def agenda_of(text: str, locale: Locale) -> Agenda:
    phrases = told(text, locale)
    reading = phrases.reading
    found = tuple(_mornings(reading.text, phrases.moments))
    weekly = _ranged(reading.text, [one for one in found if one.kind == "weekly" and one.name != CLOSED])
    for days, words in _SEVERAL:
        if match := words.search(reading.text):
            weekly |= {day: match.span() for day in days if day not in weekly}
    weekly = _shortened(reading.text, locale) | weekly
    return Agenda(
        dates=phrases.dates,
        moments=found,
        lengths=tuple(
            one
            for one in phrases.measured
            if one.dimension in ("time", "months", "nights") and not _is_hour(reading.text, one)
        ),
        counts=tuple(one.value for one in phrases.counted),
        weekly=weekly,
        closed={one.number: (one.start, one.end) for one in found if one.name == CLOSED},
        weekdays=frozenset(weekly) | {one.number for one in found if one.kind == "weekday" and one.name != CLOSED},
        daily=_sign(reading.text, _EVERY_DAY),
        next_day=_sign(reading.text, _NEXT_DAY),
        round_clock=_sign(reading.text, _ROUND_CLOCK),
        ordinal=tuple(_ordinal(reading.text, found)),
        years={
            int(one.value): (one.start, one.end)
            for one in reading.numerals
            if 1800 <= one.value <= 2100 and not one.value % 1 and one.end - one.start == 4
        },
        delays=tuple(_delays(reading.text, phrases.measured)),
    )


def _sign(text: str, signs: re.Pattern[str]) -> Place | None:
    match = signs.search(text)
    return match.span() if match else None


def _is_hour(text: str, one: Measured) -> bool:
    """Whether it is a time of day: `às 17h`."""
    return one.unit == "hour" and _HOUR_BEFORE.search(text, max(0, one.start - 5), one.start) is not None


def _delays(text: str, measured: Sequence[Measured]) -> Iterator[Delay]:
    for one in measured:
        days = one.amount / 1440
        if one.dimension == "time" and days % 1 == 0 and 0 < days <= _LONGEST_DELAY:
            working = _WORKING.match(text, one.end)
            business = _BUSINESS.search(text, one.start, one.end + 16)
            yield Delay(int(days), bool(working or business), one.start, working.end() if working else one.end)


def _mornings(text: str, found: Sequence[Moment]) -> Iterator[Moment]:
    """The moments, of which the first hour of a range is before noon where its last is told by 24 hours: `9 a 18 h`."""
    times = [one for one in found if one.kind == "time"]
    early = {
        first
        for first, last in pairwise(times)
        if first.vague and first.number < 720 < last.number and text[last.start : last.start + 2] > "12"
        and _THROUGH.fullmatch(text, first.end, last.start)
    }  # fmt: skip
    for one in found:
        yield one._replace(vague=False) if one in early else one


def _shortened(text: str, locale: Locale) -> dict[int, Place]:
    """The weekdays of ranges that are abbreviated, `seg a sex`, and those told beside them: `Mon-Fri, Sat 9-13`."""
    pattern, days = _SHORT[locale]
    found: dict[int, Place] = {}
    ranges = list(pattern.finditer(text)) if any([one in text for one in days]) else []  # noqa: C419
    for match in ranges:
        first, last = days.index(match[1]), days.index(match[2])
        found |= {(first + ahead) % 7: match.span() for ahead in range((last - first) % 7 + 1)}
    for one in re.finditer(rf"\b(?:{'|'.join(days)})\b", text) if ranges else ():
        found.setdefault(days.index(one[0]), one.span())
    return found


def _ordinal(text: str, found: Sequence[Moment]) -> Iterator[tuple[int, int, int, int]]:
    """Weekdays of every month, as `the first Sunday`: where they stand, which one, and the weekday."""
    for one in found:
        if one.kind in ("weekday", "weekly") and (match := _NTH.search(text, max(0, one.start - 10), one.start)):
            yield match.start(), one.end, (match.lastindex or 1) - 1, one.number


def _ranged(text: str, weekly: Sequence[Moment]) -> dict[int, Place]:
    """The weekdays told, and those between the two of a range such as `segunda a sábado`, each with its place."""
    found = {one.number: (one.start, one.end) for one in weekly}
    for first, last in pairwise(weekly):
        if _THROUGH.fullmatch(text, first.end, last.start):
            for ahead in range((last.number - first.number) % 7 + 1):
                found[(first.number + ahead) % 7] = (first.start, last.end)
    return found
