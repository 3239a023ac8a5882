"""Many callers, one model: what arrives while a pass runs goes together in the next one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
T = TypeVar("T")

# A pass holds at most this many texts and, beyond the first, characters: about 500 tokens, 0.1 s on one core. Larger
# passes gain little (4.1 ms of CPU a query in eights, 3.7 in thirty-twos) and make others wait.
MOST_TEXTS = 32
MOST_CHARACTERS = 2_000

# Fewer urgent requests than this wait for the pass that runs and then go together: one alone costs 8.7 ms of CPU, eight
# together 4.3 each.
WORTH_A_PASS = 8
WORTH_CHARACTERS = 1_000

# A request up to this size is someone waiting for an answer; a larger one is an import.
URGENT_CHARACTERS = 2_000


@dataclass(slots=True)
class _Job:
    texts: list[str]
    result: asyncio.Future[Matrix]

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts))


class Batcher:
    """Runs `encode` in threads of its own, in each pass the texts of as many callers as fit.

    Urgent requests and slices of imports take turns, so neither waits for more than one pass of the other.
    """

    def __init__(self, encode: Callable[[list[str]], Matrix], workers: int = 1) -> None:
        self._encode = encode
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="embed")
        self._workers = workers
        self._urgent: deque[_Job] = deque()
        self._bulk: deque[_Job] = deque()
        self._urgent_next = True
        self._passes: set[asyncio.Task[None]] = set()

    async def run(self, texts: Sequence[str]) -> Matrix:
        """One row a text, in order. An error of a pass reaches every caller in it; a cancelled one leaves the rest."""
        loop = asyncio.get_running_loop()
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        jobs = [_Job(part, loop.create_future()) for part in _slices([texts[place] for place in order])]
        urgent = sum(map(len, texts)) <= URGENT_CHARACTERS
        (self._urgent if urgent else self._bulk).extend(jobs)
        loop.call_soon(self._start)  # not now: callers of the same moment go together
        try:
            parts = await asyncio.gather(*(job.result for job in jobs))
        except BaseException:
            for job in jobs:
                job.result.cancel()
            raise
        found = np.concatenate(parts)
        rows = np.empty_like(found)
        rows[order] = found
        return rows

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run something else in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def close(self) -> None:
        """Let go of the threads once the passes that run are finished."""
        await asyncio.to_thread(self._threads.shutdown)

    def _start(self) -> None:
        """Begin passes while there are texts and threads for them."""
        while self._may_begin() and (jobs := self._next()):
            task = asyncio.get_running_loop().create_task(self._pass(jobs))
            self._passes.add(task)
            task.add_done_callback(self._finished)

    def _may_begin(self) -> bool:
        if not self._passes:
            return True
        waiting = len(self._urgent) >= WORTH_A_PASS or sum(job.characters for job in self._urgent) >= WORTH_CHARACTERS
        return len(self._passes) < self._workers and (waiting or bool(self._bulk))

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._passes.discard(task)
        if not task.cancelled():
            self._start()

    def _next(self) -> list[_Job]:
        """The jobs of the next pass, from the two lines by turns; none where nothing is wanted."""
        first, second = (self._urgent, self._bulk) if self._urgent_next else (self._bulk, self._urgent)
        self._urgent_next = not self._urgent_next
        return _take(first) or _take(second)

    async def _pass(self, jobs: list[_Job]) -> None:
        texts = [text for job in jobs for text in job.texts]
        try:
            rows = await self.in_thread(lambda: self._encode(texts))
        except Exception as error:
            for job in jobs:
                if not job.result.done():
                    job.result.set_exception(error)
            return
        start = 0
        for job in jobs:
            if not job.result.done():
                job.result.set_result(rows[start : start + len(job.texts)])
            start += len(job.texts)


def _slices(texts: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for text in texts:
        if part and (len(part) == MOST_TEXTS or size + len(text) > MOST_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(text)
        size += len(text)
    if part:
        yield part


def _take(waiting: deque[_Job]) -> list[_Job]:
    """As many jobs as fit one pass, at least one if any is still wanted."""
    jobs: list[_Job] = []
    texts = characters = 0
    while waiting:
        job = waiting[0]
        if not job.result.done():
            texts += len(job.texts)
            characters += job.characters
            if jobs and (texts > MOST_TEXTS or characters > MOST_CHARACTERS):
                break
            jobs.append(job)
        waiting.popleft()
    return jobs
