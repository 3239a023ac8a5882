"""Decisions in the records of one workspace, and the shelves that they were made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.paging import cursor_of, value_of
from service.db.tables import campaigns, decisions, snapshots
from service.delivery.receipts import Receipt
from service.errors import NotFound


class Wanted(NamedTuple):
    """Which decisions: of a campaign, by its slug, in a placement, from a moment on, sealed with a lead's key."""

    campaign: str | None = None
    placement: str | None = None
    since: datetime | None = None
    key: UUID | None = None


class _Place(NamedTuple):
    """Where a page ended."""

    at: datetime
    id: UUID

    @classmethod
    def of(cls, text: str) -> Self:
        at, id_ = text.split("|")
        return cls(datetime.fromisoformat(at), UUID(id_))


class DecisionStore:
    """The decisions of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, id_: UUID) -> Receipt:
        """The receipt of a decision. Raises `NotFound`, also for another workspace's."""
        mine = sa.and_(decisions.c.workspace_id == self._workspace, decisions.c.id == id_)
        row = (await self._connection.execute(_RECEIPTS.where(mine))).first()
        if row is None:
            raise NotFound(f"There is no decision {id_} in this workspace.", code="decision.unknown")
        return Receipt(row.receipt, row.signature)

    async def page(self, wanted: Wanted, limit: int, cursor: str | None) -> tuple[list[Receipt], str | None]:
        """Receipts, the newest first, and the cursor of the next page, None at the end."""
        query = _RECEIPTS.where(decisions.c.workspace_id == self._workspace)
        if wanted.campaign is not None:
            named = sa.and_(campaigns.c.workspace_id == self._workspace, campaigns.c.slug == wanted.campaign)
            query = query.where(decisions.c.campaign_id.in_(sa.select(campaigns.c.id).where(named)))
        if wanted.placement is not None:
            query = query.where(decisions.c.placement == wanted.placement)
        if wanted.since is not None:
            query = query.where(decisions.c.at >= wanted.since)
        if wanted.key is not None:
            query = query.where(decisions.c.key_id == wanted.key)
        if cursor is not None:
            end = value_of(cursor, _Place.of)
            same = sa.and_(decisions.c.at == end.at, decisions.c.id < end.id)
            query = query.where(sa.or_(decisions.c.at < end.at, same))
        order = query.order_by(decisions.c.at.desc(), decisions.c.id.desc()).limit(limit + 1)
        rows = (await self._connection.execute(order)).all()
        last = rows[limit - 1] if len(rows) > limit else None
        more = cursor_of(f"{last.at.isoformat()}|{last.id}") if last else None
        return [Receipt(row.receipt, row.signature) for row in rows[:limit]], more

    async def sealed_with(self, key: UUID) -> list[Receipt]:
        """The receipts of one lead, by the id of its key, the oldest first."""
        mine = sa.and_(decisions.c.workspace_id == self._workspace, decisions.c.key_id == key)
        rows = await self._connection.execute(_RECEIPTS.where(mine).order_by(decisions.c.at, decisions.c.id))
        return [Receipt(row.receipt, row.signature) for row in rows]

    async def snapshot(self, hash_: str) -> dict[str, Any] | None:
        """What stood on the shelf under that name, None where that was not kept."""
        mine = sa.and_(snapshots.c.workspace_id == self._workspace, snapshots.c.hash == hash_)
        found: dict[str, Any] | None = await self._connection.scalar(sa.select(snapshots.c.data).where(mine))
        return found


_RECEIPTS = sa.select(decisions.c.id, decisions.c.at, decisions.c.receipt, decisions.c.signature)
