"""Bytes of any chunking to numbered lines, in bounded memory."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import NamedTuple

MEBIBYTE = 2**20
CHUNK = 2**16

_END = re.compile(rb"\r\n|\n|\r")


class Line(NamedTuple):
    """A physical line, counted from 1, and its line break (empty at the end of a file that has none there).

    One that is longer than the limit is `too_long` and has no data.
    """

    number: int
    data: bytes
    end: bytes
    too_long: bool = False


async def split(source: AsyncIterable[bytes], limit: int = MEBIBYTE) -> AsyncIterator[Line]:
    """The lines of a stream, however it is cut into chunks. Ends are CRLF, LF and a lone CR.

    No more than `limit` bytes of a line are held, plus one chunk.
    """
    splitter = _Splitter(limit)
    async for chunk in source:
        for line in splitter.feed(chunk):
            yield line
    for line in splitter.close():
        yield line


async def read_file(path: Path, size: int = CHUNK) -> AsyncIterator[bytes]:
    """A file's bytes in chunks, read off the event loop. Raises OSError as `open` does."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while chunk := await asyncio.to_thread(file.read, size):
            yield chunk
    finally:
        file.close()


async def whole(source: AsyncIterable[bytes], limit: int) -> bytes | None:
    """All bytes of a stream, or None if there are more than `limit`."""
    held = bytearray()
    async for chunk in source:
        held += chunk
        if len(held) > limit:
            return None
    return bytes(held)


class _Splitter:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._number = 0
        self._held = bytearray()
        self._too_long = False
        self._carriage_return = b""  # the last byte of a chunk: LF may follow

    def feed(self, chunk: bytes) -> list[Line]:
        chunk = self._carriage_return + chunk
        self._carriage_return = b"\r" if chunk.endswith(b"\r") else b""
        return self._split(chunk.removesuffix(self._carriage_return))

    def close(self) -> list[Line]:
        lines = self._split(self._carriage_return)
        return [*lines, self._line(b"")] if self._held or self._too_long else lines

    def _split(self, chunk: bytes) -> list[Line]:
        lines, start = [], 0
        for match in _END.finditer(chunk):
            self._hold(chunk[start : match.start()])
            lines.append(self._line(match[0]))
            start = match.end()
        self._hold(chunk[start:])
        return lines

    def _hold(self, piece: bytes) -> None:
        if self._too_long or len(self._held) + len(piece) > self._limit:
            self._too_long = True
            self._held = bytearray()
        else:
            self._held += piece

    def _line(self, end: bytes) -> Line:
        self._number += 1
        line = Line(self._number, bytes(self._held), end, self._too_long)
        self._held.clear()
        self._too_long = False
        return line
