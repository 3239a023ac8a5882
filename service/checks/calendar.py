"""Calendar dates in text: `30/11`, `2026-11-30`, `de 2 a 4 de outubro`, `December 6, 2026`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

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
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
_MONTHS_FOLDED = frozenset((*MONTHS, "marco"))
MONTH = "|".join(sorted((*MONTHS, "marco"), key=len, reverse=True))
"""Any month's name, for a pattern, with and without accents."""
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True)).replace("|out|", "|out(?! of)|")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:º|\.º|st|nd|rd|th)?"


def _range(first: str, last: str) -> str:
    return rf"(?P<{first}>{_DAY})(?:\s?(?:a|al|e|y|and|&|to|through|até|hasta|-|–)\s?(?P<{last}>{_DAY}))?"


def _year(name: str) -> str:
    return rf"(?:(?:,?\s(?:de\s|del\s)?)(?P<{name}>(?:19|20)\d\d)\b)?"


# As in `numbers`, a pattern is tried only where a number stands, at its beginning or at the month before it.
_RUN = re.compile(r"\d+")
_DAY_FIRST = re.compile(rf"{_range('day', 'last')}\s(?:de\s|of\s)?(?P<month>{_MONTH})\b{_year('year')}", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"(?<![\w-])(?:{_MONTH})\s\Z", re.IGNORECASE)
_MONTH_ENDS = tuple(MONTHS)
_LONGEST_MONTH_DAYS = 31
_LONGEST_MONTH = 1 + max(map(len, MONTHS))
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_MONTH})\s{_range('day', 'last')}(?!\d|[.,]\d|%|\s?(?:g|kg|ml|l|cm)\b){_year('year')}",
    re.IGNORECASE,
)
_NO_DIGITS = re.compile(r"\D")
_PARTED = re.compile(r"\d[/-]\d")  # no date in figures is without it
_FIGURES = re.compile(r"(\d{1,2})/(\d{1,2})(?:/((?:19|20)\d\d|\d\d))?(?![\w/]|[.,]\d)")
_LEADING = re.compile(  # the days before the last one, whose month they share: `6 a 31/07`, `5, 12 e 19/09`
    r"(?<![\w/.,:-])(?P<days>\d{1,2}(?:,\s\d{1,2})*)\s?"
    r"(?P<joint>a|al|e|y|and|&|to|through|até|hasta|-|–)\s?(?:o dia )?\Z",
    re.I,
)
_LISTED_BEFORE = re.compile(  # the same where the month is a word: `8, 9 e` before `10 de outubro`
    r"(?<![\w/.,:$€£-])(?<![$€£]\s)(?P<days>\d{1,2}(?:,\s\d{1,2})*),\s(?P<joint>(?:e|y|and|&)\s)?\Z", re.I
)
_LISTED_AFTER = re.compile(  # `, 9 and 10` after `October 8`
    r"(?P<days>(?:,\s\d{1,2}(?![\d:.,%]))*),?\s(?:and|&)\s(?P<last>\d{1,2})(?!\d|[:.,%]\d|%|\s?(?:[ap]\.?m|g|kg|ml|l|cm)\b)"
    rf"{_year('year')}"
)
_LONGEST_LEADING = 30
_THROUGH = frozenset(("a", "al", "to", "through", "até", "hasta", "-", "–"))
_JOINT = re.compile(r",? (?:a|al|to|through|thru|até|hasta|until|till|-|–)(?: o dia| el| o)? ", re.I)
"""What joins the first and the last day of a stretch, where other words join those of a list."""
_ISO = re.compile(r"(20\d\d)-(\d\d)-(\d\d)\b")
_LEAD_IN = re.compile(
    r"\b(?:até|dia|desde|em|de|a|antes de|hasta|el|al|on|until|by|through|till)(?: o| el)?\s\Z"
    r"|(?:feira|s[áa]bado|domingo|day|lunes|martes|mi[ée]rcoles|jueves|viernes),? \Z",
    re.I,
)
_LONGEST_LEAD_IN = 13


class Date(NamedTuple):
    """A day as a text tells it; the year is None where it is not told. What is told in `figures` may have its month
    first, as Americans write. `through` marks the last day of a stretch whose first day is told with it."""

    day: int
    month: int
    year: int | None
    start: int = 0
    end: int = 0
    figures: bool = False
    through: bool = False

    def on(self, year: int) -> date | None:
        """That day, in that year if it tells none itself."""
        with suppress(ValueError):
            return date(self.year or year, self.month, self.day)
        return None

    def matches(self, other: Date) -> bool:
        years = self.year is None or other.year is None or self.year == other.year
        same = (self.day, self.month) == (other.day, other.month)
        return years and (
            same or ((self.figures or other.figures) and (self.day, self.month) == (other.month, other.day))
        )


def read_dates(text: str, vocabulary: frozenset[str] | None = None) -> tuple[Date, ...]:
    """The dates a text names. Who knows its words, folded, saves looking for a month at each number."""
    months = vocabulary is None or "'" in text or "’" in text or not _MONTHS_FOLDED.isdisjoint(vocabulary)
    worded = list(_in_words(text)) if months else []
    return (*(_dated(text, worded) if len(worded) > 1 else worded), *_in_figures(text))


known_dates = lru_cache(maxsize=2_048)(read_dates)
"""The same, remembered. For texts of content only, which stand beside draft after draft, and never for copy."""


def days_of(dates: Iterable[Date]) -> Iterator[int]:
    """How many days there are in each stretch of which a text tells the first and the last, as `5 a 9 de outubro`, and
    in each list that shares a month, as `8, 9 e 10 de outubro`."""
    for _, together in groupby(dates, key=lambda one: (one.start, one.end, one.month)):
        days = [*together]
        if len(days) > 1:
            numbers = {one.day for one in days}
            yield max(numbers) - min(numbers) + 1 if any(one.through for one in days) else len(numbers)


def _in_words(text: str) -> Iterator[Date]:
    taken = 0
    for run in _RUN.finditer(text):
        match = _written(text, run.start(), taken) if run.start() >= taken else None
        if match:
            taken = match.end()
            yield from _told(text, match)


def _dated(text: str, dates: list[Date]) -> Iterator[Date]:
    """The dates, of which the first day of a stretch has the year that is told with its last: `2 March to 31 August
    2027`."""
    for place, one in enumerate(dates):
        last = dates[place + 1] if place + 1 < len(dates) else None
        if one.year is None and last and last.year and _JOINT.fullmatch(text, one.end, last.start):
            over = (one.month, one.day) > (last.month, last.day)
            yield one._replace(year=last.year - over)
        else:
            yield one


def _told(text: str, match: re.Match[str]) -> Iterator[Date]:
    """The days of a date in words: one, the first and the last of a stretch, or all of a list."""
    month, year, (start, end) = MONTHS[match["month"].lower()], match["year"], match.span()
    day, last = (int(_NO_DIGITS.sub("", one)) if one else 0 for one in (match["day"], match["last"]))
    through = bool(last) and text[match.end("day") : match.start("last")].strip().lower() in _THROUGH
    days = [one for one in (day, last) if one]
    if not through and match.start("day") == start:
        before = _LISTED_BEFORE.search(text, max(0, start - _LONGEST_LEADING), start)
        if before and (before["joint"] or last):
            listed = [int(one) for one in _RUN.findall(before["days"])]
            if [0, *listed, day] == sorted({0, *listed, day}):
                days, start = listed + days, before.start()
    elif not last and not year and (after := _LISTED_AFTER.match(text, end)):
        listed = [int(one) for one in (*_RUN.findall(after["days"]), after["last"])]
        if [day, *listed] == sorted({day, *listed}) and listed[-1] <= _LONGEST_MONTH_DAYS:
            days, end, year = days + listed, after.end(), after["year"]
    for one in days:
        yield Date(one, month, int(year) if year else None, start, end, through=through and one == last)


def _written(text: str, at: int, taken: int) -> re.Match[str] | None:
    """The date in words whose day stands there, the month before or after it."""
    before = text[max(taken, at - _LONGEST_MONTH) : at]
    if before[-1:].isspace() and before[:-1].lower().endswith(_MONTH_ENDS):
        month = _MONTH_BEFORE.search(text, max(taken, at - _LONGEST_MONTH), at)
        match = _MONTH_FIRST.match(text, month.start()) if month else None
        if match:
            return match
    return None if _joined(before[-1:], "_/.,") else _DAY_FIRST.match(text, at)


def _in_figures(text: str) -> Iterator[Date]:
    if not ("/" in text or "-" in text) or not _PARTED.search(text):
        return
    for run in _RUN.finditer(text):
        at, following = run.start(), text[run.end() : run.end() + 1]
        before = text[at - 1] if at else ""
        if following == "-" and not _joined(before, "_") and (match := _ISO.match(text, at)):
            yield Date(int(match[3]), int(match[2]), int(match[1]), *match.span())
        if following == "/" and not _joined(before, "_/.,-"):
            match = _FIGURES.match(text, at)
            if match and _is_date(text, match):
                year = int(match[3]) + (2000 if len(match[3]) == 2 else 0) if match[3] else None
                leading = _LEADING.search(text, max(0, at - _LONGEST_LEADING), at)
                start = leading.start() if leading else at
                ahead = int(_RUN.findall(leading["days"])[-1]) if leading else 0
                through = leading is not None and leading["joint"].strip().lower() in _THROUGH and ahead < int(match[1])
                for day in map(int, _RUN.findall(leading["days"])) if leading else ():
                    if 0 < day < int(match[1]):
                        yield Date(day, int(match[2]), year, start, match.end())
                yield Date(int(match[1]), int(match[2]), year, start, match.end(), figures=True, through=through)


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
