"""A lead's consents over HTTP, and the link by which it changes them itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.auth import Generate, Ingest, Read, Wired
from service.leads.models import Channel, ExternalId
from service.leads.store import LeadStore
from service.privacy.links import Holder, link_of
from service.privacy.models import ConsentBody, ConsentLedger, PreferenceLink, Row
from service.privacy.recording import recorded
from service.privacy.store import ConsentStore

router = APIRouter(prefix="/v1", tags=["privacy"])


@router.get("/leads/{external_id:path}/consents", summary="What a lead agreed to and refused")
async def ledger(external_id: ExternalId, services: Wired, caller: Read) -> ConsentLedger:
    """The whole ledger, newest first. The newest row of each purpose and channel rules."""
    async with services.database.read() as connection:
        lead = await LeadStore(connection, caller.workspace.id).get(external_id)
        rows = await ConsentStore(connection, caller.workspace.id).ledger(lead.id)
    return ConsentLedger(items=rows, ruling=lead.consents)


@router.post(
    "/leads/{external_id:path}/consents",
    summary="Note that a lead agreed or refused",
    status_code=201,
    responses={200: {"model": Row, "description": "The row was there already."}},
)
async def append(
    external_id: ExternalId, body: ConsentBody, response: Response, services: Wired, caller: Ingest
) -> Row:
    """Appends a row: one that is older than the ruling row is kept and does not rule. The same row twice is one."""
    now, workspace = services.clock(), caller.workspace
    async with services.database.write() as connection:
        lead = await LeadStore(connection, workspace.id).get(external_id, lock=True)
        store = ConsentStore(connection, workspace.id)
        row = recorded(body, workspace.policy, await store.ledger(lead.id), now)
        if not await store.append(lead.id, [row], now):
            response.status_code = 200
        return next(one for one in await store.ledger(lead.id) if one.model_dump(exclude={"rules"}) == row.model_dump())


@router.post("/leads/{external_id:path}/preference-link", summary="A link to a lead's own preference page")
async def preference_link(
    external_id: ExternalId,
    request: Request,
    services: Wired,
    caller: Generate,
    channel: Annotated[Channel, Query(description="From which one click unsubscribes.")] = "email",
) -> PreferenceLink:
    """Signed and good for 400 days, with the headers for one-click unsubscribing (RFC 8058). Put it into messages to
    that lead alone: whoever has it can change its consents."""
    async with services.database.read() as connection:
        lead = await LeadStore(connection, caller.workspace.id).get(external_id)
    base = str(request.base_url).rstrip("/")
    return link_of(services.signer, base, Holder(caller.workspace.slug, lead.id), channel, services.clock())
