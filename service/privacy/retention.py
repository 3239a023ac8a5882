"""Throwing away what a workspace keeps no longer, some hundreds of rows in a transaction.

What is computed of a lead comes from its history, so a lead that loses events has its history folded anew from those
that stay: totals such as `orders` then count what is still kept, and nothing tells of what is not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.engine import Database
from service.db.tables import decisions, events, jobs, leads, outcomes, variants
from service.events.store import EventStore, HistoryStore
from service.privacy.models import Due
from service.privacy.policy import Retention
from service.profile.history import History

Report = Callable[[float], Awaitable[None]]

ROWS = 500
LEADS = 50  # whose histories are folded anew in one transaction


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one workspace keeps too long at one moment."""

    workspace: UUID
    retention: Retention
    now: datetime

    async def due(self, connection: AsyncConnection) -> Due:
        """How much that is; changes nothing."""
        found = {}
        for name, (table, old) in self._old().items():
            counted = sa.select(sa.func.count()).select_from(table).where(old)
            found[name] = int(await connection.scalar(counted) or 0)
        return Due(**found)

    async def apply(self, database: Database, report: Report) -> Due:
        """Throw it away; how much that was. May be stopped anywhere, and done again."""
        done: dict[str, int] = {}
        kinds = self._old()
        for number, (name, (table, old)) in enumerate(kinds.items()):
            done[name] = 0
            while thrown := await self._some(database, name, table, old):
                done[name] += thrown
            await report((number + 1) / len(kinds))
        return Due(**done)

    async def _some(self, database: Database, name: str, table: sa.Table, old: sa.ColumnElement[bool]) -> int:
        async with database.write() as connection:
            if name == "events":
                return await self._of_leads(connection, old)
            if name == "decisions":
                return await self._of_decisions(connection, old)
            some = sa.select(table.c.id).where(old).limit(ROWS)
            return (await connection.execute(sa.delete(table).where(table.c.id.in_(some)))).rowcount

    async def _of_leads(self, connection: AsyncConnection, old: sa.ColumnElement[bool]) -> int:
        """The old events of some leads, which nobody else changes meanwhile."""
        await EventStore(connection, self.workspace).one_at_a_time()
        found = (await connection.scalars(sa.select(events.c.lead_id).where(old).distinct().limit(LEADS))).all()
        if not found:
            return 0
        mine = leads.c.workspace_id == self.workspace
        await connection.execute(
            sa.select(leads.c.id).where(mine, leads.c.id.in_(found)).order_by(leads.c.external_id).with_for_update()
        )
        thrown = await connection.execute(sa.delete(events).where(old, events.c.lead_id.in_(found)))
        await self._fold(connection, found)
        await changes.append(connection, self.workspace, "event", found, self.now)
        return thrown.rowcount

    async def _of_decisions(self, connection: AsyncConnection, old: sa.ColumnElement[bool]) -> int:
        """Some old decisions with what became of them, and what was told of decisions that never were."""
        some = (await connection.scalars(sa.select(decisions.c.id).where(old).limit(ROWS))).all()
        await connection.execute(sa.delete(outcomes).where(outcomes.c.decision_id.in_(some)))
        _, stray = self._before(outcomes, outcomes.c.at, self.retention.decisions)
        known = sa.exists().where(decisions.c.id == outcomes.c.decision_id)
        await connection.execute(sa.delete(outcomes).where(stray, ~known))
        return (await connection.execute(sa.delete(decisions).where(decisions.c.id.in_(some)))).rowcount

    async def _fold(self, connection: AsyncConnection, found: Sequence[UUID]) -> None:
        store, folded = EventStore(connection, self.workspace), {}
        for lead in found:
            history = History.of(None)
            for event in await store.all_of(lead):
                history.add(event)
            folded[lead] = history.data()
        await HistoryStore(connection, self.workspace).put(folded)

    def _old(self) -> dict[str, tuple[sa.Table, sa.ColumnElement[bool]]]:
        """By kind, where it lies and which of it is too old; nothing of what is kept for good."""
        keep = self.retention
        return {
            "events": self._before(events, events.c.occurred_at, keep.events, events.c.lead_id.is_not(None)),
            "anonymous_events": self._before(
                events, events.c.occurred_at, keep.anonymous_events, events.c.lead_id.is_(None)
            ),
            "drafts": self._before(
                variants, variants.c.created_at, keep.drafts, variants.c.status == "draft", variants.c.serving.is_(None)
            ),  # a draft that stands beside an approved revision is not thrown away under it
            "jobs": self._before(jobs, jobs.c.finished_at, keep.jobs, jobs.c.status.in_(("done", "failed"))),
            "decisions": self._before(decisions, decisions.c.at, keep.decisions, sa.true()),
        }

    def _before(
        self, table: sa.Table, moment: sa.Column[Any], days: int | None, *which: sa.ColumnElement[bool]
    ) -> tuple[sa.Table, sa.ColumnElement[bool]]:
        old = sa.false() if days is None else moment < self.now - timedelta(days=days)
        return table, sa.and_(table.c.workspace_id == self.workspace, *which, old)
