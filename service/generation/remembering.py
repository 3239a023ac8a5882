"""Remembers answers, and makes one call for callers who ask the same at the same time.

Prompts hold no personal data, so neither do answers; keys are hashes. Failures are not remembered.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
import structlog

from service.errors import ModelNonsense
from service.generation.client import Call, Completion, Listener

log = structlog.get_logger("service.model")

_OVERHEAD = 600  # bytes of an entry besides its text: key, tuple, numbers, two dictionary slots
Make = Callable[[Listener | None], Awaitable[Completion]]


class _Entry(NamedTuple):
    completion: Completion
    size: int
    until: float


class Memory:
    """The answers used last, as many as fit into so many bytes, each for so many seconds."""

    def __init__(self, max_bytes: int, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._clock = clock
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self.size = 0

    def get(self, key: bytes) -> Completion | None:
        """What is remembered under that key."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if self._clock() >= entry.until:
            self._forget(key)
            return None
        self._entries.move_to_end(key)
        return entry.completion

    def put(self, key: bytes, completion: Completion) -> None:
        """Remember an answer; what was used longest ago makes room."""
        self._forget(key)
        size = len(completion.text) * 4 + _OVERHEAD  # at most four bytes a character
        if size > self._max_bytes:
            return
        self._entries[key] = _Entry(free(completion), size, self._clock() + self._seconds)
        self.size += size
        while self.size > self._max_bytes:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: bytes) -> None:
        if entry := self._entries.pop(key, None):
            self.size -= entry.size


class _Flight:
    """One call under way and everyone who waits for it."""

    def __init__(self) -> None:
        self.task: asyncio.Task[Completion] | None = None
        self.waiting = 0
        self._heard: list[Listener] = []
        self._so_far: list[str] = []

    def join(self, listener: Listener | None) -> None:
        """One more caller, who first hears what the others have heard already."""
        self.waiting += 1
        if listener is not None:
            if self._so_far:
                listener("".join(self._so_far))
            self._heard.append(listener)

    def leave(self, listener: Listener | None) -> None:
        """One caller fewer; with the last one the call ends."""
        self.waiting -= 1
        if listener in self._heard:
            self._heard.remove(listener)
        if not self.waiting and self.task is not None:
            self.task.cancel()

    def tell(self, piece: str) -> None:
        """Hand a piece to everyone who listens; one listener's fault is not the others'."""
        self._so_far.append(piece)
        for listener in list(self._heard):
            try:
                listener(piece)
            except Exception:
                log.exception("listener_failed")
                self._heard.remove(listener)

    def finish(self, text: str, listener: Listener | None) -> None:
        """The whole text for a listener of a call that did not stream."""
        if listener is not None and not listener.said:
            listener(text)


class Shared:
    """One call for all who ask the same at the same time, and later ones from memory."""

    def __init__(self, memory: Memory, told: Callable[[str], None] = lambda _: None) -> None:
        self._memory = memory
        self._told = told
        self._flights: dict[bytes, _Flight] = {}

    async def get(self, key: bytes, call: Call, make: Make, *, fresh: bool = False) -> Completion:
        """The answer under that key, from memory, from a call under way, or from `make`.

        `fresh` joins nobody and replaces what is remembered.
        """
        if not fresh and (known := self._memory.get(key)) is not None:
            self._told("hit")
            if call.listener is not None:
                call.listener(known.text)
            return known
        flight = None if fresh else self._flights.get(key)
        self._told("joined" if flight else "miss")
        if flight is not None:
            return await self._joined(key, flight, call.listener)
        flight = _Flight()
        if not fresh:
            self._flights[key] = flight
        heard = None if call.listener is None else Listener(flight.tell)
        flight.task = asyncio.create_task(self._fly(key, flight, make, heard))
        flight.task.add_done_callback(_looked_at)
        return await self._await(key, flight, call.listener)

    async def _joined(self, key: bytes, flight: _Flight, listener: Listener | None) -> Completion:
        """The answer to somebody else's call, whose it is to pay, even if it cannot be read."""
        try:
            return free(await self._await(key, flight, listener))
        except ModelNonsense as error:
            raise ModelNonsense(error.detail) from None

    async def _fly(self, key: bytes, flight: _Flight, make: Make, heard: Listener | None) -> Completion:
        try:
            completion = await make(heard)
        finally:
            self._land(key, flight)
        self._memory.put(key, completion)
        return completion

    async def _await(self, key: bytes, flight: _Flight, listener: Listener | None) -> Completion:
        """Wait for the call without owning it: a caller who leaves ends only his own wait, unless he is the last."""
        assert flight.task is not None  # noqa: S101 - set before anybody can find the flight
        flight.join(listener)
        try:
            await asyncio.wait((flight.task,))
        except BaseException:
            if flight.waiting == 1:
                self._land(key, flight)  # nobody may join a call that is being stopped
            flight.leave(listener)
            raise
        completion = flight.task.result()
        flight.finish(completion.text, listener)
        return completion

    def _land(self, key: bytes, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]


def _looked_at(task: asyncio.Task[Completion]) -> None:
    """A failure that nobody waits for any more is not an error to be logged."""
    if not task.cancelled():
        task.exception()


def free(completion: Completion) -> Completion:
    """The same answer for somebody who did not cause the call."""
    return completion._replace(input_tokens=0, output_tokens=0, cost=Decimal(0), remembered=True)


def key_of(shape: str, call: Call) -> bytes:
    """A hash of everything that shapes the answer: workspace, endpoint, model, form, schema and prompt."""
    schema: Mapping[str, Any] = call.prompt.schema
    parts = (call.workspace.bytes, shape, call.prompt.system, call.prompt.user, orjson.dumps(schema))
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()
