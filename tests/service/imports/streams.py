"""Streams of bytes for tests."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")


async def stream(data: bytes | str | Iterable[bytes], size: int = 7) -> AsyncIterator[bytes]:
    """Data in chunks of `size` bytes; what is in pieces stays in them."""
    if isinstance(data, str):
        data = data.encode()
    pieces = (data[at : at + size] for at in range(0, len(data), size)) if isinstance(data, bytes) else data
    for piece in pieces:
        yield piece


async def collected(items: AsyncIterable[T]) -> list[T]:
    """Everything that comes."""
    return [item async for item in items]
