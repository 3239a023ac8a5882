"""The decision log: what was decided is in a file before its answer leaves, and in the records a little later.

What comes within one round of the event loop is written with one call. A process that is killed after that loses
nothing, since the bytes are the operating system's by then; with `disk`, neither does a machine that loses power.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

from service.delivery.models import Shelved
from service.delivery.receipts import Receipt
from service.delivery.segments_files import Kind, Segment, record
from service.delivery.snapshot import snapshot_of
from service.errors import SobMedidaError, StorageFull, StorageUnavailable
from service.types import Clock

Sync = Literal["os", "disk"]

LARGEST = 64 << 20  # bytes of a segment, after which another one is begun
OLDEST = timedelta(hours=1)

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class _Waiting(NamedTuple):
    """What is to be written, with the shelf that must be known beside it, and who waits for it."""

    raw: bytes
    shelved: Shelved | None
    done: asyncio.Future[None]


class DecisionLog:
    """The segments that this process writes in `folder`; the first is begun when there is something to write."""

    def __init__(
        self, folder: Path, clock: Clock, *, sync: Sync = "os", random: Callable[[int], bytes] = os.urandom
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._sync = sync
        self._random = random
        self._segment: Segment | None = None
        self._until: datetime | None = None
        self._group: list[_Waiting] = []
        self._asked = False
        self._syncing: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def current(self) -> Path | None:
        """The segment that is being written, if there is one."""
        return self._segment.path if self._segment else None

    def tell(self, listener: Callable[[], None]) -> None:
        """Call that whenever something was written."""
        self._listeners.append(listener)

    async def decided(self, receipt: Receipt, shelved: Shelved) -> None:
        """Keep a decision, and what stood on the shelf where its segment does not tell that yet.

        Raises `StorageFull` or `StorageUnavailable`: then nothing was kept, and nothing may be answered.
        """
        await self._append(record(Kind.DECISION, decision_payload(receipt)), shelved)

    async def shown(self, exposure: Mapping[str, Any]) -> None:
        """Keep that something was shown: a row of outcomes, by its columns. Raises as `decided` does."""
        await self._append(record(Kind.EXPOSURE, orjson.dumps(exposure, default=str)), None)

    def roll(self) -> None:
        """End a segment that is old enough, so that it can be thrown away once it is taken."""
        if self._syncing is None and self._until is not None and self._clock() >= self._until:
            self._end()

    async def close(self) -> None:
        """Write what waits and end the segment."""
        if self._syncing is not None:
            await self._syncing
        self._flush()
        if self._syncing is not None:
            await self._syncing
        self._end()

    async def _append(self, raw: bytes, shelved: Shelved | None) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._group.append(_Waiting(raw, shelved, done))
        if not self._asked:
            self._asked = True
            loop.call_soon(self._flush)
        await done

    def _flush(self) -> None:
        """Write whatever waits by now."""
        self._asked = False
        if self._sync == "disk":
            if self._syncing is None and self._group:
                self._syncing = asyncio.create_task(self._flush_to_disk())
            return
        group, self._group = self._group, []
        _settle(group, self._written(group))

    async def _flush_to_disk(self) -> None:
        """The same, onto the disk itself; what comes meanwhile is the next group."""
        try:
            while self._group:
                group, self._group = self._group, []
                error = self._written(group)
                if error is None and self._segment is not None:
                    error = await asyncio.to_thread(_tried, self._segment.sync)
                _settle(group, error)
        finally:
            self._syncing = None

    def _written(self, group: Sequence[_Waiting]) -> SobMedidaError | None:
        """Write a group with one call; why it could not be, if so."""
        if not group:
            return None
        return _tried(lambda: self._write(group))

    def _write(self, group: Sequence[_Waiting]) -> None:
        segment = self._ready()
        needed = {one.shelved.snapshot: one.shelved for one in group if one.shelved}
        fresh = {name: shelved for name, shelved in needed.items() if name not in segment.told}
        told = [record(Kind.SNAPSHOT, snapshot_payload(shelved, self._clock())) for shelved in fresh.values()]
        segment.write(b"".join([*told, *(one.raw for one in group)]))
        segment.told.update(fresh)
        for tell in self._listeners:
            tell()

    def _ready(self) -> Segment:
        """The segment to write to: a new one where the last is full, old or broken."""
        now = self._clock()
        last = self._segment
        if last and self._until and last.size < LARGEST and now < self._until and not last.broken:
            return last
        self._end()
        name = f"{int(now.timestamp() * 1000):013d}-{os.getpid()}-{self._random(4).hex()}"
        self._segment, self._until = Segment(self.folder, name), now + OLDEST
        return self._segment

    def _end(self) -> None:
        if self._segment is not None:
            self._segment.close()
        self._segment = self._until = None


def decision_payload(receipt: Receipt) -> bytes:
    """A receipt in the log: its signature, then its body."""
    return receipt.signature.encode() + receipt.body


def decision_of(payload: bytes) -> Receipt:
    """The receipt that a record of the log holds."""
    start = payload.index(b"{")
    return Receipt(payload[start:], payload[:start].decode())


def snapshot_payload(shelved: Shelved, at: datetime) -> bytes:
    """A shelf in the log, under the name that receipts give it."""
    _, data = snapshot_of(shelved)
    return orjson.dumps({"workspace": shelved.workspace, "hash": shelved.snapshot, "data": data, "at": at})


def _settle(group: Sequence[_Waiting], error: SobMedidaError | None) -> None:
    for one in group:
        if not one.done.done():  # its caller may have left
            one.done.set_exception(error) if error else one.done.set_result(None)


def _tried(work: Callable[[], None]) -> SobMedidaError | None:
    try:
        work()
    except OSError as error:
        if error.errno in _FULL:
            return StorageFull("The disk that holds the decision log is full. Nothing was decided; free some room.")
        return StorageUnavailable("The decision log cannot be written. Nothing was decided; try again.", retry_after=1)
    return None
