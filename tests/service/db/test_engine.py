"""Transactions: whose turn it is, and what becomes of those that never get theirs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.engine import Database
from service.db.tables import workspaces
from service.errors import StorageUnavailable
from tests.conftest import new_workspace


@contextmanager
def held_by_another_process(database: Database) -> Iterator[sqlite3.Connection]:
    """The write lock in the hands of somebody who is not of this process."""
    other = sqlite3.connect(database.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@pytest.mark.parametrize("brief", [True, False])
async def test_the_service_goes_on_while_another_process_writes(
    sqlite_database: Database, now: datetime, brief: bool
) -> None:
    workspace = await new_workspace(sqlite_database, now)

    async def write() -> None:
        async with sqlite_database.write(brief=brief) as connection:
            await changes.append(connection, workspace, "lead", [uuid4()], now)

    with held_by_another_process(sqlite_database) as other:
        writing = asyncio.create_task(write())
        for _ in range(100):
            async with sqlite_database.read() as connection:
                assert await changes.latest(connection) == 0
            await asyncio.sleep(0)
        assert not writing.done()
        other.execute("COMMIT")
        await writing
    async with sqlite_database.read() as connection:
        assert await changes.latest(connection) == 1


@pytest.mark.parametrize("brief", [True, False])
async def test_patience_ends(sqlite_database: Database, sqlite_url: str, now: datetime, brief: bool) -> None:
    impatient = Database(sqlite_url, patience=0)
    with held_by_another_process(sqlite_database) as other:
        with pytest.raises(StorageUnavailable):
            async with impatient.write(brief=brief):
                pytest.fail("there is no transaction")
        other.execute("ROLLBACK")
        async with impatient.write(brief=brief) as connection:
            assert await changes.latest(connection) == 0
    await impatient.close()


async def test_brief_transactions_and_others_take_turns(database: Database, workspace: UUID) -> None:
    async def count_on(brief: bool) -> None:
        async with database.write(brief=brief) as connection:
            before = int(await _name(connection, lock=True))
            await asyncio.sleep(0)
            await connection.execute(sa.update(workspaces).values(name=str(before + 1)))

    async with database.write() as connection:
        await connection.execute(sa.update(workspaces).values(name="0"))
    await asyncio.gather(*(count_on(number % 2 == 0) for number in range(20)))
    async with database.read() as connection:
        assert await _name(connection) == "20"


async def test_a_brief_transaction_that_fails_leaves_nothing(
    database: Database, workspace: UUID, now: datetime
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write(brief=True) as connection:
            await changes.append(connection, workspace, "lead", [uuid4()], now)
            raise ZeroDivisionError
    async with database.read() as connection:
        assert await changes.latest(connection) == 0


async def _name(connection: AsyncConnection, *, lock: bool = False) -> str:
    wanted = sa.select(workspaces.c.name)
    return str(await connection.scalar(wanted.with_for_update() if lock else wanted))
