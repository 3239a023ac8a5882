"""The script for pages, as it is and under a name that never means another one."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from service.delivery.caching import unchanged
from service.errors import NotFound

router = APIRouter(include_in_schema=False)

EMBED = Path(__file__).parent / "embed" / "embed.js"
HOUR, YEAR = 3_600, 31_536_000


class Script(NamedTuple):
    """The script, packed too, and the name of exactly these bytes."""

    plain: bytes
    packed: bytes
    version: str


@cache
def script() -> Script:
    """The script that comes with this version of the service."""
    plain = EMBED.read_bytes()
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


@router.get("/embed.js")
async def newest(request: Request) -> Response:
    """The newest, which pages name: looked at again every hour."""
    return _sent(request, f"public, max-age={HOUR}, stale-while-revalidate=86400, stale-if-error=604800")


@router.get("/embed/{name}")
async def versioned(name: str, request: Request) -> Response:
    """Exactly one, for pages with an integrity hash. Raises `NotFound` for one of another version of the service."""
    if name != f"{script().version}.js":
        raise NotFound("This service has another version of the script; /embed.js is the newest.", code="embed.unknown")
    return _sent(request, f"public, max-age={YEAR}, immutable")


def _sent(request: Request, caching: str) -> Response:
    found = script()
    packs = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{found.version}{"-gzip" if packs else ""}"'
    headers = {
        "Cache-Control": caching,
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if unchanged(request.headers, tag):
        return Response(status_code=304, headers=headers)
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(found.packed if packs else found.plain, headers=headers, media_type="text/javascript")
