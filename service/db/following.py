"""Keeping something in step with the records by following the changes sequence, one process at a time for each name."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID, uuid4

import structlog

from service.db import changes
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.errors import SobMedidaError
from service.types import Clock

BATCH = 200
LEASE = timedelta(seconds=30)
POLL_SECONDS = 0.5
REST = 0.02  # between two batches: about as long as one keeps everything else in the process waiting
PAUSE = 0.1  # under a steady stream of changes each round takes many at once, and leaves the writer to others

log = structlog.get_logger(__name__)


class Progress(NamedTuple):
    """How far a follower is: `followed` of `latest` changes."""

    followed: int
    latest: int


class Follower(ABC):
    """Reads changes and hands them on; how far it is stays in the records, so that a restart goes on from there."""

    kinds: ClassVar[Collection[ChangeKind]] = ()
    """The kinds of changes it is handed; all of them, where it names none."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._owner = uuid4().hex
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()
        self._leading: tuple[str, datetime] | None = None  # under which name, until when

    @abstractmethod
    async def name(self) -> str:
        """Under which name the place in the sequence is kept."""

    @abstractmethod
    async def take(self, batch: Sequence[Change]) -> None:
        """Do what these changes ask for. They come again if this raises or the process dies meanwhile."""

    async def tick(self) -> None:  # noqa: B027 - nothing, for most
        """What is to be done as time passes, with no change; called at least every half second."""

    def note(self, progress: Progress) -> None:  # noqa: B027 - nothing, for most
        """Told how far it is before each step."""

    def wake(self) -> None:
        """Something changed: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Follow until cancelled. An error is logged and tried again, since the records lose nothing meanwhile."""
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
                await self.tick()
            except SobMedidaError as error:
                log.warning("follow_failed", follower=type(self).__name__, code=error.code)
            except Exception:
                log.exception("follow_failed", follower=type(self).__name__)
            await asyncio.sleep(PAUSE)
            try:
                async with asyncio.timeout(POLL_SECONDS):  # `wait_for` loses a cancellation that comes with a wake
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def progress(self) -> Progress:
        """How far it is."""
        follower = await self.name()
        async with self._database.read() as connection:
            return Progress(await changes.followed(connection, follower), await changes.latest(connection))

    async def catch_up(self, report: Callable[[Progress], None] | None = None) -> Progress:
        """Follow to the end of the sequence as it is now, unless another process already follows under this name."""
        async with self._lock:
            target = (await self.progress()).latest
            while True:
                now = await self.progress()
                self.note(now)
                if report:
                    report(now)
                if now.followed >= target or not await self._step(now.followed, target):
                    return now
                await asyncio.sleep(REST)

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
