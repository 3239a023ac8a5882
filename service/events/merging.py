"""Two leads that turn out to be one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import actions, consents, events, identities, leads, variants

_MOVED = (events, identities, consents, variants)


async def merge(connection: AsyncConnection, workspace: UUID, previous: UUID, into: UUID, now: datetime) -> None:
    """Make everything of `previous` that of `into`, in the caller's transaction: what it did, its names, its ledger,
    the drafts made for it and what was already done about it. Its traits fill what `into` lacks. The history of `into`
    is to be folded anew afterwards, and both are to be announced."""
    rows = await connection.execute(
        sa.select(leads)
        .where(leads.c.workspace_id == workspace, leads.c.id.in_([previous, into]))
        .order_by(leads.c.external_id)
        .with_for_update()
    )
    found: dict[UUID, Any] = {row.id: row for row in rows}
    if previous == into or len(found) < 2:
        return
    gone, stays = found[previous], found[into]
    for table in _MOVED:
        await connection.execute(
            sa.update(table).where(table.c.workspace_id == workspace, table.c.lead_id == previous).values(lead_id=into)
        )
    await _move_actions(connection, workspace, previous, into)
    await connection.execute(
        sa.update(leads)
        .where(leads.c.workspace_id == workspace, leads.c.id == into)
        .values(traits=gone.traits | stays.traits, created_at=min(gone.created_at, stays.created_at), updated_at=now)
    )
    await connection.execute(sa.delete(leads).where(leads.c.workspace_id == workspace, leads.c.id == previous))


async def _move_actions(connection: AsyncConnection, workspace: UUID, previous: UUID, into: UUID) -> None:
    """An action is taken once per lead and occasion; one that both had stays that of `into`, and the other goes."""
    same = actions.alias()
    had = sa.exists().where(
        same.c.trigger_id == actions.c.trigger_id, same.c.occasion == actions.c.occasion, same.c.lead_id == into
    )
    await connection.execute(
        sa.update(actions)
        .where(actions.c.workspace_id == workspace, actions.c.lead_id == previous, ~had)
        .values(lead_id=into)
    )
