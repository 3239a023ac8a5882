"""Load over HTTP/1.1 from a process of its own: as little work for each request as Python can do.

A client library takes longer for a request than the server does for the answer, and both share this machine's cores.
So this writes requests that were put together before, and reads no more of an answer than its status and length.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import uvloop

_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Load:
    """What a turn saw: answers a second, each answer's seconds, how many were not 200, and the bytes of one."""

    per_second: float
    seconds: Sequence[float]
    failed: int
    size: int

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share of answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


@dataclass(slots=True)
class _Seen:
    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    size: int = 0


class _Caller(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, seen: _Seen) -> None:
        self._seen = seen
        self._data = b""
        self._done: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is no subclass of it

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done and not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    async def ask(self, request: bytes, due: float) -> None:
        """Send it, and count from when it was due: who is late because the server was is late for that too."""
        self._data, self._done = b"", asyncio.get_running_loop().create_future()
        self._transport.write(request)
        await self._done
        self._seen.seconds.append(time.perf_counter() - due)

    def data_received(self, data: bytes) -> None:
        self._data = self._data + data if self._data else data
        head = self._data.find(_END)
        if head < 0 or self._done is None:
            return
        start = self._data.lower().find(_LENGTH, 0, head)
        length = int(self._data[start + len(_LENGTH) : self._data.index(b"\r", start)]) if start >= 0 else 0
        if len(self._data) >= head + len(_END) + length:
            self._seen.failed += self._data[9:12] != b"200"
            self._seen.size = length
            self._done.set_result(None)


def run(port: int, requests: Sequence[bytes], seconds: float, callers: int, rate: float | None = None) -> Load:
    """Ask for `seconds` from another process: as fast as the answers come, or `rate` requests a second, evenly."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_here, (port, requests, seconds, callers, rate))


def _here(port: int, requests: Sequence[bytes], seconds: float, callers: int, rate: float | None) -> Load:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_ask(port, requests, seconds, callers, rate))


async def _ask(port: int, requests: Sequence[bytes], seconds: float, callers: int, rate: float | None) -> Load:
    seen = _Seen()
    loop = asyncio.get_running_loop()
    connections = [(await loop.create_connection(lambda: _Caller(seen), "127.0.0.1", port))[1] for _ in range(callers)]
    begun = time.perf_counter()

    async def closed(caller: _Caller, number: int) -> None:
        while (now := time.perf_counter()) < begun + seconds:
            await caller.ask(requests[number % len(requests)], now)
            number += len(connections)

    async def paced(caller: _Caller, number: int) -> None:
        while (due := begun + number / (rate or 1)) < begun + seconds:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            await caller.ask(requests[number % len(requests)], due)
            number += len(connections)

    one = closed if rate is None else paced
    await asyncio.gather(*(one(caller, number) for number, caller in enumerate(connections)))
    took = time.perf_counter() - begun
    return Load(len(seen.seconds) / took, seen.seconds, seen.failed, seen.size)


def request(path: str, *headers: str) -> bytes:
    """A GET as it goes over the wire."""
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")).encode()
