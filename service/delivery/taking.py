"""Takes the decision log into the records, a little later than it was written, and throws away what it has taken.

Rows have the ids that the log gave them, so whatever is taken twice is there once: by two processes, or after a stop in
between. A segment goes when all of it is taken and its writer is gone, which its lock tells (`flock`).
"""

from __future__ import annotations

import asyncio
import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, ClassVar
from uuid import UUID

import orjson
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.engine import Database
from service.db.tables import decisions, outcomes, snapshots
from service.db.working import Worker
from service.delivery.log import DecisionLog, decision_of
from service.delivery.receipts import moment_of
from service.delivery.segments_files import Kind, Record, records, segments

BATCH = 20  # records in one transaction: a few ms, during which nothing else in the process gets its turn
SHARE = 8  # one part of the time; the rest is for whoever waits for an answer

log = structlog.get_logger(__name__)


class Taker(Worker):
    """Takes the segments of a folder: this process's own, as soon as the log wakes it, and those whose process is gone.
    Another living process takes its own; `caught_up` reads them along, and leaves their place alone."""

    pause: ClassVar[float] = 0.5
    rest: ClassVar[float] = 5.0

    def __init__(self, database: Database, written: DecisionLog) -> None:
        super().__init__()
        self._database = database
        self._written = written
        self._lock = asyncio.Lock()
        written.tell(self.wake)

    async def round(self) -> float:
        """Take what was written."""
        self._written.roll()
        await self._round(others=False)
        return self.rest

    async def caught_up(self) -> None:
        """Return when everything that was answered until now, by any process over this folder, is in the records."""
        await self._round(others=True, share=2)

    async def _round(self, *, others: bool, share: int = SHARE) -> None:
        async with self._lock:
            for path in segments(self._written.folder):
                with suppress(FileNotFoundError):  # another process was through with it first
                    await self._segment(path, others=others, share=share)

    async def _segment(self, path: Path, *, others: bool, share: int) -> None:
        with path.open("rb") as file, _held(file) as abandoned:
            own = path == self._written.current
            if not (own or abandoned or others):
                return
            begun = _place(path)
            place = await self._take(file, begun, share)
            if abandoned:
                _done_with(path, whole=place == file.seek(0, 2))
            elif own and place > begun:
                _beside(path).write_text(str(place))

    async def _take(self, file: BinaryIO, place: int, share: int) -> int:
        """Take it to its end as it is now; where that is."""
        while batch := list(islice(records(file, place), BATCH)):
            began = time.perf_counter()  # the loop's own clock stands still while SQLite's statements run inline
            await self._keep(batch)
            place = batch[-1].end
            await asyncio.sleep((time.perf_counter() - began) * (share - 1))
        return place

    async def _keep(self, batch: Sequence[Record]) -> None:
        try:
            async with self._database.write(brief=True) as connection:
                await _insert(connection, batch)
        except IntegrityError:
            if len(batch) == 1:  # of a workspace that is not in these records: they may be of another day
                log.warning("record_refused", kind=batch[0].kind.name)
                return
            for one in batch:
                await self._keep([one])


async def _insert(connection: AsyncConnection, batch: Sequence[Record]) -> None:
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    for kind, table, row_of in _TABLES:
        rows = [row_of(one.payload) for one in batch if one.kind == kind]
        if rows:
            await connection.execute(insert(table).on_conflict_do_nothing(), rows)


def _decision(payload: bytes) -> dict[str, Any]:
    receipt = decision_of(payload)
    told = orjson.loads(receipt.body)
    return {
        "id": UUID(told["id"]), "workspace_id": UUID(told["workspace"]), "campaign_id": UUID(told["campaign_id"]),
        "placement": told["placement"], "channel": told["channel"], "variant_id": _id(told["variant"]),
        "revision": told["revision"], "rung": told["rung"], "audience": told["audience"], "reason": told["reason"],
        "propensity": told["propensity"], "snapshot": told["snapshot"], "key_id": _id(told["key"]),
        "receipt": receipt.body, "signature": receipt.signature, "at": moment_of(told),
    }  # fmt: skip


def _snapshot(payload: bytes) -> dict[str, Any]:
    told = orjson.loads(payload)
    return {
        "workspace_id": UUID(told["workspace"]), "hash": told["hash"], "data": told["data"],
        "created_at": datetime.fromisoformat(told["at"]),
    }  # fmt: skip


def _exposure(payload: bytes) -> dict[str, Any]:
    told = orjson.loads(payload)
    moments = {name: datetime.fromisoformat(told[name]) for name in ("at", "received_at")}
    ids = {name: UUID(told[name]) for name in ("workspace_id", "decision_id")}
    return {"value": None, "currency": None, "robot": None, "properties": {}, **told, **moments, **ids}


_TABLES = (
    (Kind.SNAPSHOT, snapshots, _snapshot),
    (Kind.DECISION, decisions, _decision),
    (Kind.EXPOSURE, outcomes, _exposure),
)


@contextmanager
def _held(file: BinaryIO) -> Iterator[bool]:
    """Whether nobody writes that segment any more; nobody else then takes it at the same time. The lock goes with the
    file."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True


def _done_with(path: Path, *, whole: bool) -> None:
    """Throw a segment away; one that could not be read to its end is put aside for somebody to look at."""
    if whole:
        path.unlink()
    else:
        log.warning("segment_torn", segment=path.name)
        path.rename(path.with_suffix(".torn"))
    _beside(path).unlink(missing_ok=True)


def _place(path: Path) -> int:
    """How far it is taken; what is not told is taken again, which does no harm."""
    try:
        return int(_beside(path).read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _beside(path: Path) -> Path:
    return path.with_suffix(".taken")


def _id(told: str | None) -> UUID | None:
    return UUID(told) if told else None
