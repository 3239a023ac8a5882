"""Exports over HTTP, and what has to be created in a platform before one is imported there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from service.auth import Anyone, Ingest, Wired
from service.delivery.export import Sheet, Survey, look, report, rows
from service.delivery.export_models import ExportField, ExportInput, ExportRecord, ExportReport, fields_of
from service.delivery.export_store import ExportStore, Person
from service.delivery.platforms.registry import PLATFORMS, platform_named
from service.errors import NotFound
from service.leads.models import Channel
from service.wiring import Services

router = APIRouter(prefix="/v1", tags=["delivery"])

PAGE = 200  # leads looked at before others get their turn
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


class PlatformAnswer(BaseModel):
    """A platform: whether values are bound for it or its merge tags emitted, and how long it is let wait."""

    name: str
    binds: bool
    deadline_ms: int


class PlatformList(BaseModel):
    """Every platform."""

    items: list[PlatformAnswer]


class FieldList(BaseModel):
    """The custom fields to create in a platform."""

    platform: str
    channel: Channel
    fields: list[ExportField]


@router.get("/platforms", summary="The e-mail platforms there are")
async def platforms(caller: Anyone) -> PlatformList:
    """`none` is for whoever sends by itself."""
    del caller
    known = PLATFORMS.values()
    return PlatformList(
        items=[PlatformAnswer(name=one.name, binds=one.binds, deadline_ms=one.deadline_ms) for one in known]
    )


@router.get("/platforms/{name}/fields", summary="Custom fields to create for an export")
async def fields(name: str, caller: Anyone, channel: Annotated[Channel, Query()] = "email") -> FieldList:
    """With type and length, once for each workspace of the platform."""
    del caller
    return FieldList(platform=name, channel=channel, fields=fields_of(platform_named(name), channel))


@router.post(
    "/campaigns/{slug}/export", summary="A row per lead with values bound",
    responses={200: {"model": ExportReport, "content": {"text/csv": {}, "application/jsonl": {}}}},
)  # fmt: skip
async def export(slug: str, body: ExportInput, services: Wired, caller: Ingest) -> Response:
    """For platforms that ask for nothing: who may be written to, with the copy of its rung. The report comes first with
    `dry_run`; 422 `export.too_long` names what the platform would cut."""
    workspace = caller.workspace.id
    sheet = await _sheet(services, workspace, slug, body)
    views = {view.id: view for view in services.crowd.views(workspace)}
    seen, now = Survey(), services.clock()
    async for page in _people(services, workspace):
        look(sheet, page, views, now.timestamp(), seen)
    told = report(sheet, seen)
    if body.dry_run:
        return Response(told.model_dump_json(), media_type="application/json")
    record = ExportRecord(
        id=uuid4(), campaign_id=sheet.shelved.id, platform=body.platform, leads=told.leads, revisions=seen.revisions,
        actor=caller.name,
    )  # fmt: skip
    async with services.database.write() as connection:
        await ExportStore(connection, workspace).add(record, now)
    sent = Survey()
    pages = rows(sheet, services.desk, _people(services, workspace), views, record.id, sent)
    file = _noted(services, workspace, record.id, pages, sent)
    return StreamingResponse(file, media_type=TYPES[body.format], headers=_headers(told, record, body.format))


async def _sheet(services: Services, workspace: UUID, slug: str, body: ExportInput) -> Sheet:
    """Once this process has read everything that changed, and every lead."""
    await services.shelf.catch_up()
    await services.crowd.catch_up()
    await services.crowd.loaded()
    shelved = services.shelf.campaign(workspace, slug)
    if shelved is None:
        raise NotFound(f"There is no campaign {slug[:63]!r} in this workspace.", code="campaign.unknown")
    return Sheet.of(body, shelved)


async def _people(services: Services, workspace: UUID) -> AsyncIterator[Sequence[Person]]:
    last: UUID | None = None
    while True:
        async with services.database.read() as connection:
            page = await ExportStore(connection, workspace).people(last, PAGE)
        if not page:
            return
        yield page
        last = page[-1].id


async def _noted(
    services: Services, workspace: UUID, export_id: UUID, pages: AsyncIterator[bytes], sent: Survey
) -> AsyncIterator[bytes]:
    """The file, and what went out once it has. Where the caller hangs up, what was to go out stays written down: nobody
    knows how much of it arrived."""
    async for page in pages:
        yield page
    async with services.database.write() as connection:
        await ExportStore(connection, workspace).went_out(export_id, sent.revisions)


def _headers(told: ExportReport, record: ExportRecord, ending: str) -> dict[str, str]:
    left_out = ",".join(f"{reason}={count}" for reason, count in told.left_out.items())
    return {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{told.campaign}-{told.platform}.{ending}"',
        "Export-Id": str(record.id),
        "Export-Leads": str(told.leads),
        "Export-Rungs": ",".join(f"{rung}={count}" for rung, count in told.rungs.items()),
        "Export-Left-Out": left_out,
    }
