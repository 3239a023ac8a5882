"""Forgetting a lead: its rows at once, then whatever files still hold of it, and a receipt that proves it.

The order matters. The rows go in one transaction, with a receipt that says `queued`; then what the database's file and
log still hold. The follower of the index is waited for, since it may be about to index what it read a moment before;
only then is the index written anew. A process that is stopped in between goes on when it is started again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.index import Index
from service.db import changes
from service.db.engine import Database
from service.db.following import Follower
from service.db.tables import changes as sequence
from service.db.tables import leads
from service.events.store import EventStore
from service.leads.store import LeadStore
from service.privacy.models import Receipt, Stage
from service.privacy.scope import OF_A_LEAD, of_lead
from service.privacy.signing import Signer, verify
from service.privacy.store import ErasureStore
from service.types import Clock
from service.workspaces.models import Workspace

PATIENCE = 10.0  # seconds that a caller waits for the index to follow; an import of many leads may keep it longer
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases leads and sees it through, one round of cleaning at a time: what is erased meanwhile shares the next."""

    database: Database
    index: Index
    follower: Follower
    signer: Signer
    clock: Clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def erase(self, workspace: Workspace, external_id: str) -> Receipt:
        """Forget that lead. Raises `NotFound`. The receipt says `queued` where the rest takes too long to wait for."""
        async with self.database.write() as connection:
            await EventStore(connection, workspace.id).one_at_a_time()  # or one could come in half-way
            lead = await LeadStore(connection, workspace.id).get(external_id, lock=True)
            erased = await erase_rows(connection, workspace.id, lead.id, self.clock())
            receipt = self._signed(
                Receipt(
                    id=uuid4(), workspace=workspace.slug, at=self.clock(), erased=erased, records="queued",
                    index="queued", subject=self.fingerprint(workspace.id, external_id), public_key="", signature="",
                )
            )  # fmt: skip
            await ErasureStore(connection, workspace.id).add(receipt)
        await self.finish(workspace.id, PATIENCE)
        async with self.database.read() as connection:
            return await ErasureStore(connection, workspace.id).get(receipt.id)

    async def finish(self, workspace: UUID, patience: float) -> bool:
        """See through every erasure of the workspace that is not; False where the index did not follow in time."""
        async with self.turn:
            return await self._round(workspace, patience)

    async def _round(self, workspace: UUID, patience: float) -> bool:
        async with self.database.read() as connection:
            queued = await ErasureStore(connection, workspace).queued()
        if not queued:
            return True
        records = await self._wiped()
        index = await self._forgotten(patience)
        async with self.database.write() as connection:
            store = ErasureStore(connection, workspace)
            for receipt in queued:
                stages: dict[str, Stage] = {"records": records, "index": index}
                await store.replace(self._signed(receipt.model_copy(update=stages)))
        return "queued" not in (records, index)

    def fingerprint(self, workspace: UUID, external_id: str) -> str:
        """What a receipt says of whom it is about."""
        return self.signer.digest("erasures", f"{workspace}:{external_id}")

    def valid(self, workspace: Workspace, receipt: Receipt) -> bool:
        """Whether we signed exactly that, for that workspace."""
        ours = receipt.public_key == self.signer.public_key and receipt.workspace == workspace.slug
        return ours and verify(_document(receipt), receipt.signature, receipt.public_key)

    def _signed(self, receipt: Receipt) -> Receipt:
        known = receipt.model_copy(update={"public_key": self.signer.public_key})
        return known.model_copy(update={"signature": self.signer.sign(_document(known))})

    async def _forgotten(self, patience: float) -> Stage:
        if not await self.follower.wait(patience):
            return "queued"
        return "done" if await self.index.rebuild("leads") else "left_to_the_server"

    async def _wiped(self) -> Stage:
        if not self.database.is_sqlite:
            return "left_to_the_server"
        for _ in range(_TRIES):
            if await asyncio.to_thread(_scrub, self.database.url.database or ""):
                return "done"
            await asyncio.sleep(0.1)
        return "queued"


async def erase_rows(connection: AsyncConnection, workspace: UUID, lead: UUID, now: datetime) -> dict[str, int]:
    """Delete whatever belongs to a lead that the caller has locked, and tell those that follow; how many of each."""
    mine = of_lead(workspace, lead)
    erased = {}
    for table in OF_A_LEAD:
        erased[table.name] = (await connection.execute(sa.delete(table).where(mine(table)))).rowcount
    await connection.execute(sa.delete(leads).where(leads.c.workspace_id == workspace, leads.c.id == lead))
    noted = sa.delete(sequence).where(sequence.c.workspace_id == workspace, sequence.c.entity_id == lead)
    erased["changes"] = (await connection.execute(noted)).rowcount
    await changes.append(connection, workspace, "lead", [lead], now)
    return {"leads": 1} | erased


def _document(receipt: Receipt) -> dict[str, object]:
    return receipt.model_dump(mode="json", exclude={"signature"})


def _scrub(path: str) -> bool:
    """Write the database's file anew and empty its log; False where somebody else kept it busy.

    `secure_delete` overwrites what is deleted, but a page that was split earlier may keep bytes of rows that moved to
    another one (in 2 of 150 random tables), and the log keeps pages as they were before. On a connection of its own, in
    a thread: writers wait, 2 s a 100 MB.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:  # locked, or no room for the copy
        return False
    return not busy
