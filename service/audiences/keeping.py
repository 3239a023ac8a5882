"""Makes the memberships of some leads agree with what they are now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.judging import Judges, Verdict
from service.audiences.members import Membership, MemberStore
from service.audiences.store import AudienceStore
from service.db import changes
from service.db.engine import Database
from service.leads.contract_store import ContractStore
from service.profile.computed import profile_of
from service.profile.models import Profile
from service.profile.store import Subject
from service.workspaces.store import WorkspaceStore

Entered = Callable[[AsyncConnection, UUID, str, Sequence[tuple[Subject, Profile]]], Awaitable[None]]
"""Told, in the transaction that makes them members, who has just entered that workspace's audience of that slug."""

BREATH = 20  # leads judged before others get a turn: some 3 ms


@dataclass(frozen=True, slots=True)
class Difference:
    """What must change in the records for some leads."""

    entering: Sequence[Membership]
    leaving: Sequence[Membership]
    due: Mapping[UUID, datetime | None]

    @property
    def leads(self) -> set[UUID]:
        """Whom it is about."""
        return {one.lead for one in self.entering} | self.due.keys()


@dataclass(frozen=True, slots=True)
class Keeper:
    """One workspace's audiences under its contract, as they are now."""

    database: Database
    workspace: UUID
    zone: ZoneInfo
    judges: Judges

    @classmethod
    async def of(cls, database: Database, workspace: UUID, wanted: Callable[[UUID], bool]) -> Self:
        """Read what it needs; only the audiences that are wanted are kept."""
        async with database.read() as connection:
            audiences = await AudienceStore(connection, workspace).all()
            contract = await ContractStore(connection, workspace).current()
            of = await WorkspaceStore(connection).by_id(workspace)
        judges = Judges(audiences, contract, of.policy, wanted)
        return cls(database, workspace, ZoneInfo(of.timezone), judges)

    async def keep(self, subjects: Sequence[Subject], now: datetime, entered: Entered | None) -> None:
        """Write what is different. `entered`, where given, is told who became a member."""
        local = now.astimezone(self.zone)
        verdicts = await self._verdicts(subjects, local)
        difference = await self._difference(verdicts)
        if not (difference.entering or difference.leaving or difference.due):
            return
        async with self.database.write() as connection:
            store = MemberStore(connection, self.workspace)
            there = await store.still_there(difference.leads, self.judges.slugs.keys())
            new = [one for one in difference.entering if there.issuperset(one)]
            await store.add(new, now)
            await store.remove(difference.leaving)
            moved = {one.lead for one in [*new, *difference.leaving]}
            await changes.append(connection, self.workspace, "membership", moved, now)
            await store.appoint({lead: at for lead, at in difference.due.items() if at is None or lead in there})
            if entered is not None:
                await self._tell(connection, new, {one.lead.id: one for one in subjects}, local, entered)

    async def _verdicts(self, subjects: Sequence[Subject], now: datetime) -> dict[UUID, Verdict]:
        found = {}
        for place, subject in enumerate(subjects):
            if place % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            found[subject.lead.id] = self.judges.verdict(subject, now)
        return found

    async def _difference(self, verdicts: Mapping[UUID, Verdict]) -> Difference:
        async with self.database.read() as connection:
            store = MemberStore(connection, self.workspace)
            kept = await store.of_leads(list(verdicts), self.judges.slugs.keys())
            appointed = await store.appointed(list(verdicts))
        entering, leaving, due = [], [], {}
        for lead, verdict in verdicts.items():
            was = kept.get(lead, set())
            entering += [Membership(audience, lead) for audience in verdict.members_of - was]
            leaving += [Membership(audience, lead) for audience in was - verdict.members_of]
            if appointed.get(lead) != verdict.due_at:
                due[lead] = verdict.due_at
        return Difference(entering, leaving, due)

    async def _tell(
        self, connection: AsyncConnection, new: Collection[Membership], subjects: Mapping[UUID, Subject],
        now: datetime, entered: Entered,
    ) -> None:  # fmt: skip
        """With all that is known of those who entered, since occasions ask for more than conditions do."""
        profiles = {lead: profile_of(subjects[lead], now) for lead in {one.lead for one in new}}
        by_audience: dict[UUID, list[tuple[Subject, Profile]]] = {}
        for one in sorted(new):
            by_audience.setdefault(one.audience, []).append((subjects[one.lead], profiles[one.lead]))
        for audience, members in by_audience.items():
            await entered(connection, self.workspace, self.judges.slugs[audience], members)
