"""Whoever follows the sequence is woken by those who write, and sees by itself only what other processes write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from service.db import changes
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.db.following import Follower
from service.db.looking import GATHER, Lookout, Told
from service.db.watching import FRESH_SECONDS, Watcher
from service.db.working import Worker
from service.types import Clock
from tests.conftest import new_workspace
from tests.support import NOW, PATIENCE

CONTENT: tuple[ChangeKind, ...] = ("content",)
NEVER = 10 * PATIENCE  # a rest that no test waits for: what comes was brought by a wake


class Notebook(Follower):
    """Follows everything, and says what it met."""

    rest: ClassVar[float] = NEVER

    def __init__(self, database: Database, clock: Clock = lambda: NOW) -> None:
        super().__init__(database, clock)
        self.met: asyncio.Queue[UUID] = asyncio.Queue()
        self.ticks: asyncio.Queue[datetime] = asyncio.Queue()
        self.due: datetime | None = None
        self.broken = False

    async def name(self) -> str:
        return "notebook"

    async def take(self, batch: Sequence[Change]) -> None:
        if self.broken:
            self.broken = False
            raise ZeroDivisionError
        for change in batch:
            self.met.put_nowait(change.entity)

    async def tick(self) -> datetime | None:
        self.ticks.put_nowait(self._clock())
        return self.due


class Mirror(Watcher):
    """The same in memory."""

    rest: ClassVar[float] = NEVER

    def __init__(self, database: Database, monotonic: Callable[[], float] = lambda: 0.0) -> None:
        super().__init__(database, monotonic)
        self.met: asyncio.Queue[UUID] = asyncio.Queue()
        self.ready = asyncio.Event()

    async def begin(self) -> None:
        self.ready.set()

    async def take(self, batch: Sequence[Change]) -> None:
        for change in batch:
            self.met.put_nowait(change.entity)


@asynccontextmanager
async def at_work(*workers: Worker) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def append(database: Database, workspace: UUID, kind: ChangeKind = "content") -> UUID:
    entity = uuid4()
    async with database.write() as connection:
        await changes.append(connection, workspace, kind, [entity], NOW)
    return entity


async def nothing_left_to_do(*workers: Worker) -> None:
    """Let them come to rest, so that only a wake can bring them back."""
    await asyncio.sleep(3 * max(worker.pause for worker in workers))


@pytest.mark.parametrize("kind", ["content", "event"])
async def test_what_is_written_here_is_followed_without_waiting_for_a_look(
    database: Database, workspace: UUID, kind: ChangeKind
) -> None:
    notebook, mirror = Notebook(database), Mirror(database)
    lookout = Lookout(database, (notebook, mirror), poll=NEVER)
    async with at_work(lookout, notebook, mirror):
        await mirror.ready.wait()
        for _ in range(3):  # the second and third event come within the time in which events are gathered
            await nothing_left_to_do(lookout, mirror)
            written = await append(database, workspace, kind)
            assert await notebook.met.get() == written
            assert await mirror.met.get() == written


async def test_what_another_process_writes_is_seen_by_the_next_look(
    database: Database, database_url: str, workspace: UUID
) -> None:
    other = Database(database_url)
    notebook, mirror = Notebook(database), Mirror(database)
    try:
        async with at_work(Lookout(database, (notebook, mirror)), notebook, mirror):
            await mirror.ready.wait()
            written = [await append(other, workspace), await append(other, workspace)]
            assert [await notebook.met.get() for _ in written] == written
            assert [await mirror.met.get() for _ in written] == written
    finally:
        await other.close()


async def test_what_is_rolled_back_wakes_nobody(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    told: list[frozenset[ChangeKind]] = []
    sqlite_database.listeners.add(lambda kinds: told.append(frozenset(kinds)))
    with pytest.raises(ZeroDivisionError):
        async with sqlite_database.write() as connection:
            await changes.append(connection, workspace, "content", [uuid4()], NOW)
            raise ZeroDivisionError
    async with sqlite_database.write() as connection:  # through the same connection, and of no concern to anybody
        await changes.advance(connection, "notebook", "me", 1)
    assert told == []
    await append(sqlite_database, workspace, "lead")
    assert told == [{"lead"}]


async def test_a_worker_looks_again_when_the_time_comes_that_it_named(sqlite_database: Database) -> None:
    notebook = Notebook(sqlite_database)
    notebook.due = NOW + timedelta(seconds=0.05)
    async with at_work(notebook):
        for _ in range(3):
            await notebook.ticks.get()


async def test_a_round_that_failed_is_tried_again(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    notebook = Notebook(sqlite_database)
    notebook.broken = True
    written = await append(sqlite_database, workspace)
    async with at_work(notebook):
        assert await notebook.met.get() == written


async def test_events_are_gathered_and_the_last_one_is_not_forgotten(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    looks: asyncio.Queue[int] = asyncio.Queue()

    class Counting:
        def seen(self, latest: int, kinds: Collection[ChangeKind], asked: float) -> None:
            looks.put_nowait(latest)

    counting: Told = Counting()
    async with at_work(lookout := Lookout(sqlite_database, (counting,), poll=NEVER)):
        assert await looks.get() == 0
        await nothing_left_to_do(lookout)
        began = asyncio.get_running_loop().time()
        for _ in range(50):
            await append(sqlite_database, workspace, "event")
        seen = [await looks.get()]
        while seen[-1] < 50:
            seen.append(await looks.get())
        took = asyncio.get_running_loop().time() - began
    assert len(seen) <= 2 + took / GATHER


async def test_nobody_is_fresh_whom_the_lookout_does_not_tell(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    now = 0.0
    mirror = Mirror(sqlite_database, lambda: now)
    lookout = Lookout(sqlite_database, (mirror,), lambda: now)
    await mirror.catch_up()
    await lookout.round()
    await mirror.catch_up()
    now += FRESH_SECONDS
    assert not mirror.fresh()
    await lookout.round()  # nothing was written, so that what it read then is what is so now
    assert mirror.fresh()
    now += FRESH_SECONDS
    await append(sqlite_database, workspace)
    await lookout.round()
    assert not mirror.fresh()  # told of something that it has not read
    await mirror.catch_up()
    assert mirror.fresh()


class OfContent(Notebook):
    """Follows content only."""

    kinds = CONTENT


class MirrorOfContent(Mirror):
    """The same in memory."""

    kinds = CONTENT


async def test_what_concerns_a_follower_not_is_stepped_over_all_the_same(database: Database, workspace: UUID) -> None:
    notebook = OfContent(database)
    async with at_work(lookout := Lookout(database, (notebook,), poll=NEVER), notebook):
        await notebook.ticks.get()
        await nothing_left_to_do(lookout, notebook)
        await append(database, workspace, "membership")
        while (now := await notebook.progress()).followed < now.latest or not now.latest:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert notebook.met.empty()


async def test_what_concerns_a_watcher_not_leaves_it_fresh(database: Database, workspace: UUID) -> None:
    now = 0.0
    mirror = MirrorOfContent(database, lambda: now)
    lookout = Lookout(database, (mirror,), lambda: now)
    await lookout.round()
    await mirror.catch_up()
    now += FRESH_SECONDS
    await append(database, workspace, "membership")
    await lookout.round()
    assert mirror.fresh()
    now += FRESH_SECONDS
    await append(database, workspace, "membership")
    written = await append(database, workspace)
    await lookout.round()
    assert not mirror.fresh()
    await append(database, workspace, "membership")
    await lookout.round()
    assert not mirror.fresh()  # it has not read the content yet
    await mirror.catch_up()
    assert mirror.fresh() and mirror.met.get_nowait() == written
