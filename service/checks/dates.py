"""Explicit dates must stand in evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from service.checks.copy import Copy, Source, wording_of
from service.checks.models import Finding

_NAMES: tuple[tuple[str, ...], ...] = (
    ("janeiro", "january", "enero", "jan", "ene"),
    ("fevereiro", "february", "febrero", "fev", "feb"),
    ("março", "march", "marzo", "mar"),
    ("abril", "april", "apr", "abr"),
    ("maio", "may", "mayo", "mai"),
    ("junho", "june", "junio", "jun"),
    ("julho", "july", "julio", "jul"),
    ("agosto", "august", "ago", "aug"),
    ("setembro", "september", "septiembre", "set", "sep", "sept"),
    ("outubro", "october", "octubre", "out", "oct"),
    ("novembro", "november", "noviembre", "nov"),
    ("dezembro", "december", "diciembre", "dez", "dec", "dic"),
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:º|\.º|st|nd|rd|th)?"


def _range(first: str, last: str) -> str:
    return rf"(?P<{first}>{_DAY})(?:\s?(?:a|al|e|y|and|to|até|-|–)\s?(?P<{last}>{_DAY}))?"


def _year(name: str) -> str:
    return rf"(?:(?:,?\s(?:de\s|del\s)?)(?P<{name}>20\d\d)\b)?"


# As in `numbers`, a pattern is tried only where a number stands, at its beginning or at the month before it.
_RUN = re.compile(r"\d+")
_DAY_FIRST = re.compile(rf"{_range('day', 'last')}\s(?:de\s|of\s)?(?P<month>{_MONTH})\b{_year('year')}", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTH})\s\Z", re.IGNORECASE)
_MONTH_ENDS = tuple(_MONTHS)
_LONGEST_MONTH = 1 + max(map(len, _MONTHS))
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_MONTH})\s{_range('day', 'last')}(?!\d|[.,]\d|%|\s?(?:g|kg|ml|l|cm)\b){_year('year')}",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(20\d\d|\d\d))?(?![\w/]|[.,]\d)")
_ISO = re.compile(r"(20\d\d)-(\d\d)-(\d\d)\b")
_LEAD_IN = re.compile(
    r"\b(?:até|dia|desde|em|de|a|antes de|hasta|el|al|on|until|by|through|till)(?: o| el)?\s\Z",
    re.I,
)
_LONGEST_LEAD_IN = 13
_LENGTH = re.compile(r"\b(\d{1,2}) (?:noites?|dias?|nights?|days?|noches?|días?)\b", re.IGNORECASE)


class _Date(NamedTuple):
    """A day as a text tells it; the year is None where it is not told. `swapped` reads `11/30` as Americans do."""

    day: int
    month: int
    year: int | None
    start: int = 0
    end: int = 0
    figures: bool = False

    def matches(self, other: _Date) -> bool:
        years = self.year is None or other.year is None or self.year == other.year
        same = (self.day, self.month) == (other.day, other.month)
        return years and (
            same or ((self.figures or other.figures) and (self.day, self.month) == (other.month, other.day))
        )


def dates(copy: Copy) -> Iterator[Finding]:
    """Dates that no valid evidence states."""
    named = [(name, found) for name, text in copy.fields.items() for found in _dates(text)]
    if not named:
        return
    valid = list(_supported(copy, copy.valid))
    for name, found in named:
        if not any(found.matches(known) for known in valid):
            expired = any(found.matches(known) for known in _supported(copy, copy.lapsed))
            code = "claim.expired" if expired else "claim.date"
            yield copy.finding(code, name, found.start, found.end)


def _supported(copy: Copy, sources: Iterable[Source]) -> Iterator[_Date]:
    for source in sources:
        stated = _known_dates(wording_of(source))
        yield from stated
        if stated:
            yield from _later(stated, source.text, copy.now)
        if source.valid_until:
            for day in _days(source.valid_until, copy.now):
                yield _Date(day.day, day.month, day.year)


def _later(stated: Iterable[_Date], text: str, now: datetime) -> Iterator[_Date]:
    """The day on which something that begins on a stated day ends: out on the 12th, five nights, back on the 17th."""
    nights = {int(match[1]) for match in _LENGTH.finditer(text)}
    for one in stated:
        with suppress(ValueError):
            begin = date(one.year or now.year, one.month, one.day)
            for count in nights:
                end = begin + timedelta(days=count)
                yield _Date(end.day, end.month, end.year if one.year else None)


def _days(moment: datetime, now: datetime) -> set[date]:
    """The days a reader may call that moment. Where nobody gave the readers' zone, its own counts as well."""
    local = moment.astimezone(now.tzinfo).date()
    return {local, moment.date()} if now.tzinfo == UTC or now.utcoffset() == UTC.utcoffset(None) else {local}


def _dates(text: str) -> tuple[_Date, ...]:
    """The dates a text names."""
    return (*_in_words(text), *_in_figures(text))


_known_dates = lru_cache(maxsize=2_048)(_dates)
"""The same, remembered. For texts of content only, which stand beside draft after draft, and never for copy."""


def _in_words(text: str) -> Iterator[_Date]:
    taken = 0
    for run in _RUN.finditer(text):
        match = _written(text, run.start(), taken) if run.start() >= taken else None
        if match:
            month, year, taken = _MONTHS[match["month"].lower()], match["year"], match.end()
            for day in (match["day"], match["last"]):
                if day:
                    yield _Date(int(re.sub(r"\D", "", day)), month, int(year) if year else None, *match.span())


def _written(text: str, at: int, taken: int) -> re.Match[str] | None:
    """The date in words whose day stands there, the month before or after it."""
    before = text[max(taken, at - _LONGEST_MONTH) : at]
    if before[-1:].isspace() and before[:-1].lower().endswith(_MONTH_ENDS):
        month = _MONTH_BEFORE.search(text, max(taken, at - _LONGEST_MONTH), at)
        match = _MONTH_FIRST.match(text, month.start()) if month else None
        if match:
            return match
    return None if _joined(before[-1:], "_/.,") else _DAY_FIRST.match(text, at)


def _in_figures(text: str) -> Iterator[_Date]:
    if "/" not in text and "-" not in text:
        return
    for run in _RUN.finditer(text):
        at, following = run.start(), text[run.end() : run.end() + 1]
        before = text[at - 1] if at else ""
        if following == "-" and not _joined(before, "_") and (match := _ISO.match(text, at)):
            yield _Date(int(match[3]), int(match[2]), int(match[1]), *match.span())
        if following == "/" and not _joined(before, "_/.,-"):
            match = _FIGURES.match(text, at)
            if match and _is_date(text, match):
                year = int(match[3]) % 100 + 2000 if match[3] else None
                yield _Date(int(match[1]), int(match[2]), year, *match.span(), figures=True)


def _joined(before: str, signs: str) -> bool:
    """Whether a number that comes after this character is part of something longer."""
    return before.isalnum() or (before != "" and before in signs)


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Whether `1/2` is a date and not half a cup: it has a year, two digits a part, or such a word before it."""
    first, second = int(match[1]), int(match[2])
    if not (0 < first <= 31 and 0 < second <= 31 and min(first, second) <= 12):
        return False
    two_digits = len(match[1]) == len(match[2]) == 2
    return (
        bool(match[3])
        or two_digits
        or bool(_LEAD_IN.search(text, max(0, match.start() - _LONGEST_LEAD_IN), match.start()))
    )
