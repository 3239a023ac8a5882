"""Which sites a key in a page is good for, and what browsers are told of it. Pure.

A publishable key stands in a page for everybody to read. It is good for the origins it is bound to: a browser says
truly where a page comes from, and another site can neither use the key nor read an answer. It is no secret for
programs, so it opens nothing but copy that is shown to anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from service.errors import Forbidden

HEADERS = "authorization, content-type, if-none-match"
METHODS = "GET, POST, OPTIONS"
DAY = 86_400


def check_origin(origin: str | None, kind: str, origins: Collection[str]) -> None:
    """Raises `Forbidden` where a page of that origin may not use the key. Without an origin a server asks, or a page of
    our own."""
    if origin is None:
        return
    if kind != "publishable":
        raise Forbidden(
            "This key is for servers, and a browser sent it. Revoke it, and put a publishable key into pages.",
            code="key.in_browser",
        )
    if origin.lower() not in origins:
        raise Forbidden(
            f"The key is not for pages of {origin[:100]}; it is bound to: {', '.join(origins) or 'no origin yet'}.",
            code="origin.foreign",
        )


def cors(origin: str | None, *, vary: str = "") -> dict[str, str]:
    """What lets a page of that origin read the answer. Caches keep one answer an origin, and one for each of what is
    in `vary`."""
    told = {"Vary": f"Origin, {vary}" if vary else "Origin"}
    return told if origin is None else told | {"Access-Control-Allow-Origin": origin}


def preflight(headers: Mapping[str, str]) -> dict[str, str]:
    """The answer to a browser that asks before it asks. It tells nothing and no key comes with it; whether the origin
    may is told by the question itself."""
    return {
        **cors(headers.get("origin")),
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Max-Age": str(DAY),
        "Cache-Control": f"public, max-age={DAY}",
    }
