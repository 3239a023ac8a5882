"""One system through the whole of the work, in the process that was started for it; the figures go to a file."""

from __future__ import annotations

import asyncio
import gc
import itertools
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import uvloop
from pydantic import BaseModel

from evaluation.benchmarks.peers.work import MODES, Mode, Opener, Peer, Work, query

WARM = 5  # queries before those that count
SHOWN = 5  # hits of a search that are looked at
RANKED = 10

Ranking = Mapping[str, Sequence[str]]


class Figures(BaseModel):
    """What one round saw. Times of searches and generations are in milliseconds, one each."""

    ready_s: float
    indexed_per_second: float
    retrieval_ms: dict[Mode, list[float]]
    outside: dict[Mode, int]
    generation_ms: list[float]
    generation_cpu_ms: float
    per_second: float
    cpu_ms: float
    errors: int
    error: str | None
    peak_mb: float
    rankings: dict[Mode, dict[str, list[str]]] | None = None


@dataclass(slots=True)
class _Load:
    answered: int = 0
    errors: int = 0
    error: str | None = None


def main(opener: Opener) -> None:
    """Run as a program: a file with the work, one for the figures, a folder of its own, and when it was asked for."""
    work = Work.model_validate_json(Path(sys.argv[1]).read_bytes())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measure(work, opener, Path(sys.argv[3]), float(sys.argv[4])))
    Path(sys.argv[2]).write_text(figures.model_dump_json(), encoding="utf-8")


async def measure(work: Work, opener: Opener, folder: Path, asked: float) -> Figures:
    """Everything, one thing after another; `asked`, of `time.time()`, is when the wait for it began."""
    peer = await opener(work, folder / "work")
    try:
        ready = time.time() - asked
        started = time.perf_counter()
        await peer.fill(work.passages)
        indexed = len(work.passages) / (time.perf_counter() - started)
        retrieval, outside = await _retrieve(peer, work)
        await _latency(work, 0)
        generation, generation_cpu, failed = await _one_after_another(peer, work)
        await _latency(work, work.latency)
        per_second, cpu, load = await _together(peer, work)
        peak = peak_mb()
    finally:
        await peer.close()
    return Figures(
        ready_s=ready, indexed_per_second=indexed, retrieval_ms=retrieval, outside=outside, generation_ms=generation,
        generation_cpu_ms=generation_cpu, per_second=per_second, cpu_ms=cpu, errors=failed.errors + load.errors,
        error=failed.error or load.error, peak_mb=peak, rankings=await _rank(work, opener, folder / "judged"),
    )  # fmt: skip


def outside(work: Work, found: Sequence[str]) -> int:
    """How many of those hits the filter should have kept away."""
    known = {passage.id: passage for passage in work.passages}
    return sum(not work.where.keeps(known[id_]) for id_ in found)


async def _retrieve(peer: Peer, work: Work) -> tuple[dict[Mode, list[float]], dict[Mode, int]]:
    """Filtered searches one after another, in each mode with queries of its own."""
    took: dict[Mode, list[float]] = {}
    hits: dict[Mode, int] = {}
    numbers = itertools.count()
    for mode in MODES:
        for _ in range(WARM):
            await peer.retrieve(query(next(numbers)), mode, work.where, SHOWN)
        took[mode], hits[mode] = [], 0
        for _ in range(work.queries):
            text, started = query(next(numbers)), time.perf_counter()
            found = await peer.retrieve(text, mode, work.where, SHOWN)
            took[mode].append((time.perf_counter() - started) * 1000)
            hits[mode] += outside(work, found)
    return took, hits


async def _one_after_another(peer: Peer, work: Work) -> tuple[list[float], float, _Load]:
    """Milliseconds of each generation, and how many of the processor's one takes."""
    seen, took = _Load(), list[float]()
    numbers = itertools.count(10_000)
    for _ in range(WARM):
        await _generate(peer, work, next(numbers), seen)
    cpu = time.process_time()
    for _ in range(work.generations):
        started = time.perf_counter()
        await _generate(peer, work, next(numbers), seen)
        took.append((time.perf_counter() - started) * 1000)
    return took, (time.process_time() - cpu) * 1000 / work.generations, seen


async def _together(peer: Peer, work: Work) -> tuple[float, float, _Load]:
    """Callers who ask again as soon as they are answered: answers a second, and the processor's milliseconds of one.

    A system that blocks its event loop answers in waves of all callers, so what is counted is at least one whole wave,
    after a first one that is not; and at least some seconds of a fast one.
    """
    seen, numbers = _Load(), itertools.count(100_000)

    async def caller() -> None:
        while True:
            await _generate(peer, work, next(numbers), seen)
            seen.answered += 1
            await asyncio.sleep(0)  # one that fails at once would leave nobody else a turn

    gc.collect()
    tasks = [asyncio.create_task(caller()) for _ in range(work.callers)]
    try:
        while seen.answered < work.callers:  # noqa: ASYNC110 - an event would be set by every answer
            await asyncio.sleep(0.01)
        first, failed, started, cpu = seen.answered, seen.errors, time.perf_counter(), time.process_time()
        ends = started + work.seconds
        while seen.answered < first + work.callers or time.perf_counter() < ends:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)
        counted, seconds = seen.answered - first, time.perf_counter() - started
        good = counted - (seen.errors - failed)
        cpu = time.process_time() - cpu
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return good / seconds, cpu * 1000 / counted, seen


async def _generate(peer: Peer, work: Work, number: int, seen: _Load) -> None:
    try:
        await peer.generate(query(number), work.where)
    except Exception as error:  # counted and told: what a system raises is its own affair
        seen.errors += 1
        seen.error = seen.error or f"{type(error).__name__}: {error}"[:300]


async def _rank(work: Work, opener: Opener, folder: Path) -> dict[Mode, dict[str, list[str]]] | None:
    """The best ten of each judged query, without a filter, in an index that holds nothing else."""
    if work.judged is None:
        return None
    peer = await opener(work, folder)
    try:
        await peer.fill(work.judged.passages)
        return {
            mode: {
                id_: list(await peer.retrieve(text, mode, None, RANKED)) for id_, text in work.judged.queries.items()
            }
            for mode in MODES
        }
    finally:
        await peer.close()


async def _latency(work: Work, seconds: float) -> None:
    url = f"{work.model_url.removesuffix('/v1')}/latency/{seconds}"
    await asyncio.to_thread(lambda: urlopen(Request(url, method="POST"), timeout=10).close())  # noqa: S310 - loopback


def peak_mb() -> float:
    """The most memory this process ever had, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
