"""Decisions a page at a time: of a workspace, or of one lead."""

from __future__ import annotations

from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from service.delivery.decision_models import DecisionRow
from service.delivery.decision_store import DecisionStore, Wanted
from service.delivery.lead_keys import LeadKeyStore
from service.delivery.outcome_store import OutcomeStore
from service.leads.store import LeadStore


async def page_of(
    connection: AsyncConnection,
    workspace: UUID,
    wanted: Wanted,
    limit: int,
    cursor: str | None = None,
    *,
    lead: str | None = None,
    outcomes: bool = False,
) -> tuple[list[DecisionRow], str | None]:
    """The newest first, and the cursor of the next page; what became of each where `outcomes` are wanted. Raises
    `NotFound` for a lead that is not there."""
    if lead is not None:
        known = await LeadStore(connection, workspace).get(lead)
        keys = await LeadKeyStore(connection, workspace).of([known.id])
        if known.id not in keys:  # nothing was ever decided for it
            return [], None
        wanted = wanted._replace(key=keys[known.id].id)
    found, more = await DecisionStore(connection, workspace).page(wanted, limit, cursor)
    told = [orjson.loads(one.body) for one in found]
    if outcomes:
        became = await OutcomeStore(connection, workspace).of([UUID(one["id"]) for one in told])
        told = [one | {"outcomes": became.get(UUID(one["id"]), [])} for one in told]
    return [DecisionRow.model_validate(one) for one in told], more
