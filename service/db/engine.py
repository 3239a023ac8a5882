"""Connections to the records: many readers, and one writer at a time on SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from service.db import changes
from service.db.changes import ChangeKind
from service.db.checkpoints import Checkpoints
from service.errors import SobMedidaError, StorageFull, StorageUnavailable

T = TypeVar("T")

READERS = 4
BUSY_TIMEOUT_MS = 30_000
_TRY_MS, _TRY_AGAIN = 5, 0.02  # one try for the write lock of another process, and the seconds until the next
_LONGEST_LOG = 20_000  # pages (80 MB), should the checkpoints beside not keep up

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",  # in WAL mode a killed process loses nothing, only a power cut the last commits
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # an erased lead must not linger in free pages
)


class InlineConnection(aiosqlite.Connection):
    """A SQLite connection that runs its statements where they are awaited, for what takes next to no time.

    The driver sends each of a statement's four steps to a thread and back, which takes 0.3 ms of CPU for a look-up that
    itself takes 0.02 ms. In WAL mode a reader waits for nobody, so nothing is gained by the thread.
    """

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return fn(*args, **kwargs)


class Database:
    """The records behind one URL.

    `read()` gives a connection in which each statement stands alone; `write()` one transaction, committed when the
    block ends and rolled back when it raises. On SQLite a write begins IMMEDIATE, so that what it read cannot have
    changed under it, and waits its turn without holding a thread: in this process, and for `patience` seconds while
    another one writes.
    """

    def __init__(self, url: str, patience: float = BUSY_TIMEOUT_MS / 1000) -> None:
        self.url = sa.make_url(url)
        self._patience = patience
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        inline = {"async_creator": self._inline} if self.is_sqlite else {}
        self._reader = self._engine(READERS, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **inline)
        self._writer = self._engine(1 if self.is_sqlite else READERS)
        self._brief = self._engine(1, **inline) if self.is_sqlite else self._writer
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        self.listeners: set[Callable[[Collection[ChangeKind]], None]] = set()
        self._checkpoints = Checkpoints(self.url.database) if self.is_sqlite and self.url.database else None
        if self.is_sqlite:
            for writing in (self._writer, self._brief):
                sa.event.listen(writing.sync_engine, "connect", _prepare_writer)

    def _engine(self, size: int, **options: Any) -> AsyncEngine:
        engine = create_async_engine(
            self.url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=BUSY_TIMEOUT_MS / 1000,
            hide_parameters=True,  # they are leads' data, and errors are logged
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            **options,
        )
        if self.is_sqlite:
            sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        return engine

    async def _inline(self) -> aiosqlite.Connection:
        connection = InlineConnection(partial(sqlite3.connect, self.url.database or "", check_same_thread=False), 64)
        connection._thread.daemon = True
        return await connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for looking things up."""
        with _told_as_ours():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, brief: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction. Raises `StorageFull` or `StorageUnavailable` when it cannot be kept.

        `brief` promises that all of it takes less than 50 ms: on SQLite its statements then run where they are awaited,
        and the whole of it may go by before anything else in the process gets its turn.
        """
        with _told_as_ours():
            async with self._turn, (self._brief if brief else self._writer).begin() as connection:
                if self.is_sqlite:
                    await self._begin_immediate(connection)
                changes.appended(connection)  # by one that was rolled back
                yield connection
                appended = changes.appended(connection)
        if self._checkpoints:
            self._checkpoints.wanted()
        if appended:
            for tell in list(self.listeners):
                tell(appended)

    async def _begin_immediate(self, connection: AsyncConnection) -> None:
        """Take the write lock at once: what a transaction reads cannot change before it writes."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        while True:
            try:
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if "locked" not in str(error.orig) or loop.time() > deadline:
                    raise
            else:
                return
            await asyncio.sleep(_TRY_AGAIN)

    async def close(self) -> None:
        """Let go of all connections."""
        if self._checkpoints:
            await self._checkpoints.close()
        await self._reader.dispose()
        await self._writer.dispose()
        await self._brief.dispose()


def begun_by_us(connection: Any, _record: object) -> None:
    """Transactions on SQLite are begun by us: the driver would leave the definition of tables out of them."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _prepare_sqlite(connection: Any, record: object) -> None:
    begun_by_us(connection, record)
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _prepare_writer(connection: Any, _record: object) -> None:
    """What keeps a writer waiting is waited for elsewhere: other processes in `Database`, the disk in `Checkpoints`."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_TRY_MS}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={_LONGEST_LOG}")
    cursor.close()


def begin_immediate(connection: sa.Connection) -> None:
    """Take the write lock at once: what a transaction reads cannot change before it writes."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class _told_as_ours:  # noqa: N801 - reads as a phrase where it is used
    """Turns what the driver says of a full disk or an absent server into errors of our own tree."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DBAPIError) and (ours := _ours(error)):
            raise ours from error


def _ours(error: DBAPIError) -> SobMedidaError | None:
    text = str(error.orig).lower()
    if "disk is full" in text or "no space left" in text or "disk i/o error" in text:
        return StorageFull(
            "The disk that holds the records is full. Nothing of this change was stored; free some room and repeat it."
        )
    if isinstance(error, OperationalError) and ("locked" in text or "connect" in text or error.connection_invalidated):
        return StorageUnavailable(
            "The database does not answer. Nothing of this change was stored; try again.", retry_after=1
        )
    return None
