"""Triggers and the actions that they emitted, in the records of one workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.actions.models import Emitted, Trigger, TriggerBody
from service.db.inserts import insert_missing
from service.db.paging import cursor_of, value_of
from service.db.tables import actions, leads, triggers
from service.errors import NotFound


class TriggerStore:
    """The triggers of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, slug: str) -> Trigger:
        """That trigger. Raises NotFound."""
        row = (await self._connection.execute(self._mine().where(triggers.c.slug == slug))).first()
        if row is None:
            raise _unknown(slug)
        return _trigger(row)

    async def all(self) -> list[Trigger]:
        """All of them, by slug."""
        return [_trigger(row) for row in await self._connection.execute(self._mine().order_by(triggers.c.slug))]

    async def waiting_for(self, audience: str) -> list[Trigger]:
        """Those that are on and wait for leads to enter that audience."""
        rows = await self._connection.execute(self._mine().where(triggers.c.enabled.is_(True)))
        return [trigger for trigger in map(_trigger, rows) if trigger.audience == audience]

    async def put(self, slug: str, body: TriggerBody, now: datetime) -> bool:
        """Keep a trigger under that slug, instead of the one that may be there. True when it is new."""
        values: dict[str, Any] = {
            "kind": body.kind, "settings": body.settings.model_dump(exclude_none=True), "enabled": body.enabled,
        }  # fmt: skip
        row = {"id": uuid4(), "workspace_id": self._workspace, "slug": slug, "created_at": now, **values}
        if await insert_missing(self._connection, triggers, [row], triggers.c.id):
            return True
        await self._connection.execute(
            sa.update(triggers)
            .where(triggers.c.workspace_id == self._workspace, triggers.c.slug == slug)
            .values(values)
        )
        return False

    async def delete(self, slug: str) -> None:
        """Drop a trigger and what it has emitted. Raises NotFound."""
        gone = await self._connection.execute(
            sa.delete(triggers).where(triggers.c.workspace_id == self._workspace, triggers.c.slug == slug)
        )
        if gone.rowcount == 0:
            raise _unknown(slug)

    def _mine(self) -> sa.Select[Any]:
        return sa.select(triggers).where(triggers.c.workspace_id == self._workspace)


class Emission(NamedTuple):
    """What a trigger emits for a lead."""

    trigger: UUID
    lead: UUID
    occasion: str
    action: Mapping[str, Any]


class ActionStore:
    """The emitted actions of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def emit(self, emissions: Sequence[Emission], now: datetime) -> int:
        """Keep those that are not there yet, each lead and occasion of a trigger once; tells how many those were."""
        rows = [
            {
                "id": uuid4(), "workspace_id": self._workspace, "trigger_id": emission.trigger,
                "lead_id": emission.lead, "occasion": emission.occasion, "action": dict(emission.action),
                "created_at": now,
            }
            for emission in sorted(emissions)  # in one order, so that two who emit at once cannot wait for each other
        ]  # fmt: skip
        return len(await insert_missing(self._connection, actions, rows, actions.c.id))

    async def get(self, id_: UUID) -> tuple[Emitted, Trigger]:
        """That action and its trigger. Raises NotFound."""
        row = (await self._connection.execute(self._mine().where(actions.c.id == id_))).first()
        if row is None:
            raise NotFound(f"There is no action {id_} in this workspace.", code="action.unknown")
        return _emitted(row), await TriggerStore(self._connection, self._workspace).get(row.trigger)

    async def page(
        self, limit: int, cursor: str | None = None, trigger: str | None = None
    ) -> tuple[list[Emitted], str | None]:
        """Up to `limit` actions, the newest first, and the cursor of the next page. Raises Invalid for a bad cursor."""
        wanted = self._mine().order_by(actions.c.created_at.desc(), actions.c.id.desc()).limit(limit + 1)
        if trigger is not None:
            wanted = wanted.where(triggers.c.slug == trigger)
        if cursor:
            at, id_ = value_of(cursor, _place)
            earlier = sa.and_(actions.c.created_at == at, actions.c.id < id_)
            wanted = wanted.where(sa.or_(actions.c.created_at < at, earlier))
        found = [_emitted(row) for row in await self._connection.execute(wanted)]
        last = found[limit - 1] if len(found) > limit else None
        return found[:limit], cursor_of(f"{last.created_at.isoformat()} {last.id}") if last else None

    def _mine(self) -> sa.Select[Any]:
        columns = (actions.c.id, actions.c.occasion, actions.c.action, actions.c.created_at)
        return (
            sa.select(*columns, triggers.c.slug.label("trigger"), leads.c.external_id.label("lead"))
            .select_from(actions)
            .join(triggers, triggers.c.id == actions.c.trigger_id)
            .join(leads, leads.c.id == actions.c.lead_id)
            .where(actions.c.workspace_id == self._workspace)
        )


def _trigger(row: sa.Row[Any]) -> Trigger:
    return Trigger(
        id=row.id, slug=row.slug, kind=row.kind, settings=row.settings, enabled=row.enabled, created_at=row.created_at
    )


def _emitted(row: sa.Row[Any]) -> Emitted:
    return Emitted(
        id=row.id, trigger=row.trigger, lead=row.lead, occasion=row.occasion, created_at=row.created_at,
        kind=row.action["kind"], audience=row.action["audience"], known=row.action["known"],
    )  # fmt: skip


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, id_ = cursor.split(" ")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment, UUID(id_)


def _unknown(slug: str) -> NotFound:
    return NotFound(f"There is no trigger {slug!r} in this workspace.", code="trigger.unknown")
