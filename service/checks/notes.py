"""Notes that copy supposes somebody to pay with, and the change that there is."""

from __future__ import annotations

import re

from service.checks.arithmetic import cents
from service.checks.numbers import Amount
from service.checks.stated import Stated

_CHANGE = re.compile(r"\b(?:troco|change|vueltos?|vueltas?|cambio|back|sobra\w*|left(?:over)?|spare|devol\w+)\b")
_NOTE_BEFORE = re.compile(
    r"\b(?:(?:notas?|cedulas?|billetes?) de"
    r"|(?:from|out of|of|com|con|with|de|para|tem|tienes|have|pag(?:ue|a|ando)(?: com)?)"
    r"(?: an?| uma?| una?| os| the| so)?) \Z"
)
_NOTE_AFTER = re.compile(r" (?:notes?|bills?)\b")
_NAMED = re.compile(r"\b(?:a|your|one) (?P<note>tenner|fiver|ten|twenty|fifty|five)\b(?![ -][^\W\d])")
_WORTH = {"tenner": 1000, "ten": 1000, "fiver": 500, "five": 500, "twenty": 2000, "fifty": 5000}
_ROUND = 500  # cents


def change(text: str) -> bool:
    """Whether a folded text speaks of change."""
    return _CHANGE.search(text) is not None


def is_note(text: str, amount: Amount) -> bool:
    """Whether an amount of a folded text, which speaks of change, is what somebody pays with."""
    if cents(amount.value) % _ROUND or not amount.value:
        return False
    before = _NOTE_BEFORE.search(text, max(0, amount.start - 32), amount.start)
    return (before or _NOTE_AFTER.match(text, amount.end)) is not None


def notes(said: Stated, start: int, end: int) -> list[int]:
    """The cents of the notes in that part of a text."""
    text = said.reading.text
    if not _CHANGE.search(text, start, end):
        return []
    there = [cents(one.value) for one in said.amounts if start <= one.start < end and is_note(text, one)]
    return there + [_WORTH[match["note"]] for match in _NAMED.finditer(text, start, end)]
