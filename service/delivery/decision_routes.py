"""What was decided, over HTTP: to look up, to make once more, and to explain."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from service.auth import Ingest, Read, Wired, Write, refused
from service.delivery.decision_explaining import Explainer
from service.delivery.decision_models import DecisionDetail, DecisionPage, Explanation, Replay
from service.delivery.decision_pages import page_of
from service.delivery.decision_store import DecisionStore, Wanted
from service.delivery.lead_keys import LeadKeyStore
from service.delivery.receipts import PURPOSE, verify
from service.delivery.replay import kept, replay
from service.leads.models import ExternalId

router = APIRouter(prefix="/v1", tags=["decisions"])


@router.get("/decisions", summary="What was decided")
async def page(
    services: Wired,
    caller: Write,
    campaign: Annotated[str | None, Query(max_length=63, description="A campaign's slug.")] = None,
    placement: Annotated[str | None, Query(max_length=63, description="A placement's key.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="The earliest moment.")] = None,
    lead: Annotated[
        ExternalId | None, Query(description="Those made for that lead, which needs the scope `read` too.")
    ] = None,
    outcomes: Annotated[bool, Query(description="With what became of each.")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> DecisionPage:
    """The newest first. A decision stands here as soon as it is answered. 404 for an unknown lead."""
    if lead is not None and not caller.may("read"):
        raise refused(caller, "read")
    await services.taker.caught_up()
    async with services.database.read() as connection:
        found, more = await page_of(
            connection,
            caller.workspace.id,
            Wanted(campaign, placement, since),
            limit,
            cursor,
            lead=lead,
            outcomes=outcomes,
        )
    return DecisionPage(items=found, next_cursor=more)


@router.get("/decisions/{id}", summary="One decision's receipt")
async def one(id: UUID, services: Wired, caller: Write) -> DecisionDetail:  # noqa: A002
    """As it was written and signed. What it holds of the lead is sealed."""
    await services.taker.caught_up()
    async with services.database.read() as connection:
        receipt = await DecisionStore(connection, caller.workspace.id).get(id)
        told = orjson.loads(receipt.body)
        key = UUID(told["key"]) if told["key"] else None
        erased = key is not None and not await LeadKeyStore(connection, caller.workspace.id).by_ids([key])
    valid = verify(receipt.body, receipt.signature, services.signer.key(PURPOSE))
    return DecisionDetail(receipt=told, signature=receipt.signature, valid=valid, erased=erased)


@router.post("/decisions/{id}/replay", summary="Decide the same again")
async def again(id: UUID, services: Wired, caller: Ingest) -> Replay:  # noqa: A002
    """From the shelf of that moment, the sealed part of the receipt and the stored revision: byte for byte what was
    written. 409 with what differs, where something does; 410 once the lead was erased."""
    await services.taker.caught_up()
    key, workspace = services.signer.key(PURPOSE), caller.workspace.id
    async with services.database.read() as connection:
        made = await replay(connection, workspace, await kept(connection, workspace, id, key), key)
    told = orjson.loads(made.receipt.body)
    return Replay(receipt=told, signature=made.receipt.signature, outputs=dict(made.outputs), lot=dict(made.lot))


@router.get("/decisions/{id}/explain", summary="Why a lead got what it got")
async def explain(id: UUID, services: Wired, caller: Read) -> Explanation:  # noqa: A002
    """In words of the workspace's language, for the lead itself (LGPD art. 20). 410 once the lead was erased."""
    await services.taker.caught_up()
    async with services.database.read() as connection:
        decision = await kept(connection, caller.workspace.id, id, services.signer.key(PURPOSE))
    return await Explainer(services.database, caller.workspace).explain(decision)
