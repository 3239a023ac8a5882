"""The measure that a number tells: `64 m2`, `1h30`, `14"`, `6, 9 y 12 cm`, `4 hours and 15 minutes`."""

from __future__ import annotations

import re
from decimal import Decimal

from service.checks.halves import mixed, with_rest
from service.checks.measure import UNIT, UNIT_WORDS, Measured
from service.checks.words import Numeral, Reading, Word, wordset

_GLUING = frozenset(("h", "m", "cm", "km", "ft"))
_PARTING = wordset("e y and quarters quartos cuartos")
_SQUARED = frozenset({"quadrado", "quadrados", "cuadrado", "cuadrados"})
_GLUED = re.compile(r"h([0-5]\d)(?:\s?min\b)?(?!\w)")  # "1h30"
_AND = re.compile(r"\s(?:(?:e|y|and)\s)?")
_SMALLER = {("hour", "minute"), ("year", "month"), ("day", "hour"), ("week", "day")}
_CLOCK_BEFORE = wordset("as das a la las los at from to till until ate hasta entre between desde")
_THROUGH = re.compile(r"\s?(?:a|as|a las|ate|to|-|–)\s?\d")
_SHARED = re.compile(r"(?:,|,? (?:e|y|and|ou|o|or|a|al|ao|to|ate)|\s?[-–x/])\s?")
_INCHES = ('"', "″")
_OF_DAYS = wordset("working business calendar full whole consecutive straight short")
_MEASURING = frozenset(("square", "sq")) | _OF_DAYS | UNIT_WORDS
_UNTIL = wordset("to until till til before")
_DAYS = wordset("day days week weeks month months")
_HIGHEST = 10**12  # of a unit: more means nothing, and would not divide exactly


def measured(reading: Reading, numeral: Numeral) -> Measured | None:
    """The measure that a number tells by the unit or the sign that follows it."""
    words, place = reading.words, numeral.last + 1
    measures = place < len(words) and words.texts[place].removesuffix("²") in _MEASURING
    word = words[place] if measures else None
    if word is None or numeral.value > _HIGHEST or reading.text[numeral.end : word.start].strip(" -"):
        return _signed(reading, numeral) if word is None else None
    following = words[place + 1] if place + 1 < len(words) else None
    if word.text in _OF_DAYS and following and following.text in _DAYS:
        word, following = following, None
    if word.text in ("square", "sq") and following:
        return _area(numeral, following.text, following.end)
    unit = word.text.removesuffix("²")
    if unit in _GLUING and (glued := _glued(reading, numeral, word)):
        return glued
    if unit not in UNIT or (len(unit) == 1 and numeral.spelled) or _is_preposition(reading, word, following):
        return None
    if unit != word.text or (following and following.text in _SQUARED):
        return _area(numeral, unit, following.end if following and following.text in _SQUARED else word.end)
    return with_rest(reading.text, numeral, word)


def _signed(reading: Reading, numeral: Numeral) -> Measured | None:
    """The measure whose unit is a sign, as `14"` where that closes no quotation, or comes after its half."""
    text, place = reading.text, numeral.last + 1
    if text[numeral.end : numeral.end + 1] in _INCHES and not numeral.spelled:
        quoted = text[numeral.end] == '"' and text.count('"', 0, numeral.start) % 2
        end = numeral.end + 1
        return None if quoted else Measured(numeral.value, "inches", numeral.value, "in", numeral, numeral.start, end)
    parted = place < len(reading.words) and reading.words.texts[place] in _PARTING
    return mixed(reading, numeral) if parted else None


def _glued(reading: Reading, numeral: Numeral, word: Word) -> Measured | None:
    """How much `64 m2` is, or how long `1h30`, where no word before it makes it a time of day."""
    if word.text != "h":
        square = reading.text[word.end : word.end + 1] == "2"
        return _area(numeral, word.text, word.end + 1) if square else None
    glued = _GLUED.match(reading.text, word.start)
    clock = numeral.first and reading.words[numeral.first - 1].text in _CLOCK_BEFORE
    if glued is None or clock or _THROUGH.match(reading.text, glued.end()):
        return None
    amount = numeral.value * 60 + int(glued[1])
    return Measured(amount, "time", amount / 60, "hour", numeral, numeral.start, glued.end())


def _is_preposition(reading: Reading, word: Word, following: Word | None) -> bool:
    """Whether `in` is no inch, as in `40 in stock`, and `sleeps` no nights, as in `cabin 2 sleeps four`."""
    if word.text == "sleeps":
        return following is None or following.text not in _UNTIL
    return word.text == "in" and following is not None and reading.text[word.end : following.start].isspace()


def _area(numeral: Numeral, word: str, end: int) -> Measured | None:
    if word not in UNIT:
        return None
    name, dimension, size = UNIT[word]
    area = f"{dimension}²"
    return Measured(numeral.value * size * size, area, numeral.value, f"{name}²", numeral, numeral.start, end)


def goes_on(text: str, one: Measured, following: Measured) -> bool:
    """Whether the second tells the rest of one length of time: `4 hours and 15 minutes`."""
    less = following.amount * one.value < one.amount
    return less and (one.unit, following.unit) in _SMALLER and bool(_AND.fullmatch(text, one.end, following.start))


def together(one: Measured, rest: Measured) -> Measured:
    """The whole of a length of time whose rest is told after it."""
    size = one.amount / one.value if one.value else Decimal(1)
    amount = one.amount + rest.amount
    return one._replace(amount=amount, value=amount / size, end=rest.end)


def shared(text: str, numeral: Numeral, following: Measured) -> Measured | None:
    """The first of two measures that share their unit, as `6, 9 y 12 cm`."""
    alike = following.numeral is not None and following.numeral.spelled == numeral.spelled
    if not alike or not _SHARED.fullmatch(text, numeral.end, following.start):
        return None
    size = following.amount / following.value if following.value else Decimal(1)
    return Measured(
        numeral.value * size, following.dimension, numeral.value, following.unit, numeral, numeral.start, numeral.end
    )
