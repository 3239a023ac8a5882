"""Short transactions for an import, or one for a dry run that is rolled back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.engine import Database

T = TypeVar("T")
Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


@asynccontextmanager
async def transactions(database: Database, dry_run: bool) -> AsyncIterator[Begin]:
    """How each chunk of an import begins its transaction.

    A dry run does everything in one transaction and rolls it back: that alone counts the same as the import would, also
    where a file names somebody twice. On SQLite it keeps other writers waiting for as long as it runs.
    """
    if not dry_run:
        yield database.write
        return
    async with database.write() as connection:
        yield lambda: nullcontext(connection)
        await connection.rollback()


async def in_chunks(items: AsyncIterator[T], size: int) -> AsyncIterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    chunk: list[T] = []
    async for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
