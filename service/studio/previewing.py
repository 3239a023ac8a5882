"""A variant in the frame of a page, drawn by the same code that makes what readers get.

A frame is a document of its own that may do nothing: no script, nothing from outside, and only our pages show it.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple, cast, get_args
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from service.delivery.picture_routes import Size
from service.delivery.pictures.colours import Palette
from service.delivery.pictures.drawing import Canvas
from service.delivery.pictures.kept import Pictures, Wanted
from service.delivery.rendering import RenderingAnswer
from service.errors import Invalid, SobMedidaError
from service.studio.rendering import environment
from service.studio.visiting import Reader
from service.types import Locale

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-same-origin"  # the page around it measures its height
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
VIEWS: Mapping[str, Sequence[str]] = {
    "email": ("inbox", "desktop", "phone", "dark", "text"),
    "banner": ("sizes", "page"),
    "popup": ("page", "phone"),
}
USUAL: Sequence[str] = ("phone",)
_DARK = re.compile(r"prefers-color-scheme:\s*dark")
_PALETTE = Palette.of("ffffff", "1f5135")


class Drawn(NamedTuple):
    """A banner in one size: its address as data, or why it cannot be drawn."""

    width: int
    height: int
    url: str
    problem: str


def view_of(channel: str, wanted: str) -> str:
    """That view where the channel has it, else its first."""
    views = VIEWS.get(channel, USUAL)
    return wanted if wanted in views else views[0]


async def frame(
    reader: Reader, answer: RenderingAnswer, view: str, pictures: Pictures, revision: str, now: datetime,
    timezone: ZoneInfo,
) -> HTMLResponse:  # fmt: skip
    """The copy in that view, as a document for a frame."""
    view = view_of(answer.channel, view)
    render = environment(reader.locale)
    values = {"reader": reader, "answer": answer, "view": view, "now": now, "timezone": timezone}
    note = " ".join(render.get_template("preview_note.html").render(values).split())
    if answer.channel == "email" and view in ("desktop", "phone", "dark"):
        return HTMLResponse(_mail(answer.html, note, dark=view == "dark"), headers=HEADERS)
    sizes = await _sizes(answer, pictures, revision) if view == "sizes" else ()
    html = render.get_template("preview_frame.html").render(values, note=note, sizes=sizes)
    return HTMLResponse(html, headers={**HEADERS, "Content-Language": answer.locale})


def refused(reader: Reader, problem: SobMedidaError) -> HTMLResponse:
    """Why there is nothing to see."""
    html = environment(reader.locale).get_template("preview_problem.html").render(reader=reader, problem=problem)
    return HTMLResponse(html, problem.status, HEADERS)


def _mail(html: str, note: str, *, dark: bool) -> str:
    """The e-mail as a mail program shows it in that scheme, whatever the writer's own screen prefers; its links open
    nothing."""
    head, body = html.split("<body", 1)
    scheme = "dark" if dark else "light"
    head = _DARK.sub("min-width: 0" if dark else "max-width: 0", head).replace("light dark", scheme)
    added = f'<base target="_blank"><meta name="note" content="{escape(note)}">'
    return f"{head.replace('<head>', f'<head>{added}', 1)}<body{body}"


async def _sizes(answer: RenderingAnswer, pictures: Pictures, revision: str) -> Sequence[Drawn]:
    texts = {role: answer.outputs.get(role, "") for role in ("headline", "body", "cta")}
    return await asyncio.gather(*(_drawn(texts, answer, pictures, revision, size) for size in get_args(Size)))


async def _drawn(
    texts: Mapping[str, str], answer: RenderingAnswer, pictures: Pictures, revision: str, size: str
) -> Drawn:
    width, height = map(int, size.split("x"))
    canvas, locale = Canvas(width, height, _PALETTE), cast("Locale", answer.locale)
    try:  # `bound`, so that words which are not kept are let go soon
        made = await pictures.picture(Wanted(revision, texts, locale, canvas, "svg", bound=True))
    except Invalid as error:
        return Drawn(width, height, "", error.detail)
    return Drawn(width, height, f"data:image/svg+xml;base64,{b64encode(made).decode()}", "")
