"""Explicit dates must stand in evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from service.checks.copy import Copy, Source
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


_WRITTEN = re.compile(
    rf"(?<![\w/.,]){_range('day', 'last')}\s(?:de\s|of\s)?(?P<month>{_MONTH})\b{_year('year')}"
    rf"|\b(?P<month_first>{_MONTH})\s{_range('day_after', 'last_after')}"
    rf"(?!\d|[.,]\d|%|\s?(?:g|kg|ml|l|cm)\b){_year('year_after')}",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(?<![\w/.,-])(\d{1,2})/(\d{1,2})(?:/(20\d\d|\d\d))?(?![\w/]|[.,]\d)|\b(20\d\d)-(\d\d)-(\d\d)\b")
_LEAD_IN = re.compile(
    r"\b(?:até|dia|desde|em|de|a|antes de|hasta|el|al|on|until|by|through|till)(?: o| el)?\s$",
    re.I,
)


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
    valid = list(_supported(copy, (one for one in copy.evidence if not copy.expired(one))))
    expired = list(_supported(copy, (one for one in copy.evidence if copy.expired(one))))
    for name, found in named:
        if not any(found.matches(known) for known in valid):
            code = "claim.expired" if any(found.matches(known) for known in expired) else "claim.date"
            yield copy.finding(code, name, found.start, found.end)


def _supported(copy: Copy, sources: Iterable[Source]) -> Iterator[_Date]:
    for source in sources:
        stated = _dates(f"{source.title}\n{source.text}\n{(source.facts and source.facts.terms) or ''}")
        yield from stated
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


@lru_cache(maxsize=4_096)
def _dates(text: str) -> tuple[_Date, ...]:
    """The dates a text names. Evidence is read again for every draft, so what was found is remembered."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[_Date]:
    for match in _WRITTEN.finditer(text):
        month = _MONTHS[(match["month"] or match["month_first"]).lower()]
        year = match["year"] or match["year_after"]
        for day in (match["day"] or match["day_after"], match["last"] or match["last_after"]):
            if day:
                yield _Date(int(re.sub(r"\D", "", day)), month, int(year) if year else None, *match.span())
    for match in _FIGURES.finditer(text):
        if match[4]:
            yield _Date(int(match[6]), int(match[5]), int(match[4]), *match.span())
        elif _is_date(text, match):
            year = match[3] and int(match[3]) % 100 + 2000
            yield _Date(int(match[1]), int(match[2]), year or None, *match.span(), figures=True)


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Whether `1/2` is a date and not half a cup: it has a year, two digits a part, or such a word before it."""
    first, second = int(match[1]), int(match[2])
    if not (0 < first <= 31 and 0 < second <= 31 and min(first, second) <= 12):
        return False
    two_digits = len(match[1]) == len(match[2]) == 2
    return bool(match[3]) or two_digits or bool(_LEAD_IN.search(text[: match.start()]))
