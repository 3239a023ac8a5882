"""Measures told in halves and quarters, or by one unit alone: `hora e meia`, `two and a quarter hours`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal

from service.checks.measure import UNIT, UNIT_WORDS, Measured, amount
from service.checks.words import Numeral, Reading, Word

_PART = (
    r"(?:(?P<half>meia|meio|media|medio|(?:a )?half)|(?P<many>tres quartos|tres cuartos|three[ -]quarters)"
    r"|(?P<quarter>(?:um |un )?(?:quarto|cuarto)|(?:a |one )?quarter))"
)
_REST = re.compile(rf"\s(?:e|y|and) {_PART}\b")
_BETWEEN = re.compile(rf" (?:e|y|and) {_PART}(?: of an?)?[ -]")
_QUARTERS = re.compile(r"[ -](?:quarters|quartos|cuartos)(?: de| of an?)? ")
_BEFORE = re.compile(
    r"(?:\b(?P<whole>one|um|uma|un|una) (?:and a half|e meia|e meio|y media|y medio)"
    r"|\b(?P<many>tres quartos|tres cuartos|three[ -]quarters)(?: de| of an?| of a)?"
    r"|\b(?:um |un )?(?P<quarter>quarto|cuarto) de|\b(?:a |one )?(?P<quarters>quarter)(?: of an?)?"
    r"|\b(?P<half>meia|meio|media|medio|half)(?: an?)?|(?<![\d/])(?P<up>[1-3])/(?P<down>[2-8]))[ -]\Z"
)
_LONGEST = 24
_ONES = frozenset({"um", "uma", "one", "un", "una", "a", "an", "cada", "por", "per", "el", "al", "o", "ao"})
_HALVES = frozenset(("meia", "meio", "media", "medio", "half"))
_OF_ONE = {"half": Decimal("0.5"), "quarter": Decimal("0.25"), "quarters": Decimal("0.25"), "many": Decimal("0.75")}
_PARTED = frozenset(("hour", "kg", "lb", "l", "m", "km", "mi", "pint", "quart", "gallon", "oz", "gb", "tb", "minute"))
"""Units of which people tell halves and quarters and mean them: `meia-noite` and `meio dia` are hours."""
_MINUTES = {
    word: 5 * count
    for count, words in enumerate(
        ("five cinco", "ten dez diez", "fifteen quinze quince", "twenty vinte veinte", "", "thirty trinta treinta", "",
         "forty quarenta cuarenta", "", "fifty cinquenta cincuenta"), 1)
    for word in words.split()
}  # fmt: skip
_AND_MINUTES = re.compile(
    rf"\s(?:e|y|and) (?P<tens>{'|'.join(_MINUTES)})\b(?:(?: e| y|-) ?(?P<five>cinco|five)\b)?(?! min)"
)
_ONE_HOUR = re.compile(r"\b(?:uma|an|one|una) (?:hora|hour) (?:e|y|and) \Z")


def _size(match: re.Match[str]) -> Decimal:
    if "up" in match.re.groupindex and match["up"]:
        return Decimal(match["up"]) / Decimal(match["down"])
    return next((value for name, value in _OF_ONE.items() if match.groupdict().get(name)), Decimal("1.5"))


def with_rest(text: str, numeral: Numeral, word: Word) -> Measured:
    """The measure, with the part of a unit that is told after it and the one hour before so many minutes."""
    name, dimension, size = UNIT[word.text]
    rest, end = _rest(text, word)
    value = numeral.value + rest
    one = Measured(amount(value, size), dimension, value, name, numeral, numeral.start, end)
    hour = _ONE_HOUR.search(text, max(0, one.start - 12), one.start) if name == "minute" else None
    return one._replace(amount=one.amount + 60, value=one.value + 60, start=hour.start()) if hour else one


def _rest(text: str, word: Word) -> tuple[Decimal, int]:
    """The part of a unit that is told after it, and where that ends."""
    if match := _REST.match(text, word.end):
        return _size(match), match.end()
    minutes = _AND_MINUTES.match(text, word.end) if UNIT[word.text][0] == "hour" else None
    if minutes:
        return Decimal(_MINUTES[minutes["tens"]] + (5 if minutes["five"] else 0)) / 60, minutes.end()
    return Decimal(0), word.end


def mixed(reading: Reading, numeral: Numeral) -> Measured | None:
    """The measure whose half comes before its unit, as `two and a half hours`; or three quarters of one."""
    if match := _BETWEEN.match(reading.text, numeral.end):
        value = numeral.value + _size(match)
    elif numeral.value == 3 and (match := _QUARTERS.match(reading.text, numeral.end)):
        value = numeral.value / 4
    else:
        return None
    words = reading.words
    near = (words[place] for place in range(numeral.last + 1, min(numeral.last + 7, len(words))))
    word = next((word for word in near if word.start == match.end()), None)
    if word is None or word.text not in UNIT:
        return None
    name, dimension, size = UNIT[word.text]
    return Measured(value * size, dimension, value, name, numeral, numeral.start, word.end)


def implied(reading: Reading, told: Sequence[Measured]) -> Iterator[Measured]:
    """Single units and parts of one, as in `uma semana`, `half an hour`, `hora y media`, `R$ 52/kg`."""
    text, starts = reading.text, [one.start for one in told]
    for place in reading.words.places(UNIT_WORDS):
        word = reading.words[place]
        last = bisect_right(starts, word.start) - 1
        if last >= 0 and word.start < told[last].end:
            continue
        name, dimension, size = UNIT[word.text]
        before = reading.words[place - 1] if place else None
        one = before is not None and before.text in _ONES and text[before.end : word.start] in (" ", "-")
        part = _BEFORE.search(text, max(0, word.start - _LONGEST), word.start) if name in _PARTED else None
        rest, end = _rest(text, word) if name in _PARTED and not part else (Decimal(0), word.end)
        if part or rest:
            start = part.start() if part else before.start if one and before else word.start
            value = _size(part) if part else 1 + rest
            numeral = Numeral(value, start, end, place, place, True)
            yield Measured(amount(value, size), dimension, value, name, numeral, start, end)
        elif before and before.text in _HALVES:
            yield Measured(size / 2, dimension, Decimal("0.5"), name, None, before.start, word.end)
        elif name != "second" and before and (one or text[word.start - 1 : word.start] == "/"):
            yield Measured(size, dimension, Decimal(1), name, None, before.start, word.end)
