"""Keeping something in memory in step with the records: every process reads the changes sequence for itself."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from service.db import changes
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.db.working import Worker

BATCH = 500
FRESH_SECONDS = 1.0  # who has not read the sequence for so long does not know what is so any more


class Watcher(Worker):
    """Reads everything once, then whatever changed, when the lookout has seen that something did. Its place in the
    sequence is lost with the process.

    `monotonic` tells seconds that only ever grow: a clock that is set back must not make old knowledge fresh.
    """

    kinds: ClassVar[Collection[ChangeKind]] = ()
    pause: ClassVar[float] = 0.02
    rest: ClassVar[float] = 10.0

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._database = database
        self._monotonic = monotonic
        self._stepping = asyncio.Lock()
        self._place: int | None = None
        self._latest = self._reached = -1  # where the sequence was seen to end, and to where it is read for certain
        self._read_at = float("-inf")

    @abstractmethod
    async def begin(self) -> None:
        """Read everything as it is now."""

    @abstractmethod
    async def take(self, batch: Sequence[Change]) -> None:
        """Read again what these changes name."""

    @property
    def begun(self) -> bool:
        """Whether everything has been read once."""
        return self._place is not None

    def fresh(self) -> bool:
        """Whether the sequence was read to its end within the last second."""
        return self._monotonic() - self._read_at < FRESH_SECONDS

    def seen(self, latest: int, kinds: Collection[ChangeKind], asked: float) -> None:
        """The sequence ended there at that time: to be read, or known already, or of no concern."""
        if 0 <= self._latest <= self._reached and self.kinds and not set(self.kinds).intersection(kinds):
            self._reached = latest
        self._latest = latest
        if latest > self._reached:
            self.wake()
        else:
            self._read_at = max(self._read_at, asked)

    async def round(self) -> float:
        """Read what there is. Where that fails, this is no longer fresh."""
        await self.catch_up()
        return self.rest

    async def catch_up(self) -> None:
        """Read to the end of the sequence."""
        async with self._stepping:
            if self._place is None:
                async with self._database.read() as connection:
                    place = await changes.latest(connection)
                await self.begin()
                self._place = place
            while await self._step(self._place):
                pass

    async def _step(self, place: int) -> bool:
        """One batch; whether there may be more."""
        asked, latest = self._monotonic(), self._latest
        async with self._database.read() as connection:
            batch = await changes.since(connection, place, BATCH, self.kinds)
        if batch:
            await self.take(batch)
            self._place = batch[-1].seq
        if len(batch) == BATCH:
            return True
        self._read_at, self._reached = asked, max(self._reached, latest)
        return False
