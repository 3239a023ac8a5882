"""What happened, read from the records: variants that were judged, runs that ended, actions that were emitted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.campaigns.generating import GENERATE
from service.db.tables import actions, jobs, subscriptions, triggers, variant_history, variants
from service.subscriptions.models import EventType, Happening

_TOLD: dict[str, EventType] = {
    "approve": "variant.approved", "reject": "variant.rejected", "quarantine": "variant.quarantined",
}  # fmt: skip


async def subscribed(connection: AsyncConnection) -> set[UUID]:
    """The workspaces that have subscriptions; only the dispatcher, which answers to none, may ask."""
    return set(await connection.scalars(sa.select(subscriptions.c.workspace_id).distinct()))


async def judged(
    connection: AsyncConnection, workspace: UUID, changed: Collection[UUID], since: datetime
) -> list[Happening]:
    """What was decided on these variants since then."""
    rows = await connection.execute(
        sa.select(
            variant_history.c.id, variant_history.c.variant_id, variant_history.c.action, variant_history.c.revision,
            variant_history.c.at, variants.c.campaign_id,
        )
        .join(variants, variants.c.id == variant_history.c.variant_id)
        .where(
            variant_history.c.workspace_id == workspace, variant_history.c.variant_id.in_(changed),
            variant_history.c.action.in_(_TOLD), variant_history.c.at >= since,
        )
        .order_by(variant_history.c.id)
    )  # fmt: skip
    return [
        Happening(
            workspace, _TOLD[row.action], str(row.id), row.at,
            {"variant_id": str(row.variant_id), "revision": row.revision, "campaign_id": _text(row.campaign_id)},
        )
        for row in rows
    ]  # fmt: skip


async def finished(connection: AsyncConnection, workspaces: Collection[UUID], since: datetime) -> list[Happening]:
    """The runs that ended since then, well or not."""
    rows = await connection.execute(
        sa.select(jobs.c.id, jobs.c.workspace_id, jobs.c.status, jobs.c.parameters, jobs.c.finished_at)
        .where(
            jobs.c.workspace_id.in_(workspaces), jobs.c.kind == GENERATE, jobs.c.status.in_(("done", "failed")),
            jobs.c.finished_at >= since,
        )
        .order_by(jobs.c.finished_at)
    )  # fmt: skip
    return [
        Happening(
            row.workspace_id, "run.finished", str(row.id), row.finished_at,
            {"job_id": str(row.id), "campaign_id": row.parameters.get("campaign"), "status": row.status},
        )
        for row in rows
    ]  # fmt: skip


async def emitted(
    connection: AsyncConnection, workspace: UUID, leads: Collection[UUID], since: datetime
) -> list[Happening]:
    """The actions that triggers emitted for these leads since then. They name no lead: whoever may, asks for it."""
    rows = await connection.execute(
        sa.select(actions.c.id, actions.c.created_at, triggers.c.slug)
        .join(triggers, triggers.c.id == actions.c.trigger_id)
        .where(actions.c.workspace_id == workspace, actions.c.lead_id.in_(leads), actions.c.created_at >= since)
        .order_by(actions.c.created_at, actions.c.id)
    )
    return [
        Happening(
            workspace, "lead.action", str(row.id), row.created_at, {"action_id": str(row.id), "trigger": row.slug}
        )
        for row in rows
    ]


def _text(id_: Any) -> str | None:
    return str(id_) if id_ else None
