"""How many lines a text takes on a narrow screen, estimated: no font is at hand, and each reader has another one.

The widths are those of a plain sans-serif, in parts of the font's size. This is for seeing what a long name does to a
button or a headline, not for laying out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

SCREEN = 320  # CSS pixels; the narrowest that WCAG 1.4.10 asks to work
_MARGIN, _BUTTON = 32, 80
_THIN = frozenset("iljtfrI.,:;!'’|()[] ·-")
_BROAD = frozenset("mwMW@%—")


class Room(NamedTuple):
    """A field's font size and width in pixels, and how many lines look well; None for as many as it takes."""

    size: int = 16
    width: int = SCREEN - _MARGIN
    most: int | None = None


_ROOMS: Mapping[str, Room] = {
    "subject": Room(most=2), "preheader": Room(14, most=3), "headline": Room(20, most=3), "title": Room(most=2),
    "header": Room(most=2), "footer": Room(13, most=2), "cta": Room(16, SCREEN - _BUTTON, 1),
    "button": Room(16, SCREEN - _BUTTON, 1),
}  # fmt: skip
_PLAIN = Room()


class Crowded(NamedTuple):
    """A field that takes more lines than look well, or a word that fits in none."""

    field: str
    lines: int
    most: int | None
    word: str = ""


def lines_of(field: str, text: str) -> int:
    """How many lines the text takes there."""
    room = _ROOMS.get(field, _PLAIN)
    return sum(_wrapped(paragraph, room) for paragraph in text.split("\n") if paragraph.strip())


def crowded(field: str, text: str) -> Crowded | None:
    """What does not look well there, None where all does."""
    room, lines = _ROOMS.get(field, _PLAIN), lines_of(field, text)
    word = max(text.split(), key=lambda one: width(one, room.size), default="")
    if width(word, room.size) > room.width:
        return Crowded(field, lines, room.most, word)
    return Crowded(field, lines, room.most) if room.most is not None and lines > room.most else None


def width(text: str, size: int) -> float:
    """The width of a text in pixels."""
    return sum(map(_part, text)) * size


def _wrapped(paragraph: str, room: Room) -> int:
    lines, used, space = 1, 0.0, width(" ", room.size)
    for word in paragraph.split():
        wide = width(word, room.size)
        if used and used + space + wide > room.width:
            lines, used = lines + 1, wide
        else:
            used += wide + (space if used else 0)
        while used > room.width:  # a word that no line holds is broken
            lines, used = lines + 1, used - room.width
    return lines


def _part(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if char in _THIN:
        return 0.29
    if char in _BROAD:
        return 0.86
    if unicodedata.east_asian_width(char) in ("W", "F"):
        return 1.1
    return 0.68 if char.isupper() else 0.54
