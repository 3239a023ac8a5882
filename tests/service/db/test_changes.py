"""The sequence of changes under concurrent writers."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from service.db import changes
from service.db.engine import Database
from tests.support import PATIENCE


async def test_a_follower_misses_nothing_while_others_write(database: Database, workspace: UUID, now: datetime) -> None:
    wanted = [uuid4() for _ in range(120)]
    seen: list[UUID] = []

    async def write(entity: UUID) -> None:
        async with database.write() as connection:
            await changes.append(connection, workspace, "lead", [entity], now)
            await asyncio.sleep(0.001 * (entity.int % 3))  # commit out of step with the numbers handed out

    async def follow() -> None:
        seq = 0
        while len(seen) < len(wanted):
            async with database.read() as connection:
                for change in await changes.since(connection, seq, 7):
                    seen.append(change.entity)
                    seq = change.seq
            await asyncio.sleep(0)

    await asyncio.wait_for(asyncio.gather(follow(), *map(write, wanted)), PATIENCE)
    assert sorted(seen) == sorted(wanted)


async def test_what_is_rolled_back_was_never_a_change(database: Database, workspace: UUID, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as connection:
            await changes.append(connection, workspace, "lead", [uuid4()], now)
            raise ZeroDivisionError
    async with database.read() as connection:
        assert await changes.latest(connection) == 0


async def test_one_process_at_a_time_follows(database: Database, now: datetime) -> None:
    hold = timedelta(seconds=30)

    async def lease(owner: str, at: datetime) -> bool:
        async with database.write() as connection:
            return await changes.lease(connection, "index", owner, at, hold)

    assert await lease("one", now)
    assert await lease("one", now)
    assert not await lease("two", now)
    assert await lease("two", now + hold * 2)
    async with database.write() as connection:
        await changes.advance(connection, "index", "one", 5)  # no longer ours
        assert await changes.followed(connection, "index") == 0
        await changes.advance(connection, "index", "two", 7)
        await changes.release(connection, "index", "two")
        assert await changes.followed(connection, "index") == 7
    assert await lease("one", now)
