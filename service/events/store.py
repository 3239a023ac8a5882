"""Events and the histories folded from them, in the records of one workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.paging import cursor_of, value_of
from service.db.tables import events, histories
from service.events.models import Event, Kept

_INGEST_LOCK = 7_310_002


class EventStore:
    """The events of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def one_at_a_time(self) -> None:
        """Keep other ingestions of this workspace waiting until the transaction ends, as SQLite does by itself: two at
        once could each miss that the other's event belongs to the lead that it has just named."""
        if self._connection.dialect.name == "postgresql":
            half = int.from_bytes(self._workspace.bytes[:4], signed=True)
            await self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_INGEST_LOCK, half)))

    async def there(self, message_ids: Collection[str]) -> set[str]:
        """Those of the messages that are stored already."""
        wanted = {"workspace": self._workspace, "ids": list(message_ids)}
        return set(await self._connection.scalars(_THERE, wanted))

    async def insert(self, kept: Sequence[Kept]) -> None:
        """Store events that are not `there` yet."""
        if kept:
            await self._connection.execute(_INSERT, [self._row(one) for one in kept])

    async def orphans(self, anonymous_ids: Collection[str]) -> list[Kept]:
        """What these devices did before anybody knew whose they are."""
        if not anonymous_ids:
            return []
        return await self._kept(_ORPHANS, ids=list(anonymous_ids))

    async def adopt(self, owners: Mapping[str, UUID]) -> None:
        """Give the orphans of each device to the lead whose it is."""
        if owners:
            await self._connection.execute(
                _ADOPT, [{"workspace": self._workspace, "device": key, "lead": lead} for key, lead in owners.items()]
            )

    async def said_since(self, leads: Collection[UUID], since: datetime) -> list[Kept]:
        """The calls that say something lasting of these leads, and happened then or later."""
        return await self._kept(_SAID, leads=list(leads), since=since)

    async def all_of(self, lead: UUID) -> list[Event]:
        """Everything that a lead did, oldest first."""
        return [kept.event for kept in await self._kept(_ALL, lead=lead)]

    async def of_lead(self, lead: UUID, limit: int, cursor: str | None = None) -> tuple[list[Kept], str | None]:
        """Up to `limit` events, newest first, and the cursor of the next page. Raises Invalid for a bad cursor."""
        wanted = _MINE.where(events.c.lead_id == sa.bindparam("lead"))
        parameters: dict[str, Any] = {"workspace": self._workspace, "lead": lead}
        if cursor:
            at, number = value_of(cursor, _place)
            wanted = wanted.where(_BEFORE)
            parameters |= {"at": at, "number": number}
        newest_first = wanted.order_by(events.c.occurred_at.desc(), events.c.id.desc()).limit(limit + 1)
        rows = (await self._connection.execute(newest_first, parameters)).all()
        if len(rows) <= limit:
            return [_kept(row) for row in rows], None
        last = rows[limit - 1]
        return [_kept(row) for row in rows[:limit]], cursor_of(f"{last.occurred_at.isoformat()} {last.id}")

    async def _kept(self, wanted: sa.Select[Any], **parameters: Any) -> list[Kept]:
        rows = await self._connection.execute(wanted, {"workspace": self._workspace, **parameters})
        return [_kept(row) for row in rows]

    def _row(self, kept: Kept) -> dict[str, Any]:
        event = kept.event
        return {
            "workspace_id": self._workspace,
            "message_id": event.message_id,
            "lead_id": kept.lead,
            "anonymous_id": kept.anonymous_id,
            "type": event.type,
            "name": event.name,
            "source": event.source,
            "robot": event.robot,
            "occurred_at": event.occurred_at,
            "received_at": kept.received_at,
            "properties": event.properties,
            "context": event.context,
        }


class HistoryStore:
    """What the leads of one workspace did, in brief."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def of(self, leads: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
        """The histories that there are, by lead."""
        rows = await self._connection.execute(_HISTORIES, {"workspace": self._workspace, "leads": list(leads)})
        return {row.lead_id: row.data for row in rows}

    async def put(self, data: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Keep histories in place of what was there."""
        if not data:
            return
        rows = [
            {"lead_id": lead, "workspace_id": self._workspace, "data": data[lead]}
            for lead in sorted(data)  # everybody in the same order, or two could wait for each other
        ]
        await self._connection.execute(_UPSERT[self._connection.dialect.name], rows)


def _kept(row: Any) -> Kept:
    event = Event(
        row.message_id, row.type, row.name, row.occurred_at, row.source, row.properties, row.context, row.robot
    )
    return Kept(event, row.lead_id, row.anonymous_id, row.received_at)


def _upsert(insert: postgresql.Insert | sqlite.Insert) -> sa.Insert:
    return insert.on_conflict_do_update(index_elements=["lead_id"], set_={"data": insert.excluded.data})


def _place(text: str) -> tuple[datetime, int]:
    at, _, number = text.partition(" ")
    try:
        found = datetime.fromisoformat(at).astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond all time") from None
    if not 0 <= int(number) < 2**63:
        raise ValueError("no number of ours")
    return found, int(number)


# made once: to make one takes longer than to run it for one event
_INSERT = sa.insert(events)
_UPSERT = {"postgresql": _upsert(postgresql.insert(histories)), "sqlite": _upsert(sqlite.insert(histories))}
_MINE = sa.select(events).where(events.c.workspace_id == sa.bindparam("workspace"))
_AT = sa.bindparam("at", type_=events.c.occurred_at.type)
_BEFORE = sa.or_(
    events.c.occurred_at < _AT,
    sa.and_(events.c.occurred_at == _AT, events.c.id < sa.bindparam("number", type_=events.c.id.type)),
)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_LEADS: sa.BindParameter[Any] = sa.bindparam("leads", expanding=True)
_THERE = sa.select(events.c.message_id).where(
    events.c.workspace_id == sa.bindparam("workspace"), events.c.message_id.in_(_IDS)
)
_ORPHANS = _MINE.where(events.c.anonymous_id.in_(_IDS), events.c.lead_id.is_(None))
_SAID = _MINE.where(
    events.c.lead_id.in_(_LEADS),
    events.c.occurred_at >= sa.bindparam("since"),
    events.c.type.in_(("identify", "group")),
)
_ALL = _MINE.where(events.c.lead_id == sa.bindparam("lead")).order_by(events.c.occurred_at, events.c.id)
_ADOPT = (
    sa.update(events)
    .where(
        events.c.workspace_id == sa.bindparam("workspace"),
        events.c.anonymous_id == sa.bindparam("device"),
        events.c.lead_id.is_(None),
    )
    .values(lead_id=sa.bindparam("lead"))
)
_HISTORIES = sa.select(histories.c.lead_id, histories.c.data).where(
    histories.c.workspace_id == sa.bindparam("workspace"), histories.c.lead_id.in_(_LEADS)
)
