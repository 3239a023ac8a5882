"""Guessing passwords is made slow, for one address, from one place and for both together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import throttles
from service.errors import TooMany

FORGOTTEN = timedelta(minutes=30)
LONGEST = timedelta(minutes=15)


class Gate(NamedTuple):
    """Something that failures are counted for, and how many are free."""

    key: str
    free: int


def wait_after(failures: int, free: int) -> timedelta:
    """How long nothing is taken after that many failures: nothing at first, then twice as long each time."""
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=2.0 ** min(failures - free + 1, 20)), LONGEST)


async def check_gates(connection: AsyncConnection, gates: Sequence[Gate], now: datetime) -> None:
    """Raises `TooMany` while one of them is closed."""
    free = {gate.key: gate.free for gate in gates}
    rows = await connection.execute(sa.select(throttles).where(throttles.c.key.in_(free)))
    waits = [
        row.last_at + wait_after(row.failures, free[row.key]) - now for row in rows if now - row.last_at < FORGOTTEN
    ]
    left = max(waits, default=timedelta())
    if left > timedelta():
        seconds = ceil(left.total_seconds())
        raise TooMany(
            f"Too many attempts failed; try again in {seconds} s.", code="sign_in.throttled", retry_after=seconds
        )


async def note_failure(connection: AsyncConnection, gates: Sequence[Gate], now: datetime) -> None:
    """Count one for each; what is long ago is forgotten."""
    await connection.execute(sa.delete(throttles).where(throttles.c.last_at <= now - FORGOTTEN))
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(throttles)
    again = {"failures": throttles.c.failures + 1, "last_at": now}
    for gate in sorted(gates):  # always in this order, so that two who fail at once do not wait for each other
        made = insert.values(key=gate.key, failures=1, last_at=now)
        await connection.execute(made.on_conflict_do_update(index_elements=["key"], set_=again))


async def forget(connection: AsyncConnection, gate: Gate) -> None:
    """Whoever knew the password after all begins anew."""
    await connection.execute(sa.delete(throttles).where(throttles.c.key == gate.key))
