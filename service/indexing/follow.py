"""Keeps the index in step with the records by following the changes sequence.

Everything the index holds comes through here: after an import, after an edit, after the index was lost. A follower's
place in the sequence is kept under the index's identity, so a new, lost or foreign index starts from the beginning by
itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import structlog

from retrieval.index import Index
from retrieval.lexical import Lexical
from retrieval.types import Embedder, Point
from service.content.store import ContentStore
from service.db import changes
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.errors import SobMedidaError
from service.indexing.points import passage_points, passage_text
from service.leads.contract import known, profile_text
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.metrics import Metrics
from service.types import Clock

BATCH = 500
LEASE = timedelta(seconds=30)
POLL_SECONDS = 0.5

log = structlog.get_logger(__name__)


class Progress(NamedTuple):
    """How far the index is: `followed` of `latest` changes."""

    followed: int
    latest: int


class IndexFollower:
    """Reads changes and makes the index agree with the records."""

    def __init__(
        self, database: Database, index: Index, embedder: Embedder, lexical: Lexical, metrics: Metrics, clock: Clock
    ) -> None:
        self._database = database
        self._index = index
        self._embedder = embedder
        self._lexical = lexical
        self._metrics = metrics
        self._clock = clock
        self._owner = uuid4().hex
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()

    def wake(self) -> None:
        """Something changed: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Follow until cancelled. An error is logged and tried again, since the records lose nothing meanwhile."""
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
            except SobMedidaError as error:
                log.warning("index_follow_failed", code=error.code)
            except Exception:
                log.exception("index_follow_failed")
            try:
                async with asyncio.timeout(POLL_SECONDS):  # `wait_for` loses a cancellation that comes with a wake
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def progress(self) -> Progress:
        """How far the index is."""
        follower = await self._follower()
        async with self._database.read() as connection:
            return Progress(await changes.followed(connection, follower), await changes.latest(connection))

    async def catch_up(self, report: Callable[[Progress], None] | None = None) -> Progress:
        """Follow to the end of the sequence as it is now, unless another process already follows for this index."""
        async with self._lock:
            while True:
                now = await self.progress()
                self._metrics.index_lag.set(now.latest - now.followed)
                if report:
                    report(now)
                if now.followed >= now.latest or not await self._step(now.followed):
                    return now

    async def wait(self, seconds: float, report: Callable[[Progress], None] | None = None) -> bool:
        """Wait until everything that has changed so far is followed; False when time ran out."""
        target = (await self.progress()).latest
        deadline = asyncio.get_running_loop().time() + seconds
        while (now := await self.progress()).followed < target:
            if report:
                report(now)
            if asyncio.get_running_loop().time() > deadline:
                return False
            self.wake()
            await asyncio.sleep(0.05)
        if report:
            report(now)
        return True

    async def _follower(self) -> str:
        return f"index:{await self._index.identity()}"

    async def _step(self, seq: int) -> bool:
        follower = await self._follower()
        async with self._database.write() as connection:
            if not await changes.lease(connection, follower, self._owner, self._clock(), LEASE):
                return False
        async with self._database.read() as connection:
            batch = await changes.since(connection, seq, BATCH)
        for (workspace, kind), entities in _grouped(batch).items():
            await self._follow(workspace, kind, entities)
        async with self._database.write() as connection:
            await changes.advance(connection, follower, self._owner, batch[-1].seq)
        return True

    async def _follow(self, workspace: UUID, kind: ChangeKind, entities: Sequence[UUID]) -> None:
        if kind == "content":
            await self._follow_content(workspace, entities)
        elif kind in ("lead", "consent"):
            await self._follow_leads(workspace, entities)
        elif kind == "contract":
            await self._follow_contract(workspace)

    async def _follow_content(self, workspace: UUID, items: Sequence[UUID]) -> None:
        async with self._database.read() as connection:
            store = ContentStore(connection, workspace)
            current = await store.current_passages(items)
            stale = await store.stale_passage_ids(items)
        vectors = await self._embedder.embed([passage_text(source) for source in current]) if current else ()
        points = [
            point
            for source, vector in zip(current, vectors, strict=True)
            for point in passage_points(str(workspace), source, vector, self._lexical)
        ]
        await self._index.upsert("passages", points)
        await self._index.delete("passages", str(workspace), stale)

    async def _follow_contract(self, workspace: UUID) -> None:
        async with self._database.read() as connection:
            everyone = await LeadStore(connection, workspace).ids()
        for start in range(0, len(everyone), BATCH):
            await self._follow_leads(workspace, everyone[start : start + BATCH])

    async def _follow_leads(self, workspace: UUID, ids: Sequence[UUID]) -> None:
        async with self._database.read() as connection:
            contract = await ContractStore(connection, workspace).current()
            found = await LeadStore(connection, workspace).by_ids(ids)
        now = self._clock()
        texts = {lead.id: profile_text(known(contract, lead.traits, lead.consents, now)) for lead in found}
        used = {lead: text for lead, text in texts.items() if text}
        distinct = sorted(set(used.values()))  # many leads share the few words of closed domains: each is embedded once
        vectors = dict(zip(distinct, await self._embedder.embed(distinct), strict=True)) if distinct else {}
        points = [Point(lead, str(workspace), vectors[text], {}) for lead, text in used.items()]
        await self._index.upsert("leads", points)
        await self._index.delete("leads", str(workspace), [lead for lead in ids if lead not in used])


def _grouped(batch: Iterable[Change]) -> dict[tuple[UUID, ChangeKind], list[UUID]]:
    groups: dict[tuple[UUID, ChangeKind], dict[UUID, None]] = defaultdict(dict)
    for change in batch:
        groups[change.workspace, change.kind][change.entity] = None
    return {key: list(entities) for key, entities in groups.items()}
