"""Who is in which audience, and when a lead must be looked at again, in the records of one workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.models import Audience
from service.db.changes import Change
from service.db.paging import cursor_of, value_of
from service.db.tables import UtcDateTime, appointments, audiences, changes, leads, memberships


class Membership(NamedTuple):
    """That a lead is in an audience."""

    audience: UUID
    lead: UUID


class Waiting(NamedTuple):
    """What waits to be gone through for all leads of a workspace: its contract changed, or some audiences did."""

    contract: bool
    audiences: frozenset[UUID]

    @classmethod
    def of(cls, batch: Iterable[Change], workspace: UUID) -> Self:
        """What those changes ask for."""
        mine = [change for change in batch if change.workspace == workspace]
        return cls(
            any(change.kind == "contract" for change in mine),
            frozenset(change.entity for change in mine if change.kind == "audience"),
        )


class MemberStore:
    """The memberships and appointments of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def of_leads(self, leads: Sequence[UUID], among: Iterable[UUID]) -> dict[UUID, set[UUID]]:
        """The audiences that each of those leads is in, of `among` only."""
        found: dict[UUID, set[UUID]] = defaultdict(set)
        # as the driver gives them: hex on SQLite, where making UUIDs of them takes longer than all the rest of it
        names = {name: id_ for ids in (leads, among) for id_ in ids for name in (id_, id_.hex)}
        lead_id, audience_id = (sa.type_coerce(memberships.c[name], sa.String) for name in ("lead_id", "audience_id"))
        rows = await self._connection.execute(
            sa.select(lead_id, audience_id).where(
                memberships.c.workspace_id == self._workspace, memberships.c.lead_id.in_(leads)
            )
        )
        for lead, audience in rows:
            if audience in names:
                found[names[lead]].add(names[audience])
        return found

    async def add(self, entering: Sequence[Membership], now: datetime) -> None:
        """Make them members since now; who is one already stays one since then."""
        if not entering:
            return
        listed: dict[str, list[str]] = defaultdict(list)
        for one in entering:
            listed[one.audience.hex].append(one.lead.hex)
        insert = self._insert(memberships).from_select(
            ["workspace_id", "audience_id", "lead_id", "since"],
            self._rows_of(sa.bindparam("listed", type_=sa.JSON()), now),
        )
        await self._connection.execute(insert.on_conflict_do_nothing(), {"listed": listed})

    def _rows_of(self, listed: sa.BindParameter[Any], now: datetime) -> sa.Select[UUID, UUID, UUID, datetime]:
        """Memberships since now, of a parameter that lists leads by audience.

        So one statement with one parameter writes thousands of rows, and the driver need not go through them.
        """
        by_audience = sa.func.json_each(listed).table_valued("key", "value", name="by_audience")
        items = sa.func.json_array_elements_text if self._on_postgresql else sa.func.json_each
        one = items(by_audience.c.value).table_valued("value", name="one")
        audience, lead = sa.cast(by_audience.c.key, sa.Uuid()), sa.cast(one.c.value, sa.Uuid())
        rows = sa.select(sa.literal(self._workspace), audience, lead, sa.literal(now, UtcDateTime()))
        # without a WHERE, SQLite takes ON CONFLICT for a part of the join
        return rows.select_from(by_audience.join(one, sa.true())).where(sa.text("true"))

    async def remove(self, leaving: Sequence[Membership]) -> None:
        """They are members no longer."""
        by_audience: dict[UUID, list[UUID]] = defaultdict(list)
        for one in leaving:
            by_audience[one.audience].append(one.lead)
        for audience, gone in by_audience.items():
            await self._connection.execute(
                sa.delete(memberships).where(
                    memberships.c.workspace_id == self._workspace,
                    memberships.c.audience_id == audience,
                    memberships.c.lead_id.in_(gone),
                )
            )

    async def appoint(self, due: Mapping[UUID, datetime | None]) -> None:
        """When each of those leads must be looked at again; None for never."""
        never = [lead for lead, at in due.items() if at is None]
        if never:
            await self._connection.execute(
                sa.delete(appointments).where(
                    appointments.c.workspace_id == self._workspace, appointments.c.lead_id.in_(never)
                )
            )
        rows = [
            {"workspace_id": self._workspace, "lead_id": lead, "due_at": at}
            for lead, at in due.items()
            if at is not None
        ]
        if rows:
            insert = self._insert(appointments)
            kept = insert.on_conflict_do_update(
                index_elements=[appointments.c.lead_id], set_={"due_at": insert.excluded.due_at}
            )
            await self._connection.execute(kept, rows)

    def _insert(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        return postgresql.insert(table) if self._on_postgresql else sqlite.insert(table)

    @property
    def _on_postgresql(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    async def appointed(self, leads: Sequence[UUID]) -> dict[UUID, datetime]:
        """When each of those leads is to be looked at again, as it is kept."""
        rows = await self._connection.execute(
            sa.select(appointments.c.lead_id, appointments.c.due_at).where(
                appointments.c.workspace_id == self._workspace, appointments.c.lead_id.in_(leads)
            )
        )
        return {row.lead_id: row.due_at for row in rows}

    async def still_there(self, leads_: Collection[UUID], audiences_: Collection[UUID]) -> set[UUID]:
        """Those of the leads and audiences that are there; nobody deletes them until the transaction ends."""
        found: set[UUID] = set()
        for table, ids in ((leads, leads_), (audiences, audiences_)):
            wanted = sa.select(table.c.id).where(table.c.workspace_id == self._workspace, table.c.id.in_(ids))
            found.update(await self._connection.scalars(wanted.with_for_update(read=True, key_share=True)))
        return found

    async def counts(self) -> dict[UUID, int]:
        """How many members each audience has; those without any are left out."""
        rows = await self._connection.execute(
            sa.select(memberships.c.audience_id, sa.func.count())
            .where(memberships.c.workspace_id == self._workspace)
            .group_by(memberships.c.audience_id)
        )
        return {audience: count for audience, count in rows}  # noqa: C416 - rows are no pairs to mypy

    async def page(self, audience: Audience, limit: int, cursor: str | None) -> tuple[dict[UUID, datetime], str | None]:
        """Some members by their internal ids, since when each is one, and where to go on."""
        wanted = (
            sa.select(memberships.c.lead_id, memberships.c.since)
            .where(memberships.c.workspace_id == self._workspace, memberships.c.audience_id == audience.id)
            .order_by(memberships.c.lead_id)
            .limit(limit + 1)
        )
        if cursor:
            wanted = wanted.where(memberships.c.lead_id > value_of(cursor, UUID))
        rows = (await self._connection.execute(wanted)).all()
        more = cursor_of(rows[limit - 1].lead_id) if len(rows) > limit else None
        return {row.lead_id: row.since for row in rows[:limit]}, more

    async def since(self, lead: UUID) -> dict[UUID, datetime]:
        """The audiences that a lead is in, and since when."""
        rows = await self._connection.execute(
            sa.select(memberships.c.audience_id, memberships.c.since).where(
                memberships.c.workspace_id == self._workspace, memberships.c.lead_id == lead
            )
        )
        return {row.audience_id: row.since for row in rows}

    async def shared(self, ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], int]:
        """How many leads each two of those audiences have in common; an audience with itself: how many it has."""
        other = memberships.alias()
        rows = await self._connection.execute(
            sa.select(memberships.c.audience_id, other.c.audience_id.label("other"), sa.func.count().label("leads"))
            .join(other, memberships.c.lead_id == other.c.lead_id)
            .where(
                memberships.c.workspace_id == self._workspace,
                memberships.c.audience_id.in_(ids),
                other.c.audience_id.in_(ids),
            )
            .group_by(memberships.c.audience_id, other.c.audience_id)
        )
        return {(row.audience_id, row.other): row.leads for row in rows}


async def next_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When the time of the first lead comes whose time has not come yet, of all tenants."""
    wanted = sa.select(sa.func.min(appointments.c.due_at)).where(appointments.c.due_at > now)
    first: datetime | None = await connection.scalar(wanted)
    return first


async def due(connection: AsyncConnection, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Workspaces and leads whose time has come, of all tenants: only the follower, which serves none, may ask."""
    rows = await connection.execute(
        sa.select(appointments.c.workspace_id, appointments.c.lead_id)
        .where(appointments.c.due_at <= now)
        .order_by(appointments.c.due_at)
        .limit(limit)
    )
    return [(row.workspace_id, row.lead_id) for row in rows]


async def waiting_after(connection: AsyncConnection, workspace: UUID, seq: int) -> Waiting:
    """What changed after that place in the sequence and concerns all leads of a workspace."""
    rows = await connection.execute(
        sa.select(changes.c.seq, changes.c.workspace_id, changes.c.kind, changes.c.entity_id).where(
            changes.c.seq > seq, changes.c.workspace_id == workspace, changes.c.kind.in_(("contract", "audience"))
        )
    )
    return Waiting.of((Change(*row) for row in rows), workspace)
