"""Tokens: those the contract allows, each with its fallback, and nothing that only looks like one."""

from __future__ import annotations

from collections.abc import Iterator

from service.checks.braces import NO_FALLBACK
from service.checks.copy import Copy
from service.checks.models import Finding
from service.generation.tokens import Token


def tokens(copy: Copy) -> Iterator[Finding]:
    """Tokens that may not be used, and fallbacks that are missing or not the agreed ones."""
    for name, text in copy.fields.items():
        if "{{" not in text:
            continue
        for match in NO_FALLBACK.finditer(text):
            yield copy.finding("token.fallback", name, *match.span(), wanted=_wanted(copy, match[1]))
        for found in copy.braces[name].tokens:
            token = found.token
            if token.name not in copy.tokens:
                allowed = ", ".join(sorted(copy.tokens)) or "-"
                yield copy.finding("token.unknown", name, found.start, found.end, name=token.name, allowed=allowed)
            elif copy.tokens[token.name] not in ("", token.fallback):
                wanted = _wanted(copy, token.name)
                yield copy.finding("token.fallback", name, found.start, found.end, "warn", wanted=wanted)


def malformed(copy: Copy) -> Iterator[Finding]:
    """Merge syntax of other systems, half-open braces and placeholders that nobody filled in."""
    for name, read in copy.braced.items():
        for start, end in read.strays:
            yield copy.finding("token.malformed", name, start, end, wanted=_wanted(copy))


def _wanted(copy: Copy, name: str = "") -> str:
    if not copy.tokens:
        return "{{ ... | ... }}"
    known = name if name in copy.tokens else next(iter(copy.tokens))
    return str(Token(known, copy.tokens[known] or "..."))
