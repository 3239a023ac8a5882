"""listmonk: Go templates. `or` gives the first of its arguments that is not empty."""

from __future__ import annotations

import orjson

from service.delivery.platforms.base import BRACES, Platform, printing

_METHODS = {"first_name": "FirstName", "last_name": "LastName", "name": "Name", "email": "Email"}


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    del markup  # html/template escapes what is printed by where it stands
    field = f".Subscriber.{_METHODS[name]}" if name in _METHODS else f".Subscriber.Attribs.{name}"
    return f"{{{{ or {field} {orjson.dumps(fallback).decode()} }}}}"


LISTMONK = Platform(
    name="listmonk",
    deadline_ms=4_000,
    special=BRACES,
    plain=printing(BRACES, '{{ "', '" }}'),
    merge=_merge,
    unsubscribe="{{ UnsubscribeURL }}",
)
