"""Exports in the records of one workspace: whom they are for, and what went out, which no quarantine reaches."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import exports, leads
from service.delivery.export_models import ExportRecord


class Person(NamedTuple):
    """A lead as an export names it; `email` is empty where none is known."""

    id: UUID
    external_id: str
    email: str


class ExportStore:
    """The exports of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def people(self, after: UUID | None, limit: int) -> list[Person]:
        """A page of the leads there are, by their random ids."""
        page = sa.select(leads.c.id, leads.c.external_id, leads.c.traits).where(
            leads.c.workspace_id == self._workspace, *([leads.c.id > after] if after else [])
        )
        rows = await self._connection.execute(page.order_by(leads.c.id).limit(limit))
        return [Person(row.id, row.external_id, _text(row.traits.get("email"))) for row in rows]

    async def add(self, record: ExportRecord, now: datetime) -> None:
        """What is about to go out."""
        await self._connection.execute(
            sa.insert(exports).values(workspace_id=self._workspace, created_at=now, **record.model_dump())
        )

    async def went_out(self, id_: UUID, revisions: dict[str, dict[str, int]]) -> None:
        """What did go out, once it has: less where something changed meanwhile."""
        await self._connection.execute(
            sa.update(exports)
            .where(exports.c.workspace_id == self._workspace, exports.c.id == id_)
            .values(revisions=revisions, leads=sum(sum(counts.values()) for counts in revisions.values()))
        )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
