"""Keeping something in step with the records by following the changes sequence, one process at a time for each name."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID, uuid4

from service.db import changes
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.db.working import Worker
from service.types import Clock

BATCH = 200
LEASE = timedelta(seconds=30)
BEHIND_SECONDS = 0.5  # until it looks again how far another process is, which follows or is gone
STEP_OVER = 1.0  # seconds within which it notes that it has followed changes that do not concern it
BREATH = 0.02  # between two batches: about as long as one keeps everything else in the process waiting


class Progress(NamedTuple):
    """How far a follower is: `followed` of `latest` changes."""

    followed: int
    latest: int


class Follower(Worker):
    """Reads changes and hands them on, when the lookout has seen some or the next time has come for which something is
    due. How far it is stays in the records, so that a restart goes on from there."""

    kinds: ClassVar[Collection[ChangeKind]] = ()
    """The kinds of changes it is handed; all of them, where it names none."""
    pause: ClassVar[float] = 0.1  # under a stream of changes each round takes many and leaves the writer to others
    rest: ClassVar[float] = 10.0
    """Seconds after which it looks again by itself: nobody tells when the index is lost, or another process is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._owner = uuid4().hex
        self._lock = asyncio.Lock()
        self._latest = 0  # where it has seen the sequence end
        self._leading: tuple[str, datetime] | None = None  # under which name, until when

    @abstractmethod
    async def name(self) -> str:
        """Under which name the place in the sequence is kept."""

    @abstractmethod
    async def take(self, batch: Sequence[Change]) -> None:
        """Do what these changes ask for. They come again if this raises or the process dies meanwhile."""

    async def tick(self) -> datetime | None:
        """Do what is to be done as time passes, with no change; when next, as far as is known."""
        return None

    def note(self, progress: Progress) -> None:
        """Told how far it is before each step."""

    def seen(self, latest: int, kinds: Collection[ChangeKind], asked: float) -> None:
        """The sequence ended there at that time. What is of no concern is stepped over a little later."""
        if latest > self._latest:
            self._latest = latest
            self.wake(0.0 if not self.kinds or set(self.kinds).intersection(kinds) else STEP_OVER)

    async def round(self) -> float:
        """Follow to the end, then do what time asks for."""
        now = await self.catch_up()
        due = await self.tick()
        rest = self.rest if now.followed >= now.latest else BEHIND_SECONDS
        return min(rest, max(0.0, (due - self._clock()).total_seconds())) if due else rest

    async def progress(self) -> Progress:
        """How far it is."""
        follower = await self.name()
        async with self._database.read() as connection:
            return Progress(*await changes.progress(connection, follower))

    async def catch_up(self, report: Callable[[Progress], None] | None = None) -> Progress:
        """Follow to the end of the sequence as it is now, unless another process already follows under this name."""
        async with self._lock:
            now = await self.progress()
            target = now.latest
            while True:
                self.note(now)
                if report:
                    report(now)
                if now.followed >= target or not await self._step(now.followed, target):
                    self._latest = max(self._latest, now.followed)
                    return now
                await asyncio.sleep(BREATH)
                now = await self.progress()

    async def wait(self, seconds: float, report: Callable[[Progress], None] | None = None) -> bool:
        """Wait until everything that has changed so far is followed; False when time ran out."""
        target = (await self.progress()).latest
        deadline = asyncio.get_running_loop().time() + seconds
        while (now := await self.progress()).followed < target:
            if report:
                report(now)
            if asyncio.get_running_loop().time() > deadline:
                return False
            self.wake()
            await asyncio.sleep(0.05)
        if report:
            report(now)
        return True

    async def lead(self) -> bool:
        """Become or stay the one process that follows under this name; False while another one does."""
        now, name = self._clock(), await self.name()
        if self._leading and self._leading[0] == name and now < self._leading[1] - LEASE / 2:
            return True
        async with self._database.write(brief=True) as connection:
            leading = await changes.lease(connection, name, self._owner, now, LEASE)
        self._leading = (name, now + LEASE) if leading else None
        return leading

    async def _step(self, seq: int, target: int) -> bool:
        if not await self.lead():
            return False
        async with self._database.read() as connection:
            batch = await changes.since(connection, seq, BATCH, self.kinds)
        if batch:
            await self.take(batch)
        reached = batch[-1].seq if len(batch) == BATCH else max([target, *(change.seq for change in batch[-1:])])
        async with self._database.write(brief=True) as connection:
            await changes.advance(connection, await self.name(), self._owner, reached)
        return True


def grouped(batch: Iterable[Change]) -> dict[tuple[UUID, ChangeKind], list[UUID]]:
    """The entities that changed, each once, by workspace and kind."""
    groups: dict[tuple[UUID, ChangeKind], dict[UUID, None]] = defaultdict(dict)
    for change in batch:
        groups[change.workspace, change.kind][change.entity] = None
    return {key: list(entities) for key, entities in groups.items()}
