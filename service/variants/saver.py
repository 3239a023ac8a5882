"""Keeps variants of many requests in one transaction.

A commit of its own costs each generation a journal write and five hops to the database's thread; gathered, a hundred
callers share them. `save` returns only when the transaction that holds its variants is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from service.db.engine import Database
from service.variants.store import NewVariant, insert_many


class VariantSaver:
    """Gathers what arrives while a commit is under way into the next one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Sequence[NewVariant], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def save(self, new: Sequence[NewVariant]) -> None:
        """Keep these. Raises `StorageFull` or `StorageUnavailable`, and then none of them is kept."""
        if not new:
            return
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((new, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        await done

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                async with self._database.write() as connection:
                    await insert_many(connection, [variant for new, _ in batch for variant in new])
            except Exception as error:
                self._settle(batch, error)
            else:
                self._settle(batch, None)

    @staticmethod
    def _settle(batch: Sequence[tuple[Sequence[NewVariant], asyncio.Future[None]]], error: Exception | None) -> None:
        for _, done in batch:
            if done.done():  # its caller went away
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
