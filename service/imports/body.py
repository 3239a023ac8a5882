"""The body of an import request, as it streams in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from fastapi import Request
from starlette.requests import ClientDisconnect

from service.errors import CannotRead, TooLarge, Unsupported


async def stream(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body in chunks. Raises `TooLarge` beyond `limit` bytes, and `CannotRead` when the caller goes away."""
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"The body is larger than {limit >> 20} MB; split it, or raise SOBMEDIDA_MAX_BODY_MB.")
            yield chunk
    except ClientDisconnect:
        raise CannotRead("The connection ended before the body did; what came before is stored.") from None


def format_of(request: Request, formats: Mapping[str, str]) -> str:
    """What the Content-Type header says the body is. Raises `Unsupported` naming what can be read."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in formats:
        raise Unsupported(
            f"Content-Type {given or '(none)'} is not read here. Send one of: {', '.join(sorted(formats))}."
        )
    return formats[given]
