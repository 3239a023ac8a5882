"""The rows of spending: one a workspace, day and model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import spending, workspaces


class Spent(NamedTuple):
    """Calls, tokens and US dollars."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)

    def __add__(self, other: object) -> Spent:
        if not isinstance(other, Spent):
            return NotImplemented
        return Spent(
            self.calls + other.calls, self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens, self.cost + other.cost,
        )  # fmt: skip


class SpentDay(NamedTuple):
    """One model on one day."""

    day: date
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: Decimal


class Found(NamedTuple):
    """What a workspace's budget rests on: its zone and limit, and the day so far."""

    zone: ZoneInfo
    day: date
    budget: Decimal | None
    cost: Decimal


async def add(connection: AsyncConnection, spent: Mapping[tuple[UUID, date, str], Spent]) -> None:
    """Add to what is there, or begin a row. In the order of the keys, so that two processes cannot lock each other."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(spending)
    counted = ("calls", "input_tokens", "output_tokens", "cost")
    statement = insert.on_conflict_do_update(
        index_elements=[spending.c.workspace_id, spending.c.day, spending.c.model],
        set_={name: spending.c[name] + insert.excluded[name] for name in counted},
    )
    rows = [
        {"workspace_id": workspace, "day": day, "model": model, **one._asdict()}
        for (workspace, day, model), one in sorted(spent.items(), key=lambda item: str(item[0]))
    ]
    await connection.execute(statement, rows)


async def spending_of(connection: AsyncConnection, workspace: UUID, now: datetime) -> Found:
    """A workspace's zone, budget, and what its day has cost so far."""
    row = (await connection.execute(_WORKSPACE, {"workspace": workspace})).one()
    zone = ZoneInfo(row.timezone)
    day = now.astimezone(zone).date()
    cost = (await connection.execute(_COST, {"workspace": workspace, "day": day})).scalar()
    return Found(zone, day, row.daily_budget, Decimal(cost or 0))


async def by_day(connection: AsyncConnection, workspace: UUID, since: date) -> Sequence[SpentDay]:
    """Each model on each day from then on, the newest first."""
    rows = await connection.execute(
        sa.select(
            spending.c.day, spending.c.model, spending.c.calls, spending.c.input_tokens, spending.c.output_tokens,
            spending.c.cost,
        )
        .where(spending.c.workspace_id == workspace, spending.c.day >= since)
        .order_by(spending.c.day.desc(), spending.c.model)
    )  # fmt: skip
    return [SpentDay(*row) for row in rows]


_WORKSPACE = sa.select(workspaces.c.timezone, workspaces.c.daily_budget).where(
    workspaces.c.id == sa.bindparam("workspace")
)
_COST = sa.select(sa.func.sum(spending.c.cost)).where(
    spending.c.workspace_id == sa.bindparam("workspace"), spending.c.day == sa.bindparam("day")
)
