"""Over how long prices are told: by the day, by the month, from one month or weekday to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from service.checks.calendar import MONTHS
from service.checks.words import fold

_PERIODS = {
    "day": (365, "dia dias day days daily diari[oa]s?"),
    "week": (52, "semana semanas week weeks weekly semana(?:l|is|les)"),
    "fortnight": (26, "quinzenas? quincenas? fortnights?"),
    "month": (12, "mes meses months? monthly mensa(?:l|is) mensual(?:es)? mensa?lidades? mensualidad(?:es)?"),
    "quarter": (4, "trimestres? quarters? quarterly trimestra(?:l|is|les)"),
    "half": (2, "semestres? semestra(?:l|is|les) half-year"),
    "year": (1, "anos? years? yearly annual(?:ly)? anua(?:l|is|les) anualmente"),
}
_PERIOD = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{'|'.join(words.split())})" for name, (_, words) in _PERIODS.items()) + r")\b"
)
_OF_52 = re.compile(r"\b52\b")  # who tells of how many weeks a year has reckons with all of them
_CUSTOMARY = {  # what people reckon with instead of twelfths and fifty-second parts
    ("month", "day"): (Fraction(1, 30), Fraction(1, 31)),
    ("day", "month"): (Fraction(30), Fraction(31)),
    ("month", "week"): (Fraction(1, 4),),
    ("week", "month"): (Fraction(4),),
    ("week", "day"): (Fraction(1, 7),),
    ("day", "week"): (Fraction(7),),
    ("year", "day"): (Fraction(1, 360),),
}
_WEEKDAYS = tuple(
    wording.split("|")
    for wording in (
        "segunda|monday|mon|lunes|seg", "terca|tuesday|tue|martes|ter", "quarta|wednesday|wed|miercoles|qua",
        "quinta|thursday|thu|jueves|qui", "sexta|friday|fri|viernes|sex", "sabado|saturday|sat|sab",
        "domingo|sunday|sun|dom",
    )
)  # fmt: skip
_NUMBERS = {name.replace("ç", "c"): (number, 12) for name, number in MONTHS.items()}
_NUMBERS |= {name: (number, 7) for number, names in enumerate(_WEEKDAYS) for name in names}
_NAME = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SPAN = re.compile(
    rf"\b(?P<first>{_NAME})(?:-feira)?(?:,? (?:de )?20\d\d)? ?(?:a|ate|to|till|until|through|thru|hasta|al?|-|–) "
    r"?(?:o |el )?"
    rf"(?P<last>{_NAME})\b"
)


def spans(text: str) -> Iterator[int]:
    """How many months or days there are from the first to the last that a folded text names, with both."""
    for match in _SPAN.finditer(text):
        (first, kind), (last, other) = _NUMBERS[match["first"]], _NUMBERS[match["last"]]
        if kind == other and first != last:
            yield (last - first) % kind + 1


def _told(text: str) -> frozenset[str]:
    return frozenset([match.lastgroup or "" for match in _PERIOD.finditer(text)])


@lru_cache(maxsize=2_048)
def _known(text: str) -> frozenset[str]:
    """The periods that a text of content tells, remembered as it stands beside draft after draft."""
    return _told(fold(text))


def factors(known: str, said: str) -> list[Fraction]:
    """How many times as much a price by one period is as the same by another, where one text tells the first and
    the other the second."""
    mine = _told(said)
    return [factor for one in _known(known) for other in mine - {one} for factor in _between(known, one, other)]


def among(known: str) -> list[Fraction]:
    """The same for two periods that one text tells: a year of what it tells by the month."""
    there = _known(known)
    return [factor for one in there for other in there - {one} for factor in _between(known, one, other)]


def within(said: str) -> list[Fraction]:
    """The same of a folded text of copy, of which nothing is remembered."""
    there = _told(said)
    return [factor for one in there for other in there - {one} for factor in _between(said, one, other)]


def _between(known: str, one: str, other: str) -> list[Fraction]:
    exact = Fraction(_PERIODS[one][0], _PERIODS[other][0])
    return [exact] if _OF_52.search(known) else [exact, *_CUSTOMARY.get((one, other), ())]
