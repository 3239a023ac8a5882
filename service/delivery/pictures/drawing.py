"""Draws a banner: SVG from a template of its family, and PNG from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import resvg_py
from jinja2 import Environment, PackageLoader

from service.delivery.pictures.colours import Palette
from service.delivery.pictures.fonts import face
from service.delivery.pictures.layout import Laid, Line, lay
from service.types import Locale

_ENVIRONMENT = Environment(
    loader=PackageLoader("service.delivery.pictures", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["near"] = lambda number: f"{number:.2f}".rstrip("0").rstrip(".")
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}"/>'


class _Drawn(NamedTuple):
    x: float
    y: float
    scale: str
    fill: str
    letters: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a picture looks like, whatever it says."""

    width: int
    height: int
    palette: Palette
    scale: int = 1


def alternative(texts: Mapping[str, str]) -> str:
    """What a picture says, for whoever does not see it."""
    return " ".join(" ".join(texts.get(role, "").split()) for role in ("headline", "body", "cta")).strip()


def svg(texts: Mapping[str, str], canvas: Canvas, locale: Locale) -> str:
    """The picture, its words as outlines and once more as title and description. Raises `Invalid` where they do not
    fit or cannot be written."""
    laid = lay(texts, canvas.width, canvas.height)
    outlines: dict[str, str] = {}
    lines = [_line(line, laid, canvas.palette, outlines) for line in laid.lines]
    return _ENVIRONMENT.get_template(f"{laid.family}.svg.j2").render(
        laid=laid, palette=canvas.palette, lines=lines, outlines=outlines.items(), locale=locale,
        title=texts.get("headline", ""), description=alternative({**texts, "headline": ""}),
    )  # fmt: skip


def nothing(canvas: Canvas) -> str:
    """A picture of that size that shows nothing."""
    return NOTHING.format(canvas.width, canvas.height)


def png(drawn: str, scale: int = 1) -> bytes:
    """The same as PNG. There is no text in it that a font of this machine would have to be read for."""
    return resvg_py.svg_to_bytes(svg_string=drawn, zoom=scale if scale > 1 else None, skip_system_fonts=True)


def _line(line: Line, laid: Laid, palette: Palette, outlines: dict[str, str]) -> _Drawn:
    font, x, letters = face(line.weight), 0, list[tuple[str, int]]()
    for letter in font.letters(line.text):
        if letter.outline:
            name = f"{line.weight[0]}{letter.glyph}"
            outlines[name] = letter.outline
            letters.append((name, x))
        x += letter.advance
    accented = line.role == "cta" or (line.role == "headline" and laid.family == "tall")
    fill = palette.on_accent if accented else palette.ink
    return _Drawn(line.x, line.y, f"{line.size / font.units:.5f}", fill, letters)
