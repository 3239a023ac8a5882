"""Everything that is kept of one lead, as it is kept: for the lead to read, and for another service to take over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import (
    actions,
    appointments,
    audiences,
    cluster_members,
    events,
    histories,
    identities,
    memberships,
    scores,
    triggers,
    variants,
)
from service.delivery.decision_store import DecisionStore
from service.delivery.lead_keys import LeadKeyStore
from service.delivery.outcome_store import OutcomeStore
from service.delivery.receipts import opened
from service.leads.models import Lead
from service.privacy.models import Row
from service.privacy.scope import of_lead
from service.privacy.store import ConsentStore
from service.profile.models import Profile

Rows = list[dict[str, Any]]


class Computed(BaseModel):
    """A value that was worked out, and from what."""

    value: Any
    origin: str
    basis: str


class LeadExport(BaseModel):
    """Everything of one lead. `vector` is what look-alikes are found by; `decisions` are what was shown and why."""

    exported_at: datetime
    workspace: str
    lead: Lead
    identities: Rows
    consents: list[Row]
    attributes: dict[str, Computed]
    history: dict[str, Any]
    events: Rows
    audiences: Rows
    clusters: Rows
    scores: Rows
    actions: Rows
    variants: Rows
    appointments: Rows
    vector: list[float] | None
    decisions: Rows


async def export(
    connection: AsyncConnection,
    workspace: UUID,
    lead: Lead,
    profile: Profile,
    *,
    slug: str,
    vector: list[float] | None,
    now: datetime,
) -> LeadExport:
    """All of it; `profile` is what is computed of the lead now."""
    rows = {name: await _rows(connection, wanted) for name, wanted in _wanted(workspace, lead.id).items()}
    history = rows.pop("histories")
    return LeadExport(
        exported_at=now, workspace=slug, lead=lead, vector=vector, history=history[0]["data"] if history else {},
        consents=await ConsentStore(connection, workspace).ledger(lead.id),
        attributes={
            name: Computed(value=known.value, origin=known.origin, basis=known.basis)
            for name, known in sorted(profile.attributes.items())
        },
        decisions=await _decisions(connection, workspace, lead.id),
        **rows,
    )  # fmt: skip


def _wanted(workspace: UUID, lead: UUID) -> Mapping[str, sa.Select[Any]]:
    mine = of_lead(workspace, lead)
    return {
        "identities": sa.select(identities.c.kind, identities.c.value).where(mine(identities)),
        "histories": sa.select(histories.c.data).where(mine(histories)),
        "events": sa.select(*_without(events, "id", "workspace_id", "lead_id"))
        .where(mine(events))
        .order_by(events.c.occurred_at, events.c.id),
        "audiences": sa.select(audiences.c.slug, audiences.c.name, memberships.c.since)
        .join(audiences, audiences.c.id == memberships.c.audience_id)
        .where(mine(memberships))
        .order_by(audiences.c.slug),
        "clusters": sa.select(*_without(cluster_members, "workspace_id", "lead_id")).where(mine(cluster_members)),
        "scores": sa.select(*_without(scores, "workspace_id", "lead_id")).where(mine(scores)),
        "actions": sa.select(triggers.c.slug.label("trigger"), *_without(actions, "workspace_id", "lead_id"))
        .join(triggers, triggers.c.id == actions.c.trigger_id)
        .where(mine(actions))
        .order_by(actions.c.created_at),
        "variants": sa.select(*_without(variants, "workspace_id", "lead_id"))
        .where(mine(variants))
        .order_by(variants.c.created_at),
        "appointments": sa.select(appointments.c.due_at).where(mine(appointments)),
    }


async def _decisions(connection: AsyncConnection, workspace: UUID, lead: UUID) -> Rows:
    """What was decided for that lead, why, and what became of it, its own part opened; the key itself is no part of
    what is told."""
    found: Rows = []
    for key in (await LeadKeyStore(connection, workspace).of([lead])).values():
        for receipt in await DecisionStore(connection, workspace).sealed_with(key.id):
            told = orjson.loads(receipt.body)
            sealed = opened(told, key.key)
            own = {
                "recipient": sealed.ask.recipient, "delivery": sealed.ask.delivery, "values": sealed.values,
                "audiences": sorted(sealed.lead.audiences), "consents": sealed.lead.consents,
            } if sealed else {}  # fmt: skip
            found.append({name: told[name] for name in _OF_DECISIONS} | own)
    became = await OutcomeStore(connection, workspace).of([UUID(one["id"]) for one in found])
    return [one | {"outcomes": became.get(UUID(one["id"]), [])} for one in found]


_OF_DECISIONS = (
    "id", "at", "campaign", "channel", "placement", "platform", "variant", "revision", "locale", "rung", "audience",
    "reason", "propensity", "alternative", "evidence",
)  # fmt: skip


def _without(table: sa.Table, *names: str) -> list[sa.Column[Any]]:
    return [column for column in table.columns if column.name not in names]


async def _rows(connection: AsyncConnection, wanted: sa.Select[Any]) -> Rows:
    return [dict(row._mapping) for row in await connection.execute(wanted)]
