"""Many requests into few transactions."""

from __future__ import annotations

import asyncio
import sys

import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import events
from service.events.intake import MOST, Intake
from service.events.models import Event, Incoming, Who
from tests.service.events.calls import casa
from tests.support import NOW


def event(name: str, user: str = "c-1") -> Incoming:
    return Incoming(Event(name, "track", "Product Viewed", NOW), Who(user))


async def count(database: Database) -> int:
    async with database.read() as connection:
        return int(await connection.scalar(sa.select(sa.func.count()).select_from(events)) or 0)


async def test_whoever_is_answered_finds_the_event_stored(database: Database) -> None:
    workspace, intake = await casa(database), Intake(database, lambda: NOW)

    async def one(number: int) -> None:
        await intake.take(workspace, [event(f"m-{number}", f"c-{number % 3}")])
        async with database.read() as connection:
            assert await connection.scalar(sa.select(events.c.id).where(events.c.message_id == f"m-{number}"))

    await asyncio.gather(*(one(number) for number in range(60)))
    assert await count(database) == 60


async def test_what_is_wrong_with_one_request_costs_the_others_nothing(database: Database) -> None:
    workspace, intake = await casa(database), Intake(database, lambda: NOW)
    bad = event("bad", "x" * 300)  # no source may let such a name through
    taken = await asyncio.gather(
        *(intake.take(workspace, [one]) for one in (event("m-0"), event("m-1"), bad, event("m-2"))),
        return_exceptions=True,
    )
    assert [type(answer).__name__ for answer in taken] == ["NoneType", "NoneType", "ValidationError", "NoneType"]
    assert await count(database) == 3


async def test_more_than_a_transaction_takes_goes_into_several(sqlite_database: Database) -> None:
    workspace, intake = await casa(sqlite_database), Intake(sqlite_database, lambda: NOW)
    sizes = (1, MOST, MOST - 1, 2, MOST * 2)
    await asyncio.gather(
        *(intake.take(workspace, [event(f"{n}-{m}") for m in range(size)]) for n, size in enumerate(sizes))
    )
    assert await count(sqlite_database) == sum(sizes)


async def test_a_caller_who_leaves_loses_nothing_for_the_others(sqlite_database: Database) -> None:
    workspace, intake = await casa(sqlite_database), Intake(sqlite_database, lambda: NOW)
    leaving = asyncio.create_task(intake.take(workspace, [event("m-0")]))
    staying = asyncio.create_task(intake.take(workspace, [event("m-1")]))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await count(sqlite_database) == 2


SENDER = """
import asyncio, sys
from datetime import UTC, datetime
from service.db.engine import Database
from service.events.intake import Intake
from service.events.models import Event, Incoming, Who
from service.workspaces.store import WorkspaceStore

async def main(url):
    database = Database(url)
    async with database.read() as connection:
        workspace = await WorkspaceStore(connection).get("casa")
    intake = Intake(database, lambda: datetime.now(UTC))

    async def one(number):
        event = Event(f"m-{number}", "track", "Product Viewed", datetime.now(UTC))
        await intake.take(workspace, [Incoming(event, Who(f"c-{number % 5}"))])
        print(event.message_id, flush=True)

    number = 0
    while True:
        await asyncio.gather(*(one(number + n) for n in range(7)))
        number += 7

asyncio.run(main(sys.argv[1]))
"""


async def test_a_killed_process_loses_no_event_that_it_acknowledged(database: Database, database_url: str) -> None:
    await casa(database)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENDER, database_url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = [(await process.stdout.readline()).decode().strip() for _ in range(40)]
    process.kill()
    acknowledged += (await process.stdout.read()).decode().splitlines()
    await process.wait()
    async with database.read() as connection:
        stored = set(await connection.scalars(sa.select(events.c.message_id)))
    assert len(acknowledged) >= 40
    assert set(acknowledged) <= stored
