"""How long an answer to a site may be kept, and by whom. Pure.

What one visitor gets is kept by nobody. What is the same for all who ask at that address may be kept by caches on the
way: copy without facts for minutes and longer where we do not answer; copy with facts for a minute at most, and never
past the moment at which it stops being true.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

SHARED = 300
BROWSER = 60
WHILE_REVALIDATING = 600
IF_ERROR = 86_400
FACTUAL = 60
NOTHING = 30
"""Seconds. Nothing to show is looked at again soon: an approval should be seen."""


def cache_headers(*, factual: bool, closes: float, now: float, personal: bool, nothing: bool = False) -> dict[str, str]:
    """The `Cache-Control` of an answer that holds until `closes`, seconds since the epoch like `now`."""
    if personal:
        return {"Cache-Control": "private, no-store"}
    left = int(min(max(closes - now, 0.0), IF_ERROR))
    if factual or nothing:
        most = min(left, NOTHING if nothing else FACTUAL)
        return {"Cache-Control": f"public, max-age={most}, s-maxage={most}, must-revalidate"}
    parts = [f"public, max-age={min(BROWSER, left)}", f"s-maxage={min(SHARED, left)}"]
    if (stale := left - min(SHARED, left)) > 0:  # stale is counted from when it went stale
        parts += [
            f"stale-while-revalidate={min(WHILE_REVALIDATING, stale)}",
            f"stale-if-error={IF_ERROR if math.isinf(closes) else min(IF_ERROR, stale)}",
        ]
    return {"Cache-Control": ", ".join(parts)}


def etag_of(body: bytes) -> str:
    """A strong tag: the same bytes, the same tag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def unchanged(headers: Mapping[str, str], tag: str) -> bool:
    """Whether whoever asks has that already (`If-None-Match`, which compares weakly)."""
    asked = headers.get("if-none-match", "")
    return asked.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in asked.split(","))
