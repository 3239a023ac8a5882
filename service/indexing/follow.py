"""Keeps the index in step with the records by following the changes sequence.

Everything the index holds comes through here: after an import, after an edit, after the index was lost. A follower's
place in the sequence is kept under the index's identity, so a new, lost or foreign index starts from the beginning by
itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from retrieval.index import Index
from retrieval.lexical import Lexical
from retrieval.types import Embedder, Point
from service.content.store import ContentStore
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.db.following import BATCH, Follower, Progress, grouped
from service.indexing.points import passage_points, passage_text
from service.leads.contract import Contract, known, profile_text
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.metrics import Metrics
from service.privacy.policy import Policy
from service.profile.attributes import tells_computed
from service.profile.computed import as_traits, contextual_only, profile_of
from service.profile.store import Subject, SubjectStore
from service.types import Clock
from service.workspaces.store import WorkspaceStore


class IndexFollower(Follower):
    """Reads changes and makes the index agree with the records."""

    kinds = ("content", "lead", "consent", "event", "contract")

    def __init__(
        self, database: Database, index: Index, embedder: Embedder, lexical: Lexical, metrics: Metrics, clock: Clock
    ) -> None:
        super().__init__(database, clock)
        self._index = index
        self._embedder = embedder
        self._lexical = lexical
        self._metrics = metrics

    async def name(self) -> str:
        return f"index:{await self._index.identity()}"

    def note(self, progress: Progress) -> None:
        self._metrics.index_lag.set(progress.latest - progress.followed)

    async def take(self, batch: Sequence[Change]) -> None:
        for (workspace, kind), entities in grouped(batch).items():
            await self._follow(workspace, kind, entities)

    async def _follow(self, workspace: UUID, kind: ChangeKind, entities: Sequence[UUID]) -> None:
        if kind == "content":
            await self._follow_content(workspace, entities)
        elif kind in ("lead", "consent", "event"):
            await self._follow_leads(workspace, entities, events=kind == "event")
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

    async def _follow_leads(self, workspace: UUID, ids: Sequence[UUID], *, events: bool = False) -> None:
        """Embed leads anew. What they did matters only where the contract lets it be told."""
        async with self._database.read() as connection:
            contract = await ContractStore(connection, workspace).current()
            if events and not tells_computed(contract):
                return
            of = await WorkspaceStore(connection).by_id(workspace)
            found = await SubjectStore(connection, workspace).by_ids(ids)
        now = self._clock().astimezone(ZoneInfo(of.timezone))
        texts = {subject.lead.id: _text(contract, subject, of.policy, now) for subject in found}
        used = {lead: text for lead, text in texts.items() if text}
        distinct = sorted(set(used.values()))  # many leads share the few words of closed domains: each is embedded once
        vectors = dict(zip(distinct, await self._embedder.embed(distinct), strict=True)) if distinct else {}
        points = [Point(lead, str(workspace), vectors[text], {}) for lead, text in used.items()]
        await self._index.upsert("leads", points)
        await self._index.delete("leads", str(workspace), [lead for lead in ids if lead not in used])


def _text(contract: Contract, subject: Subject, policy: Policy, now: datetime) -> str:
    profile = profile_of(subject, now)
    if contextual_only(profile, policy):
        return ""
    lead = subject.lead
    return profile_text(known(contract, as_traits(profile, lead.traits), lead.consents, now))
