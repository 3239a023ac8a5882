"""Where the words of a picture stand: measured, wrapped between words, and made smaller until all of them fit.

Nothing is ever cut. Copy that does not fit at the least size that can be read is refused: the half of a condition that
was left out would be the half that mattered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

from service.delivery.pictures.fonts import Weight, face
from service.errors import Invalid

Family = Literal["box", "strip", "tall"]
STEPS = 24
_SPACES = re.compile(r"[ \t\r\n]+")
_LEADING = {"headline": 1.14, "body": 1.3, "cta": 1.2}
_WEIGHTS: Mapping[str, Weight] = {"headline": "Bold", "body": "Regular", "cta": "Bold"}
_RISE, _DEPTH = 0.66, 0.2  # of a capital over its line, of a g under it; in sizes


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line; `x` is where they begin, `y` what they stand on. `role` is the field they are of."""

    text: str
    x: float
    y: float
    size: float
    role: str

    @property
    def weight(self) -> Weight:
        """Of which weight its letters are."""
        return _WEIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Laid:
    """A picture before it is drawn. `accent` is the area in the accent's colour, `button` the one behind the cta."""

    family: Family
    width: int
    height: int
    lines: Sequence[Line]
    accent: Area
    button: Area | None


@dataclass(frozen=True, slots=True)
class _Sizes:
    headline: float
    body: float
    cta: float


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one field, not placed yet."""

    role: str
    size: float
    lines: Sequence[str]

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * _LEADING[self.role]

    def at(self, x: float, top: float) -> Iterable[Line]:
        leading = self.size * _LEADING[self.role]
        rise = (leading + (_RISE - _DEPTH) * self.size) / 2
        return (Line(text, x, top + rise + n * leading, self.size, self.role) for n, text in enumerate(self.lines))


def family_of(width: int, height: int) -> Family:
    """Which of the three ways to lay out a picture fits its sides."""
    ratio = width / height
    return "strip" if ratio >= 2.5 else "tall" if ratio < 0.75 else "box"


def lay(texts: Mapping[str, str], width: int, height: int) -> Laid:
    """Headline, body and cta in a picture of that size. Raises `Invalid` (`picture.characters`) for what the font
    cannot write, and (`picture.does_not_fit`) for copy that is too long to be read in it."""
    clean = {role: _clean(texts.get(role, "")) for role in _WEIGHTS}
    unknown = [one for role, text in clean.items() for one in face(_WEIGHTS[role]).missing(text)]
    if unknown:
        told = " ".join(dict.fromkeys(f"U+{ord(one):04X}" for one in unknown[:10]))
        raise Invalid(f"The font of the pictures has no {told}.", code="picture.characters")
    family = family_of(width, height)
    place = {"box": _box, "strip": _strip, "tall": _tall}[family]
    for step in range(STEPS + 1):
        laid = place(clean, width, height, _sizes(family, width, height, step / STEPS))
        if laid is not None:
            return laid
    raise Invalid(
        f"The copy does not fit into {width}x{height} at a size that can be read, and nothing of it is cut; "
        "take a larger size, or shorter copy.",
        code="picture.does_not_fit",
    )


def _clean(text: str) -> str:
    """Composed, with single spaces and no soft hyphens; an amount never parts from its currency."""
    plain = normalize("NFC", text).replace("\N{SOFT HYPHEN}", "")
    return _SPACES.sub(" ", plain).strip(" ").replace("R$ ", "R$\N{NO-BREAK SPACE}")


def _sizes(family: Family, width: int, height: int, step: float) -> _Sizes:
    """From the largest (0) to the least that can be read (1). Feeds show large pictures small, so they need more."""
    side = min(width, height)
    least = max(10.0 if side <= 50 else 11.0, 0.034 * side if family == "box" else 0.0)
    most = {"box": side * 0.125, "strip": min(side * 0.28, 44.0), "tall": side * 0.165}[family]
    headline = max(most - step * (most - least * 1.1), least * 1.1)
    return _Sizes(headline, max(headline * 0.62, least), max(headline * 0.58, least))


def _box(texts: Mapping[str, str], width: int, height: int, sizes: _Sizes) -> Laid | None:
    pad, bar = 0.08 * min(width, height), 0.03 * min(width, height)
    blocks = _blocks(texts, width - 2 * pad, sizes)
    button, label = _button(texts, sizes, pad, height - pad, anchor="bottom left")
    bottom = (button.y - sizes.body * 0.6) if button else height - pad
    lines = _stacked(blocks, pad, bar + 0.6 * pad, bottom) if blocks is not None else None
    if lines is None or (button and button.width > width - 2 * pad):
        return None
    return Laid("box", width, height, (*lines, *label), Area(0, 0, width, bar), button)


def _strip(texts: Mapping[str, str], width: int, height: int, sizes: _Sizes) -> Laid | None:
    pad, bar = max(0.12 * height, 6.0), max(0.06 * height, 5.0)
    edge = 0.06 * height  # above and below
    button, label = _button(texts, sizes, width - pad, height / 2, anchor="middle right")
    left, right = bar + pad, (button.x - pad if button else width - pad)
    blocks = _blocks(texts, right - left, sizes)
    lines = _stacked(blocks, left, edge, height - edge, gap=0.15) if blocks is not None else None
    if lines is None or (button and (button.width > width / 3 or button.height > height - 2 * edge)):
        return None
    return Laid("strip", width, height, (*lines, *label), Area(0, 0, bar, height), button)


def _tall(texts: Mapping[str, str], width: int, height: int, sizes: _Sizes) -> Laid | None:
    pad = 0.08 * width
    blocks = _blocks(texts, width - 2 * pad, sizes)
    if blocks is None:
        return None
    button, label = _button(texts, sizes, pad, height - pad, anchor="bottom left")
    bottom = (button.y - pad) if button else height - pad
    heads, bodies = ([one for one in blocks if (one.role == "headline") is head] for head in (True, False))
    panel = max(0.42 * height, sum(one.height for one in heads) + 3 * pad)
    above = _stacked(heads, pad, pad, panel - pad)
    below = _stacked(bodies, pad, panel + pad, bottom)
    if above is None or below is None or (button and button.width > width - 2 * pad):
        return None
    return Laid("tall", width, height, (*above, *below, *label), Area(0, 0, width, panel), button)


def _blocks(texts: Mapping[str, str], width: float, sizes: _Sizes) -> list[_Block] | None:
    """Headline and body in lines no wider than that; None where one word is."""
    blocks = []
    for role in ("headline", "body"):
        if texts[role]:
            size = getattr(sizes, role)
            lines = _wrapped(texts[role], role, size, width)
            if lines is None:
                return None
            blocks.append(_Block(role, size, lines))
    return blocks


def _wrapped(text: str, role: str, size: float, width: float) -> list[str] | None:
    """Broken between words only; what a no-break space holds together stays so (`R$ 170,10`)."""
    measure = face(_WEIGHTS[role]).width
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if measure(longer, size) <= width:
            lines[-1] = longer
        elif measure(word, size) <= width:
            lines.append(word)
        else:
            return None
    return lines


def _stacked(blocks: Sequence[_Block], x: float, top: float, bottom: float, gap: float = 0.5) -> list[Line] | None:
    """One under the other, in the middle of that height; None where it is too little."""
    between = gap * blocks[-1].size if blocks else 0.0
    height = sum(one.height for one in blocks) + between * (len(blocks) - 1)
    if height > bottom - top:
        return None
    lines, y = list[Line](), top + (bottom - top - height) / 2
    for block in blocks:
        lines += block.at(x, y)
        y += block.height + between
    return lines


def _button(
    texts: Mapping[str, str], sizes: _Sizes, x: float, y: float, *, anchor: Literal["bottom left", "middle right"]
) -> tuple[Area | None, Sequence[Line]]:
    """The cta on its button, which ends at that corner or in the middle of that side."""
    if not texts["cta"]:
        return None, ()
    size, words = sizes.cta, texts["cta"]
    inner = face(_WEIGHTS["cta"]).width(words, size)
    width, height = inner + 1.5 * size, 2.0 * size
    left, top = (x, y - height) if anchor == "bottom left" else (x - width, y - height / 2)
    line = Line(words, left + (width - inner) / 2, top + height / 2 + (_RISE / 2) * size, size, "cta")
    return Area(left, top, width, height), (line,)
