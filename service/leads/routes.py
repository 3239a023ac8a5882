"""Leads over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from retrieval.types import Filter
from service.auth import Ingest, Read, Wired
from service.errors import NotFound
from service.imports.body import format_of, stream
from service.leads.contract import Contract, Use
from service.leads.contract_store import ContractStore
from service.leads.ingest import LeadImportOptions, LeadImportReport, import_leads
from service.leads.models import Basis, ExternalId, Lead, LeadBody, LeadInput
from service.leads.store import LeadStore
from service.profile.attributes import purposes_of, use_of
from service.profile.computed import allowed_purposes, profile_of
from service.profile.models import Origin, Value
from service.profile.store import Subject, SubjectStore
from service.types import Locale

router = APIRouter(prefix="/v1", tags=["leads"])

FORMATS = {"text/csv": "csv", "application/x-ndjson": "ndjson", "application/jsonl": "ndjson"}
Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]


class LeadPage(BaseModel):
    """Some leads and where to go on."""

    items: list[Lead]
    next_cursor: str | None


class LeadAttribute(BaseModel):
    """Something known of a lead, and where it comes from. `use` is what the contract lets it be used for, `allowed`
    whether the lead's consents let that happen."""

    name: str
    value: Value
    origin: Origin
    basis: str
    use: Use
    allowed: bool


class KnownLead(Lead):
    """A lead with everything that is known of it now, the kinds of names it goes by, and the audiences it is in."""

    attributes: list[LeadAttribute]
    identities: list[str]
    audiences: list[str]


class SimilarLead(BaseModel):
    """A lead that resembles another in what may be known of both; `score` is a cosine."""

    external_id: str
    score: float


class Similar(BaseModel):
    """Look-alikes, nearest first."""

    items: list[SimilarLead]


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
    report = await import_leads(
        services.database, caller.workspace.id, stream(request, services.max_body), options,
        now=services.clock(), default_locale=locale or caller.workspace.default_locale,
    )  # fmt: skip
    services.follower.wake()
    return report


@router.get("/leads", summary="All leads")
async def page(services: Wired, caller: Read, limit: Limit = 50, cursor: str | None = None) -> LeadPage:
    """A page at a time."""
    async with services.database.read() as connection:
        items, next_cursor = await LeadStore(connection, caller.workspace.id).page(limit, cursor)
    return LeadPage(items=items, next_cursor=next_cursor)


@router.get("/leads/{external_id:path}/similar", summary="Leads that resemble this one")
async def similar(
    external_id: ExternalId, services: Wired, caller: Read, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> Similar:
    """By what the attribute contract and their consents let be known. 404 for a lead without profiling consent."""
    async with services.database.read() as connection:
        lead = await LeadStore(connection, caller.workspace.id).get(external_id)
    where = Filter(str(caller.workspace.id))
    if not await services.index.retrieve("leads", where.workspace, [lead.id]):
        raise NotFound(
            "Nothing may be known of this lead for look-alikes: "
            "no profiling consent, or no attribute of the contract has a value.",
            code="lead.not_profiled",
        )
    hits = await services.search.similar(lead.id, where, limit)
    async with services.database.read() as connection:
        resembling = await LeadStore(connection, caller.workspace.id).by_ids([hit.id for hit in hits])
    names = {one.id: one.external_id for one in resembling}
    return Similar(
        items=[SimilarLead(external_id=names[hit.id], score=round(hit.score, 4)) for hit in hits if hit.id in names]
    )


@router.get("/leads/{external_id:path}", summary="One lead")
async def get(external_id: ExternalId, services: Wired, caller: Read) -> KnownLead:
    """With the newest consent row of each purpose and channel, and what its traits and events come to."""
    async with services.database.read() as connection:
        contract = await ContractStore(connection, caller.workspace.id).current()
        store = SubjectStore(connection, caller.workspace.id)
        subject = await store.get(external_id)
        identities, audiences = await store.identities(subject.lead.id), await store.memberships(subject.lead.id)
    now = services.clock().astimezone(ZoneInfo(caller.workspace.timezone))
    attributes = _attributes(subject, contract, now)
    return KnownLead(**dict(subject.lead), attributes=attributes, identities=identities, audiences=audiences)


@router.put("/leads/{external_id:path}", summary="Keep a lead", responses={201: {"model": Lead}})
async def put(external_id: ExternalId, body: LeadBody, response: Response, services: Wired, caller: Ingest) -> Lead:
    """201 when it is new."""
    lead = LeadInput.model_validate({"external_id": external_id, **dict(body)})
    async with services.database.write() as connection:
        store = LeadStore(connection, caller.workspace.id)
        outcome = await store.put(lead, services.clock(), default_locale=caller.workspace.default_locale)
        kept = await store.get(external_id)
    services.follower.wake()
    response.status_code = 201 if outcome == "created" else 200
    return kept


def _attributes(subject: Subject, contract: Contract, now: datetime) -> list[LeadAttribute]:
    allowed = allowed_purposes(subject.lead.consents, now)
    return [
        LeadAttribute(
            name=name, value=known.value, origin=known.origin, basis=known.basis, use=use,
            allowed=use != "forbidden" and purposes_of(contract, [name]) <= allowed,
        )
        for name, known in profile_of(subject, now).attributes.items()
        for use in (use_of(contract, name, known.origin),)
    ]  # fmt: skip
