"""Lengths, empty fields, and fields that say the same twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.channels.registry import CHANNELS
from service.checks.copy import Copy
from service.checks.models import Finding

_LETTER = re.compile(r"[^\s.!?…]")
_PAIRS = (("preheader", "subject"), ("body", "headline"))


def empty(copy: Copy) -> Iterator[Finding]:
    """A required field without a word in it."""
    if copy.channel in CHANNELS:
        for name, limit in CHANNELS[copy.channel].limits.items():
            if limit.required and not copy.fields.get(name, "").strip():
                yield copy.finding("style.empty", name)


def too_long(copy: Copy) -> Iterator[Finding]:
    """A field over its limit, with the fallbacks in place of the tokens."""
    if copy.channel not in CHANNELS:
        return
    for name, limit in CHANNELS[copy.channel].limits.items():
        text = copy.fields.get(name, "")
        length = limit.measure(_bound(copy, name, text))
        if length > limit.hard:
            yield copy.finding("style.too_long", name, 0, len(text), length=length, limit=limit.hard)
        elif length > (limit.warn or limit.hard):
            yield copy.finding("style.long", name, 0, len(text), "warn", length=length, limit=limit.warn)


def _bound(copy: Copy, name: str, text: str) -> str:
    """The field with the fallbacks of its tokens."""
    for found in reversed(copy.braces[name].tokens if text else ()):
        text = text[: found.start] + found.token.fallback + text[found.end :]
    return text


def repeats(copy: Copy) -> Iterator[Finding]:
    """A field that only says again what another says."""
    for name, other in _PAIRS:
        text = copy.fields.get(name, "")
        if (
            text.strip()
            and _first(text) == _first(copy.fields.get(other, ""))
            and _plain(text) == _plain(copy.fields.get(other, ""))
        ):
            yield copy.finding("style.repeats", name, 0, len(text), "warn", other=other)


def _first(text: str) -> str:
    """The letter with which it begins, which settles nearly all."""
    first = _LETTER.search(text)
    return first[0].casefold() if first else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?…")
