"""The index in our own process: Qdrant Edge, one shard a collection.

The engine holds Python's interpreter lock through every call, so a thread keeps nothing free: searches run where they
are awaited, which saves two hand-overs each. Writes go through one thread, in slices that hold the lock for 5 ms, since
they wait for the disk; graphs are built in a child process (`compaction.py`).

So `_shards` changes hands on the event loop only: a search never meets a shard that is being closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self, TypeVar
from uuid import UUID

from qdrant_edge import EdgeShard, QueryBatchRequest, UpdateOperation

from retrieval import compaction, fields
from retrieval import shard as engine
from retrieval.errors import IndexMismatch
from retrieval.folder import IndexFolder, Manifest
from retrieval.types import COLLECTIONS, Collection, Filter, Point, Scored, SparseVector, Vector

log = logging.getLogger(__name__)

T = TypeVar("T")

# Holds the interpreter lock for about 5 ms; 2,000 points in one call held it, and so the event loop, for 80 ms.
SLICE = 128

# What is outside the graph is compared one by one: 10,000 vectors of one workspace cost a search about 5 ms.
COMPACT_AFTER = 10_000


class EdgeIndex:
    """An `Index` in a folder that this process owns."""

    def __init__(self, folder: IndexFolder, manifest: Manifest, compact_after: int) -> None:
        """For `open` only."""
        self._folder = folder
        self._manifest = manifest
        self._compact_after = compact_after
        self._shards: dict[Collection, EdgeShard] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="index")
        self._writing = {collection: asyncio.Lock() for collection in COLLECTIONS}
        self._journals: dict[Collection, list[UpdateOperation]] = {}
        self._loose = dict.fromkeys(COLLECTIONS, 0)
        self._compactions: dict[Collection, asyncio.Task[None]] = {}
        self._rebuilding = {collection: asyncio.Lock() for collection in COLLECTIONS}
        self._rebuilds: dict[Collection, asyncio.Task[None]] = {}  # those that wait for their turn

    @classmethod
    async def open(
        cls,
        path: Path,
        embedder: str,
        dimensions: int,
        *,
        reset_on_mismatch: bool = False,
        compact_after: int = COMPACT_AFTER,
    ) -> Self:
        """The index in that folder, or a new empty one where there is none or it is damaged.

        Raises `IndexLocked` where the folder has an owner, and `IndexMismatch` where it was made for another embedder,
        unless `reset_on_mismatch` says to begin empty then.
        """
        folder = await asyncio.to_thread(IndexFolder, path)
        try:
            found = folder.read()
            if found and (found.embedder, found.dimensions) != (embedder, dimensions):
                if not reset_on_mismatch:
                    raise IndexMismatch(str(path), (found.embedder, found.dimensions), (embedder, dimensions))
                found = None
            index = cls(folder, found or folder.fresh(embedder, dimensions), compact_after)
            await index._in_thread(index._load if found else index._create)
        except BaseException:
            folder.release()
            raise
        return index

    async def identity(self) -> str:
        return self._manifest.identity

    async def upsert(self, collection: Collection, points: Sequence[Point]) -> None:
        """Raises ValueError, and keeps none of them, where a vector has the wrong length or is not finite."""
        fields.validate(points, self._manifest.dimensions)
        for workspace in dict.fromkeys(point.workspace for point in points):
            mine = [point for point in points if point.workspace == workspace]
            for start in range(0, len(mine), SLICE):
                await self._write(collection, partial(engine.upsert, workspace, mine[start : start + SLICE]))
        self._note_change(collection, len(points))

    async def delete(self, collection: Collection, workspace: str, ids: Sequence[UUID]) -> None:
        for start in range(0, len(ids), SLICE):
            await self._write(collection, partial(engine.delete, workspace, ids[start : start + SLICE]))
        self._note_change(collection, len(ids))

    async def rebuild(self, collection: Collection) -> bool:
        """True: the files that held deleted points are gone.

        The engine keeps a deleted point's payload and vector in its log and its segments, even after `optimize`.
        """
        task = self._rebuilds.get(collection)
        if task is None:
            task = asyncio.create_task(self._rebuild_in_turn(collection), name=f"rebuild {collection}")
            self._rebuilds[collection] = task
        await asyncio.shield(task)
        return True

    async def nearest(self, collection: Collection, vector: Vector, where: Filter, limit: int) -> list[Scored]:
        return engine.scored(self._shards[collection].query(engine.nearest(vector, where, limit, payload=True)))

    async def lexical(self, sparse: SparseVector, where: Filter, limit: int) -> list[Scored]:
        return engine.scored(self._shards["passages"].query(engine.lexical(sparse, where, limit, payload=True)))

    async def halves(
        self, vector: Vector, sparse: SparseVector, where: Filter, limit: int
    ) -> tuple[list[Scored], list[Scored]]:
        both = QueryBatchRequest(
            [engine.nearest(vector, where, limit, payload=False), engine.lexical(sparse, where, limit, payload=False)]
        )
        dense, lexical = self._shards["passages"].query_batch(both)
        return engine.scored(dense), engine.scored(lexical)

    async def payloads(
        self, collection: Collection, workspace: str, ids: Sequence[UUID]
    ) -> dict[UUID, Mapping[str, object]]:
        return engine.payloads(self._shards[collection], workspace, ids)

    async def retrieve(self, collection: Collection, workspace: str, ids: Sequence[UUID]) -> dict[UUID, Vector]:
        return engine.vectors(self._shards[collection], workspace, ids)

    async def count(self, collection: Collection, workspace: str) -> int:
        return engine.count(self._shards[collection], workspace)

    async def reset(self) -> None:
        await self._stop_compactions()
        async with (
            self._rebuilding["passages"],
            self._rebuilding["leads"],
            self._writing["passages"],
            self._writing["leads"],
        ):
            self._manifest, fresh = await self._in_thread(self._begin_anew)
            old, self._shards = self._shards, fresh
            self._loose = dict.fromkeys(COLLECTIONS, 0)
            await self._in_thread(self._let_go, old)

    async def flush(self) -> None:
        """Move acknowledged writes from the log to their segments; a crash loses nothing either way."""
        for found in self._shards.values():
            await self._in_thread(found.flush)

    async def compact(self, collection: Collection = "passages") -> None:
        """Build the search graph over everything now; returns when it serves.

        It happens by itself in the background after every `compact_after` changes. Wait for it after a bulk import.
        """
        running = self._compactions.get(collection)
        if running is not None:
            await asyncio.wait([running])
        await self._start_compaction(collection)

    def shard(self, collection: Collection) -> EdgeShard:
        """The engine itself, for benchmarks: calls to it are not off the event loop, nor in order with ours."""
        return self._shards[collection]

    async def close(self) -> None:
        """Closing twice is fine."""
        await self._stop_compactions()
        await asyncio.gather(*self._rebuilds.values(), return_exceptions=True)  # a receipt may wait for them
        async with self._rebuilding["passages"], self._rebuilding["leads"]:
            await self._close()

    async def _close(self) -> None:
        if self._shards:
            old, self._shards = self._shards, {}
            await self._in_thread(self._flush_and_close, old)
            self._thread.shutdown()
            self._folder.release()

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

    async def _write(self, collection: Collection, make: Callable[[], UpdateOperation]) -> None:
        """One write, in order with all others of the collection; kept for replay while a compaction runs."""
        async with self._writing[collection]:
            await self._in_thread(self._apply, collection, make)

    def _note_change(self, collection: Collection, points: int) -> None:
        self._loose[collection] += points
        if self._loose[collection] >= self._compact_after and collection not in self._compactions:
            self._start_compaction(collection)

    def _start_compaction(self, collection: Collection) -> asyncio.Task[None]:
        task = asyncio.create_task(self._compaction(collection), name=f"compact {collection}")
        self._compactions[collection] = task
        task.add_done_callback(lambda _: self._compactions.pop(collection, None))
        return task

    async def _stop_compactions(self, *collections: Collection) -> None:
        for collection, task in list(self._compactions.items()):
            if collection in (collections or COLLECTIONS):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _compaction(self, collection: Collection) -> None:
        """Copy the shard, optimise the copy in a child process, replay what was written meanwhile, and swap."""
        name = self._folder.unused(collection)
        copy = self._folder.path / name
        try:
            async with self._writing[collection]:  # searches go on; writes wait for the copy, 0.3 s for 50,000 points
                live = self._folder.path / self._manifest.shards[collection]
                await self._in_thread(self._shards[collection].flush)
                await compaction.copy(live, copy)
                self._journals[collection] = []
                self._loose[collection] = 0
            await compaction.optimize(copy)
            async with self._writing[collection]:
                fresh = await self._in_thread(EdgeShard.load, str(copy))
                for operation in self._journals[collection]:
                    await self._in_thread(fresh.update, operation)
                await compaction.to_the_end(self._swap(collection, name, fresh))
        except compaction.CompactionError:
            log.exception("the search graph of %s could not be built; searching goes on without it", collection)
        finally:
            self._journals.pop(collection, None)
            swapped = self._manifest.shards[collection] == name
            await asyncio.to_thread(compaction.remove, live if swapped else copy)

    async def _rebuild_in_turn(self, collection: Collection) -> None:
        """Wait for the rebuild that runs; from then on whoever asks gets the next one."""
        async with self._rebuilding[collection]:
            del self._rebuilds[collection]
            async with self._writing[collection]:
                await self._stop_compactions(collection)  # its copy may hold what was deleted since
                await compaction.to_the_end(self._rebuild(collection))

    async def _rebuild(self, collection: Collection) -> None:
        """Copy what is there into a fresh shard and put it in place; searches go on, writes wait."""
        live, name = self._folder.path / self._manifest.shards[collection], self._folder.unused(collection)
        fresh = await self._in_thread(engine.create, self._folder.path / name, collection, self._manifest.dimensions)
        try:
            points, place = 0, None
            while True:
                copied, place = await self._in_thread(engine.copy, self._shards[collection], fresh, place, SLICE)
                points += copied
                if place is None:
                    break
            await self._swap(collection, name, fresh)
        finally:
            swapped = self._manifest.shards[collection] == name
            if not swapped:
                await self._in_thread(fresh.close)
            await asyncio.to_thread(compaction.remove, live if swapped else self._folder.path / name)
        self._loose[collection] = 0
        self._note_change(collection, points)

    async def _swap(self, collection: Collection, name: str, fresh: EdgeShard) -> None:
        self._manifest = await self._in_thread(self._put_in_place, collection, name, fresh)
        old, self._shards[collection] = self._shards[collection], fresh
        await self._in_thread(old.close)

    # What follows runs in the thread, and before the index is given out also changes `_shards`.

    def _create(self) -> None:
        self._shards = self._fresh_shards(self._manifest)
        self._folder.sweep(self._manifest)

    def _load(self) -> None:
        """Load the live shards; damaged ones are given up and everything begins anew."""
        try:
            for collection, name in self._manifest.shards.items():
                self._shards[collection] = EdgeShard.load(str(self._folder.path / name))
        except Exception:  # the engine raises bare Exception
            log.warning("the index at %s is damaged: beginning an empty one", self._folder.path, exc_info=True)
            for found in self._shards.values():
                found.close()
            self._manifest, self._shards = self._begin_anew()
        else:
            self._folder.sweep(self._manifest)
            self._loose = {
                collection: engine.unindexed(found, collection) for collection, found in self._shards.items()
            }

    def _begin_anew(self) -> tuple[Manifest, dict[Collection, EdgeShard]]:
        manifest = self._folder.fresh(self._manifest.embedder, self._manifest.dimensions)
        return manifest, self._fresh_shards(manifest)

    def _fresh_shards(self, manifest: Manifest) -> dict[Collection, EdgeShard]:
        made = {
            collection: engine.create(self._folder.path / name, collection, manifest.dimensions)
            for collection, name in manifest.shards.items()
        }
        self._folder.write(manifest)
        return made

    def _let_go(self, old: Mapping[Collection, EdgeShard]) -> None:
        for found in old.values():
            found.close()
        self._folder.sweep(self._manifest)

    @staticmethod
    def _flush_and_close(old: Mapping[Collection, EdgeShard]) -> None:
        for found in old.values():
            try:
                found.flush()
            except (
                Exception
            ):  # the engine raises bare Exception; a folder that was lost is built anew at the next start
                log.warning("the index could not be flushed as it was closed", exc_info=True)
            found.close()

    def _apply(self, collection: Collection, make: Callable[[], UpdateOperation]) -> None:
        operation = make()
        self._shards[collection].update(operation)
        if collection in self._journals:
            self._journals[collection].append(operation)

    def _put_in_place(self, collection: Collection, name: str, fresh: EdgeShard) -> Manifest:
        fresh.flush()
        manifest = replace(self._manifest, shards={**self._manifest.shards, collection: name})
        self._folder.write(manifest)
        return manifest
