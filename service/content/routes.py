"""Content over HTTP."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from service.auth import Anyone, Ingest, Wired, Write
from service.content.ingest import ContentImportOptions, import_content
from service.content.models import ContentBody, ContentInput, ContentItem, Kind
from service.content.store import ContentStore, Validity, Wanted
from service.imports.body import format_of, stream
from service.imports.models import ImportReport
from service.leads.models import CleanText, ExternalId
from service.types import Locale
from service.variants.resters import RestingPage, resting_on

router = APIRouter(prefix="/v1", tags=["content"])

FORMATS = {
    "text/markdown": "markdown", "application/x-ndjson": "ndjson", "application/jsonl": "ndjson", "text/csv": "csv",
    "application/xml": "merchant", "text/xml": "merchant", "application/rss+xml": "merchant",
}  # fmt: skip
Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]


class ContentPage(BaseModel):
    """Some content items and where to go on."""

    items: list[ContentItem]
    next_cursor: str | None


@router.post(
    "/content:import",
    summary="Import content",
    openapi_extra={
        "requestBody": {"required": True, "content": {kind: {"schema": {"type": "string"}} for kind in FORMATS}}
    },
)
async def import_(
    request: Request,
    services: Wired,
    caller: Ingest,
    name: Annotated[
        str, Query(max_length=300, description="The file's name; a Markdown file without an `id` is named by it.")
    ] = "",
    locale: Locale | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """One Markdown file, NDJSON, a CSV catalogue or a Google Merchant feed, streamed. Unchanged items are skipped, bad
    ones reported."""
    options = ContentImportOptions(format=format_of(request, FORMATS), name=name, dry_run=dry_run)
    return await import_content(
        services.database,
        caller.workspace.id,
        stream(request, services.max_body),
        options,
        now=services.clock(),
        default_locale=locale or caller.workspace.default_locale,
        tz=ZoneInfo(caller.workspace.timezone),
        chunker=services.chunker,
    )


@router.get("/content", summary="All content items")
async def page(
    services: Wired,
    caller: Anyone,
    limit: Limit = 50,
    cursor: str | None = None,
    search: Annotated[
        CleanText | None, Query(max_length=200, description="Stands in the title, the text or the external id.")
    ] = None,
    kind: Kind | None = None,
    valid: Annotated[Validity | None, Query(description="Holds now, only later, or no more.")] = None,
) -> ContentPage:
    """Each at its current version, a page at a time."""
    wanted = Wanted(search, kind, valid, services.clock())
    async with services.database.read() as connection:
        items, next_cursor = await ContentStore(connection, caller.workspace.id).page(limit, cursor, wanted)
    return ContentPage(items=items, next_cursor=next_cursor)


@router.get("/content/{external_id:path}/variants", summary="The variants that rest on a content item")
async def variants(
    external_id: ExternalId, services: Wired, caller: Write, limit: Limit = 50, cursor: str | None = None
) -> RestingPage:
    """What of the item each of them says, so that a change of it would take it out of service, and why one is so
    already. 404 for an unknown item."""
    async with services.database.read() as connection:
        return await resting_on(connection, caller.workspace.id, external_id, limit, cursor)


@router.get("/content/{external_id:path}", summary="One content item")
async def get(external_id: ExternalId, services: Wired, caller: Anyone) -> ContentItem:
    """At its current version."""
    async with services.database.read() as connection:
        return await ContentStore(connection, caller.workspace.id).get(external_id)


@router.put("/content/{external_id:path}", summary="Keep a content item", responses={201: {"model": ContentItem}})
async def put(
    external_id: ExternalId, body: ContentBody, response: Response, services: Wired, caller: Ingest
) -> ContentItem:
    """201 when it is new; an unchanged item keeps its version."""
    item = ContentInput.model_validate({"external_id": external_id, **dict(body)})
    async with services.database.write() as connection:
        store = ContentStore(connection, caller.workspace.id)
        outcome = await store.put(
            item, services.clock(), default_locale=caller.workspace.default_locale, chunker=services.chunker
        )
        kept = await store.get(external_id)
    response.status_code = 201 if outcome == "created" else 200
    return kept


@router.delete("/content/{external_id:path}", summary="Take a content item out of use", status_code=204)
async def delete(external_id: ExternalId, services: Wired, caller: Ingest) -> None:
    """It is no longer found or cited; variants that cite it keep their record of it."""
    async with services.database.write() as connection:
        await ContentStore(connection, caller.workspace.id).delete(external_id, services.clock())
