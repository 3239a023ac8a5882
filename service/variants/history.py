"""What was done to variants, and their states as they were judged: rows that are added and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.inserts import insert_missing
from service.db.tables import revisions, variant_history
from service.variants.models import Entry, Revision, StoredVariant


class HistoryStore:
    """The histories of one workspace's variants."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def add(self, variant: UUID, entry: Entry) -> None:
        """One more entry."""
        row = {"workspace_id": self._workspace, "variant_id": variant, **entry._asdict()}
        await self._connection.execute(sa.insert(variant_history).values(row))

    async def entries(self, variant: UUID) -> list[Entry]:
        """All of them, the oldest first."""
        rows = await self._connection.execute(
            sa.select(*_ENTRY)
            .where(variant_history.c.workspace_id == self._workspace, variant_history.c.variant_id == variant)
            .order_by(variant_history.c.id)
        )
        return [Entry(*row) for row in rows]

    async def keep(self, variant: StoredVariant, now: datetime) -> None:
        """Put by what stands in the variant, once."""
        row = {name: getattr(variant, name) for name in _OF_VARIANT}
        row |= {"workspace_id": self._workspace, "variant_id": variant.id, "created_at": now}
        await insert_missing(self._connection, revisions, [row], revisions.c.revision)

    async def approve(self, variant: StoredVariant, actor: str, now: datetime) -> None:
        """Note who approved what stands there."""
        await self.keep(variant, now)
        await self._connection.execute(
            sa.update(revisions)
            .where(*self._of(variant.id), revisions.c.revision == variant.revision)
            .values(approved_by=actor, approved_at=now)
        )

    async def withdraw(self, variant: StoredVariant) -> None:
        """Note that nobody approves what stands there any more."""
        await self._connection.execute(
            sa.update(revisions)
            .where(*self._of(variant.id), revisions.c.revision == variant.revision)
            .values(approved_by=None, approved_at=None)
        )

    async def revisions(self, variant: UUID) -> list[Revision]:
        """The states that were put by, the oldest first."""
        wanted = sa.select(*_REVISION).where(*self._of(variant)).order_by(revisions.c.created_at, revisions.c.revision)
        return [Revision(*row) for row in await self._connection.execute(wanted)]

    async def revision(self, variant: UUID, revision: str) -> Revision | None:
        """That state, if it was put by."""
        wanted = sa.select(*_REVISION).where(*self._of(variant), revisions.c.revision == revision)
        row = (await self._connection.execute(wanted)).first()
        return Revision(*row) if row else None

    def _of(self, variant: UUID) -> tuple[sa.ColumnElement[bool], ...]:
        return revisions.c.workspace_id == self._workspace, revisions.c.variant_id == variant


_ENTRY: tuple[sa.Column[Any], ...] = tuple(variant_history.c[name] for name in Entry._fields)
_REVISION: tuple[sa.Column[Any], ...] = tuple(revisions.c[name] for name in Revision._fields)
_OF_VARIANT = tuple(name for name in Revision._fields if name not in ("created_at", "approved_by", "approved_at"))
