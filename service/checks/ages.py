"""How old people are, told without their years: `aged 6 and 8`, `under 12s`, `mayores de 65`."""

from __future__ import annotations

import re

from service.checks.words import Numeral, wordset

AGES = wordset("aged age ages under over between idade idades edad edades maiores menores mayores kids children")
"""Without one of these no age is told but in years."""
PEOPLE = (
    r"(?:criancas?|bebes?|filh[oa]s?|menin[oa]s?|garot[oa]s?|adultos?|pessoas?|jovens|jovem|idosos?|adolescentes?|alun[oa]s?"
    r"|kids?|child(?:ren)?|babies|baby|boys?|girls?|adults?|people|person|teens?|teenagers?|students?|pupils?|anyone|those"
    r"|nin[oa]s?|chic[oa]s?|hij[oa]s?|personas?|jovenes|ancianos?)"
)
_OTHER = r"(?:\d{1,2}\s?(?:e|ou|a|aos?|and|or|to|y|o|-|–)\s?)?"
_TOLD = re.compile(
    r"\b(?:(?:aged|ages?|idades?|edad(?:es)?)(?: (?:de|of|from|between|entre|desde))?:?"
    rf"|(?:maiores|menores|mayores) (?:de|que)|{PEOPLE},? (?:under|over|from|between)) {_OTHER}\Z"
)
_OF_SOMEBODY = re.compile(rf"\b{PEOPLE} (?:de|com|con|of|aged) {_OTHER}\Z")
_FIRST = re.compile(rf"\b{PEOPLE},? \Z")
_LAST = re.compile(rf"\b{PEOPLE},? \d{{1,2}}\s?(?:to|a|-|–)\s?\Z")
_THROUGH = re.compile(r"\s?(?:to|a|-|–)\s?\d{1,2}\b(?![.,:]\d)")
_LONGEST = 30
_BAND = re.compile(r"\b(?:under|over)[ -]\Z")
_BAND_ENDS = re.compile(
    r"s\b|,? (?:free|gets?|pays?|go(?:es)?|eats?|must|need|can|only|are|is|enter|travel|stay|ride|play|half)\b"
)
_ENDS = re.compile(r"s?\s?(?:\Z|[^\w\s])|s? [^\W\d]")
_OLDEST = 120


def is_age(text: str, numeral: Numeral) -> bool:
    """Whether a number that counts no unit is somebody's age in years."""
    if numeral.value > _OLDEST or numeral.value % 1 or not _ENDS.match(text, numeral.end):
        return False
    start = max(0, numeral.start - _LONGEST)
    if _is_band(text, numeral.start, numeral.end) or _TOLD.search(text, start, numeral.start):
        return True
    if _THROUGH.match(text, numeral.end):
        return _FIRST.search(text, start, numeral.start) is not None  # "children 5 to 12"
    return _LAST.search(text, start, numeral.start) is not None


def is_aged(text: str, start: int, end: int) -> bool:
    """Whether years that are told there are how old somebody is, and not how long anything takes."""
    near = max(0, start - _LONGEST)
    told = _TOLD.search(text, near, start) or _OF_SOMEBODY.search(text, near, start)
    return told is not None or _is_band(text, start, end)


def _is_band(text: str, start: int, end: int) -> bool:
    """Whether it tells the oldest or the youngest, as `under 12s`, `under 5 free`."""
    return _BAND.search(text, max(0, start - 6), start) is not None and _BAND_ENDS.match(text, end) is not None
