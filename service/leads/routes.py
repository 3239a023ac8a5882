"""Leads over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from service.auth import Ingest, Read, Wired
from service.imports.body import format_of, stream
from service.leads.ingest import LeadImportOptions, LeadImportReport, import_leads
from service.leads.models import Basis, CleanText, ExternalId, Lead, LeadBody, LeadInput
from service.leads.store import LeadStore
from service.profile.knowing import KnownLead, Similar, known_lead, similar_to
from service.types import Locale

router = APIRouter(prefix="/v1", tags=["leads"])

FORMATS = {"text/csv": "csv", "application/x-ndjson": "ndjson", "application/jsonl": "ndjson"}
Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]


class LeadPage(BaseModel):
    """Some leads and where to go on."""

    items: list[Lead]
    next_cursor: str | None


@router.post(
    "/leads:import",
    summary="Import leads",
    openapi_extra={
        "requestBody": {"required": True, "content": {kind: {"schema": {"type": "string"}} for kind in FORMATS}}
    },
)
async def import_(
    request: Request,
    services: Wired,
    caller: Ingest,
    dry_run: bool = False,
    map: Annotated[list[str], Query(description="`Column=trait`, or `Column=-` to leave it out.", max_length=500)] = [],  # noqa: A002, B006
    id_from: Literal["line"] | None = None,
    id_prefix: Annotated[str, Query(max_length=50)] = "line-",
    legal_basis: Basis | None = None,
    channels: Annotated[str | None, Query(description="Comma-separated, such as `email,whatsapp`.")] = None,
    source: Annotated[str | None, Query(max_length=200)] = None,
    collected_at: Annotated[str | None, Query(description="A date: 2026-11-22 or 22/11/2026.")] = None,
    profiling: bool = False,
    locale: Locale | None = None,
) -> LeadImportReport:
    """CSV or NDJSON, streamed. Bad lines are reported and skipped; the rest is stored in short transactions, and
    sending the same file again gives the same end state. Rows without a legal basis are stored as no consent."""
    options = LeadImportOptions.of(
        format=format_of(request, FORMATS), dry_run=dry_run, columns=map, id_from=id_from, id_prefix=id_prefix,
        legal_basis=legal_basis, channels=channels, source=source, collected_at=collected_at, profiling=profiling,
        tz=ZoneInfo(caller.workspace.timezone),
    )  # fmt: skip
    return await import_leads(
        services.database, caller.workspace.id, stream(request, services.max_body), options,
        now=services.clock(), default_locale=locale or caller.workspace.default_locale,
    )  # fmt: skip


@router.get("/leads", summary="All leads")
async def page(
    services: Wired,
    caller: Read,
    limit: Limit = 50,
    cursor: str | None = None,
    search: Annotated[
        CleanText | None,
        Query(max_length=200, description="How an external id or an e-mail address begins, or a part of a name."),
    ] = None,
) -> LeadPage:
    """A page at a time."""
    async with services.database.read() as connection:
        items, next_cursor = await LeadStore(connection, caller.workspace.id).page(limit, cursor, search)
    return LeadPage(items=items, next_cursor=next_cursor)


@router.get("/leads/{external_id:path}/similar", summary="Leads that resemble this one")
async def similar(
    external_id: ExternalId, services: Wired, caller: Read, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> Similar:
    """By what the attribute contract and their consents let be known. 404 for a lead without profiling consent."""
    found = await similar_to(services.database, services.index, services.search, caller.workspace, external_id, limit)
    return Similar(items=found)


@router.get("/leads/{external_id:path}", summary="One lead")
async def get(external_id: ExternalId, services: Wired, caller: Read) -> KnownLead:
    """With the newest consent row of each purpose and channel, and what its traits and events come to."""
    return await known_lead(services.database, caller.workspace, external_id, services.clock())


@router.put("/leads/{external_id:path}", summary="Keep a lead", responses={201: {"model": Lead}})
async def put(external_id: ExternalId, body: LeadBody, response: Response, services: Wired, caller: Ingest) -> Lead:
    """201 when it is new."""
    lead = LeadInput.model_validate({"external_id": external_id, **dict(body)})
    async with services.database.write() as connection:
        store = LeadStore(connection, caller.workspace.id)
        outcome = await store.put(lead, services.clock(), default_locale=caller.workspace.default_locale)
        kept = await store.get(external_id)
    response.status_code = 201 if outcome == "created" else 200
    return kept
