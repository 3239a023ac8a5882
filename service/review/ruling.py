"""Rules proposed, accepted, dismissed and retired, with what each changes in the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.db import changes
from service.db.engine import Database
from service.db.tables import workspaces
from service.errors import Conflict
from service.review.noticing import of_edit, of_reason
from service.review.rule_store import RuleStore
from service.review.rules import (
    Because,
    Change,
    Proposal,
    Rule,
    RuleList,
    RuleStatus,
    RuleView,
    applied,
    in_force,
    moved,
    withdrawn,
)
from service.types import Clock, Locale
from service.variants.models import StoredVariant
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore


@dataclass(frozen=True, slots=True)
class Noticing:
    """One person at work, from whose edits and reasons rules are read."""

    database: Database
    clock: Clock
    workspace: Workspace
    actor: str

    async def edited(self, before: StoredVariant, after: StoredVariant, note: str) -> None:
        """Propose what an edit suggests."""
        async with self.database.read() as connection:
            earlier = await RuleStore(connection, self.workspace.id).traces(before.id)
        locale = cast("Locale", before.locale)
        await self._propose(of_edit(texts_of(before), texts_of(after), note, locale, earlier), before.id, note)

    async def refused(self, variant: StoredVariant, reason: str) -> None:
        """Propose what the reason of a rejection suggests, or a note on what is to be changed."""
        await self._propose(of_reason(texts_of(variant), reason, cast("Locale", variant.locale)), variant.id, reason)

    async def _propose(self, found: list[Proposal], variant: UUID, note: str) -> None:
        found = [one for one in found if not in_force(self.workspace, one.kind, one.value)]
        if not found:
            return
        because = Because(variant=variant, by=self.actor, at=self.clock(), note=note)
        async with self.database.write() as connection:
            await RuleStore(connection, self.workspace.id).propose(found, because)


async def ruled(
    connection: AsyncConnection, workspace: UUID, status: RuleStatus | None = None, variant: UUID | None = None
) -> RuleList:
    """The rules, the newest first, with what they have caught."""
    store = RuleStore(connection, workspace)
    found = await store.all(status, variant)
    caught = await store.caught(found)
    return RuleList(items=[RuleView.of(one, caught[one.id]) for one in found])


async def rule(
    connection: AsyncConnection, workspace_id: UUID, id_: UUID, change: Change, actor: str, now: datetime
) -> Rule:
    """Accept, dismiss or retire a rule. Raises `NotFound`, `Conflict` for a step that it cannot take, and `Invalid`
    where it contradicts what holds."""
    # two that change the workspace at once take turns, or one's rule would be lost
    await connection.execute(sa.select(workspaces.c.id).where(workspaces.c.id == workspace_id).with_for_update())
    store = RuleStore(connection, workspace_id)
    found = await store.get(id_)
    to = moved(found.status, change)
    if to is None:
        raise Conflict(f"A rule that is {found.status} cannot be {_DONE[change]}.", code="rule.state")
    if to == found.status:
        return found
    records = WorkspaceStore(connection)
    workspace = await records.by_id(workspace_id)
    values = {}
    if to == "accepted":
        values = applied(workspace, found.kind, found.value)
    elif to == "retired":
        values = withdrawn(workspace, found.kind, found.value)
    if values:
        await records.update(workspace, values)
    if found.kind == "banned" and values:  # whatever is served that breaks it goes out of service, or comes back
        await changes.append(connection, workspace_id, "rule", [workspace_id], now)
    return await store.decide(found, to, actor, now)


def texts_of(variant: StoredVariant) -> Mapping[str, str]:
    """A variant's words, field by field."""
    channel = channel_named(variant.channel)
    return channel.texts(channel.fields.model_validate(variant.fields))


_DONE: Mapping[Change, str] = {"accept": "accepted", "dismiss": "dismissed", "retire": "retired"}
