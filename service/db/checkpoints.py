"""SQLite's log of what was written, moved into its file beside everything else."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress

EVERY = 1.0
"""Seconds from a write until its pages are moved; those of all the others in between go with them."""


class Checkpoints:
    """Copies the log into the file soon after something was written.

    SQLite would do so in the middle of whichever commit fills the log, and wait there for the disk: 20 to 150 ms in
    which nobody else can write. A passive checkpoint keeps neither writers nor readers waiting.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._task: asyncio.Task[None] | None = None

    def wanted(self) -> None:
        """Something was written."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._soon())

    async def move(self) -> None:
        """Move what is in the log by now, as far as nobody still reads what was there before it."""
        await asyncio.to_thread(self._moved)

    async def close(self) -> None:
        """Leave what is in the log to whoever closes the file last."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _soon(self) -> None:
        await asyncio.sleep(EVERY)
        await self.move()

    def _moved(self) -> None:
        with suppress(sqlite3.Error):  # a full disk is told to whoever writes, and the log is tried again
            connection = sqlite3.connect(self._path)
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            finally:
                connection.close()
