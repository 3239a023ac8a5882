"""How wide words are, and what their letters look like: Source Sans Pro (SIL Open Font License), which comes along.

Words go into a picture as outlines. So they are exactly as wide as was measured, whatever fonts whoever opens it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Literal, NamedTuple
from unicodedata import combining

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

Weight = Literal["Regular", "Bold"]
_READING = Lock()
"""Pictures are drawn in threads, and a font's file is read by one at a time."""


class Letter(NamedTuple):
    """A letter in a font's own units: the glyph's name, how far it moves the next one, and its outline."""

    glyph: str
    advance: int
    outline: str


class Face:
    """One weight of the font."""

    def __init__(self, path: Path) -> None:
        font = TTFont(path, lazy=True)
        self.units: int = font["head"].unitsPerEm
        self._names: Mapping[int, str] = font.getBestCmap()
        self._advances = font["hmtx"]
        self._glyphs = font.getGlyphSet()
        self._letters: dict[str, Letter] = {}

    def missing(self, text: str) -> list[str]:
        """The characters that the font has not, each once; marks that no letter took in would stand beside it."""
        return [letter for letter in dict.fromkeys(text) if ord(letter) not in self._names or combining(letter)]

    def letters(self, text: str) -> Iterable[Letter]:
        """Its letters, all of which the font has."""
        return (self._letters.get(letter) or self._read(letter) for letter in text)

    def width(self, text: str, size: float) -> float:
        """How wide it is at that size. Nothing is kerned: letters stand where they were counted."""
        return sum(letter.advance for letter in self.letters(text)) * size / self.units

    def _read(self, letter: str) -> Letter:
        with _READING:
            name = self._names[ord(letter)]
            pen = SVGPathPen(self._glyphs, ntos=lambda number: f"{number:g}")
            self._glyphs[name].draw(pen)
            self._letters[letter] = found = Letter(name, self._advances[name][0], pen.getCommands())
        return found


def face(weight: Weight) -> Face:
    """That weight; read once."""
    with _READING:
        return _face(weight)


@cache
def _face(weight: Weight) -> Face:
    package = find_spec("font_source_sans_pro")
    if package is None or package.origin is None:
        raise RuntimeError("the package font-source-sans-pro is not installed")
    return Face(Path(package.origin).parent / "files" / f"SourceSansPro-{weight}.ttf")
