"""Copy as others read it by a review link: nobody is signed in, and no script is needed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from service.auth import Wired
from service.channels.registry import channel as channel_named
from service.checks.models import Claim, Finding
from service.delivery.rendering import Rendering, RenderingBody
from service.errors import Gone, NotFound, SobMedidaError
from service.generation.models import Evidence
from service.generation.tokens import bind
from service.review.links import Opened, open_link
from service.studio.previewing import USUAL, VIEWS, frame, refused
from service.studio.rendering import open_page
from service.studio.visiting import reader_of
from service.variants.models import StoredVariant
from service.wiring import Services

router = APIRouter(prefix="/studio/shared/{secret}")


@router.get("")
async def shared(secret: str, request: Request, services: Wired) -> HTMLResponse:
    """The copy with the fallbacks, what it states and where from, and what was found. Opening it is counted."""
    reader, now = reader_of(request), services.clock()
    try:
        opened = await _opened(services, secret, count=True)
    except (Gone, NotFound) as error:
        return open_page(reader, "shared_over.html", now, error.status, over=isinstance(error, Gone))
    pieces = [_piece(one) for one in opened.variants]
    return open_page(
        reader, "shared.html", now, opened=opened, pieces=pieces, secret=secret, views=VIEWS, usual=USUAL,
        timezone=ZoneInfo(opened.workspace.timezone),
    )  # fmt: skip


@router.get("/preview/{variant_id}")
async def preview(
    secret: str, variant_id: UUID, request: Request, services: Wired,
    view: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:  # fmt: skip
    """One of them as somebody gets it of whom nothing is known."""
    reader, now = reader_of(request), services.clock()
    try:
        opened = await _opened(services, secret, count=False)
        stored = next((one for one in opened.variants if one.id == variant_id), None)
        if stored is None:
            raise NotFound("The link does not show that.", code="variant.unknown")
        rendering = Rendering(services.database, services.crowd, services.clock, opened.workspace)
        answer = await rendering.shown(await rendering.ready(stored), RenderingBody())
    except SobMedidaError as error:
        return refused(reader, error)
    timezone = ZoneInfo(opened.workspace.timezone)
    return await frame(reader, answer, view, services.pictures, stored.revision, now, timezone)


async def _opened(services: Services, secret: str, *, count: bool) -> Opened:
    async with services.database.write() if count else services.database.read() as connection:
        return await open_link(connection, secret, services.clock(), count=count)


def _piece(stored: StoredVariant) -> dict[str, object]:
    """A variant as the page tells it: its texts bound to the fallbacks, and each claim with its sources."""
    channel = channel_named(stored.channel)
    texts = channel.texts(channel.fields.model_validate(stored.fields))
    return {
        "stored": stored,
        "texts": {name: bind(text, {}) for name, text in texts.items() if text},
        "claims": [Claim.model_validate(one) for one in stored.claims],
        "findings": [Finding.model_validate(one) for one in stored.findings],
        "sources": {one.id: one for one in map(Evidence.model_validate, stored.evidence)},
    }
