"""Standing rules at work: whoever enters a trigger's audience gets an action, once for each occasion."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.actions.occasions import named
from service.actions.store import ActionStore, Emission, TriggerStore
from service.db.tables import workspaces
from service.leads.contract_store import ContractStore
from service.profile.computed import visible
from service.profile.models import Profile
from service.profile.store import Subject
from service.types import Clock


class Triggers:
    """Emits actions in the transaction that makes a lead a member: either both are there, or neither is."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def entered(
        self, connection: AsyncConnection, workspace: UUID, audience: str, members: Sequence[tuple[Subject, Profile]]
    ) -> None:
        """Emit for those who have just entered; for an occasion that had its action before, nothing more.

        A lead of whom the trigger's occasion may not be seen, or who has none, gets nothing.
        """
        waiting = await TriggerStore(connection, workspace).waiting_for(audience)
        if not waiting:
            return
        now = self._clock().astimezone(await _zone(connection, workspace))
        contract = await ContractStore(connection, workspace).current()
        emissions = []
        for subject, profile in members:
            values = visible(profile, contract, subject, now)
            for trigger in waiting:
                if occasion := named(trigger.kind, subject, values, now):
                    action = {"kind": trigger.kind, "audience": audience, "known": list(occasion.known)}
                    emissions.append(Emission(trigger.id, subject.lead.id, occasion.name, action))
        await ActionStore(connection, workspace).emit(emissions, now)


async def _zone(connection: AsyncConnection, workspace: UUID) -> ZoneInfo:
    name = await connection.scalar(sa.select(workspaces.c.timezone).where(workspaces.c.id == workspace))
    return ZoneInfo(str(name))
