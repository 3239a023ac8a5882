"""The leads' keys in the records of one workspace: made once for each lead, and gone with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.inserts import insert_missing
from service.db.tables import lead_keys, leads
from service.delivery.sealing import KEY_BYTES

AT_ONCE = 5_000  # leads in one statement: SQLite takes 32,766 values, PostgreSQL's driver 65,535


class LeadKey(NamedTuple):
    """A lead's key, and the id by which receipts name it without naming the lead."""

    id: UUID
    key: bytes


class LeadKeyStore:
    """The keys of one workspace's leads."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def ensure(
        self, wanted: Collection[UUID], now: datetime, random: Callable[[int], bytes]
    ) -> dict[UUID, LeadKey]:
        """The keys of these leads, made where there are none yet; none for a lead that is not there (any more).

        Needs a transaction. Whoever makes a lead's key first has made it, in whatever process.
        """
        found = await self.of(wanted)
        missing = [lead for lead in wanted if lead not in found]
        for some in _in_parts(missing):
            there = sa.select(leads.c.id).where(leads.c.workspace_id == self._workspace, leads.c.id.in_(some))
            rows = [
                {"id": uuid4(), "workspace_id": self._workspace, "lead_id": lead, "key": key, "created_at": now}
                for lead in await self._connection.scalars(there.with_for_update(read=True, key_share=True))
                for key in (random(KEY_BYTES),)
            ]
            await insert_missing(self._connection, lead_keys, rows, lead_keys.c.id)
        return found | await self.of(missing)

    async def of(self, wanted: Collection[UUID]) -> dict[UUID, LeadKey]:
        """The keys that these leads have."""
        found: dict[UUID, LeadKey] = {}
        for some in _in_parts(list(wanted)):
            rows = await self._connection.execute(_KEYS.where(self._mine(), lead_keys.c.lead_id.in_(some)))
            found |= {lead: LeadKey(id_, key) for lead, id_, key in rows}
        return found

    async def by_ids(self, wanted: Collection[UUID]) -> dict[UUID, bytes]:
        """The keys with these ids, as far as their leads were not erased."""
        found: dict[UUID, bytes] = {}
        for some in _in_parts(list(wanted)):
            rows = await self._connection.execute(_KEYS.where(self._mine(), lead_keys.c.id.in_(some)))
            found |= {id_: key for _, id_, key in rows}
        return found

    def _mine(self) -> sa.ColumnElement[bool]:
        return lead_keys.c.workspace_id == self._workspace


_KEYS = sa.select(lead_keys.c.lead_id, lead_keys.c.id, lead_keys.c.key)


def _in_parts(wanted: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]
