"""Keeps memberships current as leads, events, consents, contracts and audiences change, and as time passes.

A lead that enters an audience by what it does, or because time passes, is told to `Entered` in the transaction that
makes it a member, and so once. Nobody is told of leads that become members because the audience itself was made or
changed, or the contract was: they did nothing. While such a change waits to be gone through, that audience is left
alone, so that nobody is told of it too early.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.keeping import Entered, Keeper
from service.audiences.members import Waiting, due, next_due, waiting_after
from service.db import changes
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.db.following import BATCH, Follower
from service.profile.models import Profile
from service.profile.store import Subject, SubjectStore
from service.types import Clock

__all__ = ["AudienceFollower", "Entered", "nobody_cares"]

PAGE = 500  # leads read, judged and written at once: a fifth of a second of work
_OF_LEADS: tuple[ChangeKind, ...] = ("lead", "consent", "event")


async def nobody_cares(
    connection: AsyncConnection, workspace: UUID, audience: str, members: Sequence[tuple[Subject, Profile]]
) -> None:
    """For whoever has no triggers."""


class AudienceFollower(Follower):
    """Reads changes and makes memberships agree with them."""

    kinds = (*_OF_LEADS, "contract", "audience")

    def __init__(self, database: Database, clock: Clock, entered: Entered = nobody_cares) -> None:
        super().__init__(database, clock)
        self._entered = entered
        self._peeked = 0

    async def name(self) -> str:
        return "audiences"

    async def take(self, batch: Sequence[Change]) -> None:
        """First what concerns all leads, then the leads that changed."""
        self._peeked = batch[-1].seq
        for workspace in dict.fromkeys(change.workspace for change in batch if change.kind in ("contract", "audience")):
            await self._go_through(workspace, Waiting.of(batch, workspace), batch[0].seq - 1)
        await self._keep_changed(batch, batch[-1].seq)

    async def tick(self) -> datetime | None:
        """Look at the leads whose time has come, a page at a time so that events never wait for long."""
        now = self._clock()
        async with self._database.read() as connection:
            found = await due(connection, now, PAGE)
            later = await next_due(connection, now)
        if not found:
            return later
        if not await self.lead():
            return None
        followed = (await self.progress()).followed
        for workspace in dict.fromkeys(workspace for workspace, _ in found):
            await self._keep(workspace, [lead for its, lead in found if its == workspace], followed)
        if len(found) == PAGE:
            self.wake()
        async with self._database.read() as connection:
            return await next_due(connection, now)

    async def _go_through(self, workspace: UUID, waiting: Waiting, before: int) -> None:
        """All leads of a workspace, and between two pages those that changed meanwhile."""
        keeper = await Keeper.of(
            self._database, workspace, lambda audience: waiting.contract or audience in waiting.audiences
        )
        last: UUID | None = None
        while keeper.judges.slugs:
            async with self._database.read() as connection:
                page = await SubjectStore(connection, workspace).pages(last, PAGE)
            if not page:
                return
            await keeper.keep(page, self._clock(), None)
            last = page[-1].lead.id
            if not await self.lead():
                return
            async with self._database.read() as connection:
                newer = await changes.since(connection, self._peeked, BATCH, self.kinds)
            if newer:
                await self._keep_changed(newer, before)
                self._peeked = newer[-1].seq

    async def _keep_changed(self, batch: Sequence[Change], settled_until: int) -> None:
        leads: dict[UUID, dict[UUID, None]] = defaultdict(dict)
        for change in batch:
            if change.kind in _OF_LEADS:
                leads[change.workspace][change.entity] = None
        for workspace, changed in leads.items():
            await self._keep(workspace, list(changed), settled_until)

    async def _keep(self, workspace: UUID, leads: Sequence[UUID], settled_until: int) -> None:
        """Those leads, in all audiences but those that wait to be gone through."""
        async with self._database.read() as connection:
            waiting = await waiting_after(connection, workspace, settled_until)
        if waiting.contract:
            return
        keeper = await Keeper.of(self._database, workspace, lambda audience: audience not in waiting.audiences)
        for start in range(0, len(leads), PAGE):
            async with self._database.read() as connection:
                page = await SubjectStore(connection, workspace).by_ids(leads[start : start + PAGE])
            await keeper.keep(page, self._clock(), self._entered)
