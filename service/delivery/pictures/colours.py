"""The colours of a picture, such that its words can be read. Pure.

Contrast is that of WCAG 2.2. Black or white reaches 4.58:1 on any ground, so there is no pair that has to be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

READABLE = 4.5
SEEN = 3.0  # of a button against what is around it
_INKS = ("222222", "ffffff", "000000")


@dataclass(frozen=True, slots=True)
class Palette:
    """Six hexadecimal digits each: the ground and the words on it, the accent and the words on that. `edge` goes around
    an accent that the ground would swallow."""

    background: str
    ink: str
    accent: str
    on_accent: str
    edge: str

    @classmethod
    def of(cls, background: str, accent: str) -> Self:
        """Those two colours, and what can be read on them."""
        ink = _readable(background)
        edge = accent if contrast(accent, background) >= SEEN else ink
        return cls(background, ink, accent, _readable(accent), edge)


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _readable(ground: str) -> str:
    return next(ink for ink in _INKS if contrast(ink, ground) >= READABLE)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
