"""Keeping something in memory in step with the records: every process reads the changes sequence for itself."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

import structlog

from service.db import changes
from service.db.changes import Change, ChangeKind
from service.db.engine import Database
from service.errors import SobMedidaError

BATCH = 500
POLL_SECONDS = 0.25
PAUSE = 0.02
FRESH_SECONDS = 1.0  # who has not read the sequence for so long does not know what is so any more

log = structlog.get_logger(__name__)


class Watcher(ABC):
    """Reads everything once, then whatever changed. Its place in the sequence is lost with the process.

    `monotonic` tells seconds that only ever grow: a clock that is set back must not make old knowledge fresh.
    """

    kinds: ClassVar[Collection[ChangeKind]] = ()

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._wake = asyncio.Event()
        self._stepping = asyncio.Lock()
        self._place: int | None = None
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

    def wake(self) -> None:
        """Something changed: look now instead of at the next poll."""
        self._wake.set()

    async def run(self) -> None:
        """Watch until cancelled. An error is logged and tried again; meanwhile this is no longer fresh."""
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
            except SobMedidaError as error:
                log.warning("watch_failed", watcher=type(self).__name__, code=error.code)
            except Exception:
                log.exception("watch_failed", watcher=type(self).__name__)
            await asyncio.sleep(PAUSE)
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                continue

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
        asked = self._monotonic()
        async with self._database.read() as connection:
            batch = await changes.since(connection, place, BATCH, self.kinds)
        if batch:
            await self.take(batch)
            self._place = batch[-1].seq
        if len(batch) == BATCH:
            return True
        self._read_at = asked
        return False
