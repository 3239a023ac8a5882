"""Plots as SVG that belongs into a page: drawn by Altair and vl-convert, in the page's own colours and type.

What comes out is taken apart and only known elements and attributes are kept: names of metrics may come from
somebody's files. The colours are stand-ins while it is drawn and the page's variables afterwards, so that a plot is
light or dark as its page is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert
from defusedxml.ElementTree import fromstring
from markupsafe import Markup

INK, FAINT, LINE, ACCENT, BEFORE, OK, BLOCK = (
    "#010101", "#020202", "#030303", "#040404", "#050505", "#060606", "#070707",
)  # fmt: skip
COLOURS = {
    INK: "var(--ink)", FAINT: "var(--faint)", LINE: "var(--line)", ACCENT: "var(--accent)", BEFORE: "var(--info)",
    OK: "var(--ok)", BLOCK: "var(--block)",
}  # fmt: skip
VERDICTS = {"better": OK, "worse": BLOCK, "unclear": FAINT, "same": FAINT}
ROW = 26
PLOT = 220
LONGEST = 27
PADDING = 9
LETTER = 7.8
"""Pixels that a letter takes in wide types: whichever the reader's browser has, no name is cut off."""

_DATA: Any = alt.Data
_SVG = "{http://www.w3.org/2000/svg}"
_KEPT = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan"}
_ATTRIBUTES = {
    "d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "r", "transform", "fill", "stroke", "stroke-width",
    "stroke-dasharray", "stroke-linecap", "opacity", "fill-opacity", "stroke-opacity", "text-anchor", "font-size",
    "font-weight", "viewBox", "dx", "dy", "display",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a plot: a value with its interval, in a colour; `hollow` for what was before."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    colour: str = ACCENT
    hollow: bool = False


def shares(marks: Sequence[Mark], title: str, description: str, *, number: str = "en") -> Markup:
    """Values from 0 to 1, or as far as they reach, a row each."""
    ends = [end for mark in marks for end in (mark.value, mark.low, mark.high) if end is not None]
    scale = alt.Scale(domain=[min(0.0, *ends), max(1.0, *ends)], nice=False)
    return _drawn(_rows(marks, scale), title, description, number)


def differences(marks: Sequence[Mark], title: str, description: str, *, number: str = "en") -> Markup:
    """Differences around zero, a row each."""
    furthest = max(abs(end) for mark in marks for end in (mark.value, mark.low, mark.high) if end is not None)
    scale = alt.Scale(domain=[-furthest or -1, furthest or 1], nice=True)
    zero = alt.Chart(_DATA(values=[{"at": 0}])).mark_rule(color=FAINT).encode(x=alt.X("at:Q", scale=scale))
    return _drawn(zero + _rows(marks, scale, 3), title, description, number)


def _rows(marks: Sequence[Mark], scale: alt.Scale, ticks: int = 5) -> Any:
    names = list(dict.fromkeys(mark.name for mark in marks))
    data = _DATA(values=[asdict(mark) | {"row": names.index(mark.name), "size": 45 if mark.hollow else 60}
                            for mark in marks])  # fmt: skip
    short = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in names]
    labels = " : ".join(f"datum.value == {at} ? {_quoted(name)}" for at, name in enumerate(short)) + " : ''"
    y = alt.Y(
        "row:O",
        title=None,
        axis=alt.Axis(
            labelExpr=labels,
            labelLimit=0,
            minExtent=round(max(map(len, short)) * LETTER) + PADDING,
            ticks=False,
            domain=False,
        ),
    )
    x = alt.X(
        "value:Q", scale=scale, title=None, axis=alt.Axis(tickCount=ticks, domain=False, ticks=False, labelFlush=False)
    )
    colour = alt.Color("colour:N", scale=None)
    drawn = alt.Chart(data).properties(width=PLOT, height=ROW * len(names))
    rules = drawn.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2.5, opacity=0.55).encode(
        x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, color=colour
    )  # fmt: skip
    full = drawn.transform_filter("!datum.hollow").mark_point(filled=True, opacity=1, size=60).encode(
        x=x, y=y, color=colour
    )  # fmt: skip
    hollow = drawn.transform_filter("datum.hollow").mark_point(filled=False, strokeWidth=1.8, size=50).encode(
        x=x, y=y, color=colour
    )  # fmt: skip
    return rules + hollow + full


def _quoted(text: str) -> str:
    """A text inside a Vega expression: what is no plain letter goes in by its number."""
    safe = "".join(letter if letter.isalnum() or letter in " .@_-<>=+/" else f"\\u{ord(letter):04x}"
                   for letter in text if ord(letter) < 0x10000)  # fmt: skip
    return f"'{safe}'"


def _drawn(chart: Any, title: str, description: str, number: str) -> Markup:
    styled = chart.configure(
        background="transparent", padding=4,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(labelColor=INK, labelFontSize=13, labelPadding=PADDING, gridColor=LINE, gridWidth=1),
    )  # fmt: skip
    decimal = {"pt-BR": ",", "es": ","}.get(number, ".")
    svg = vl_convert.vegalite_to_svg(
        styled.to_json(),
        format_locale={"decimal": decimal, "thousands": "", "grouping": [3], "currency": ["", ""]},
    )
    return _page_svg(svg, title, description)


def _page_svg(svg: str, title: str, description: str) -> Markup:
    root = _cleaned(fromstring(svg))
    width, height = root.attrib.pop("width"), root.attrib.pop("height")
    inner = "".join(ElementTree.tostring(child, encoding="unicode") for child in root)
    return Markup('<svg class="plot" role="img" viewBox="0 0 {} {}" style="max-width: {}px">'
                  "<title>{}</title><desc>{}</desc>").format(
        width, height, int(float(width) * 1.15), title, description
    ) + Markup(inner) + Markup("</svg>")  # fmt: skip  # noqa: S704


def _cleaned(element: ElementTree.Element) -> ElementTree.Element:
    """The element with nothing in it that a plot does not need, without its namespace."""
    kept = ElementTree.Element(element.tag.removeprefix(_SVG))
    for name, value in element.attrib.items():
        if name in _ATTRIBUTES and "url(" not in value:
            kept.set(name, COLOURS.get(value, value))
    kept.text = element.text
    kept.extend(_cleaned(child) for child in element if child.tag.removeprefix(_SVG) in _KEPT)
    return kept
