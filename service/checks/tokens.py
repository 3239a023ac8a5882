"""Tokens: those the contract allows, each with its fallback, and nothing that only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding
from service.generation.tokens import Token, find

_NO_FALLBACK = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\|?\s*\}\}")
_STRAY = re.compile(
    r"\{\{[^{}\n]{0,80}(?:\}{1,2}|(?=\n|$))"  # half-open, or with something odd inside
    r"|\$?\{[^{}\n]{0,80}\}\}?"  # ${name}, {name}, {contactfield=...}, {name }}
    r"|\{%[^\n]{0,80}?%\}|\$\{|\{\{|\}\}"
    r"|\*\|[^|\n]{1,60}\|\*"  # Mailchimp
    r"|%%[^%\n]{1,60}%%|%[A-Z][A-Z0-9_]{2,40}%"
    r"|\[\[[^\]\n]{0,60}\]\]?|\[[^\W\d_][\w \-]{0,40}\](?!\()"  # [[name]], [Nome]
    r"|<<[^<>\n]{1,60}>>"
    r"|\bX{2,3}\s?%|(?:R\$|US\$|[$€£])\s?X{2,}(?:[.,]X{2})?"  # XX%, R$ XX,XX
)
_SIGNS = ("{", "}", "[", "|", "<", "%", "XX")
_SUSPECT = re.compile(r"[{}\[|<]|%[%A-Z]|XX")  # all of them have this, and most copy has not


def tokens(copy: Copy) -> Iterator[Finding]:
    """Tokens that may not be used, and fallbacks that are missing or not the agreed ones."""
    for name, text in copy.fields.items():
        if "{{" not in text:
            continue
        for match in _NO_FALLBACK.finditer(text):
            yield copy.finding("token.fallback", name, *match.span(), wanted=_wanted(copy, match[1]))
        for found in find(text):
            token = found.token
            if token.name not in copy.tokens:
                allowed = ", ".join(sorted(copy.tokens)) or "-"
                yield copy.finding("token.unknown", name, found.start, found.end, name=token.name, allowed=allowed)
            elif copy.tokens[token.name] not in ("", token.fallback):
                wanted = _wanted(copy, token.name)
                yield copy.finding("token.fallback", name, found.start, found.end, "warn", wanted=wanted)


def malformed(copy: Copy) -> Iterator[Finding]:
    """Merge syntax of other systems, half-open braces and placeholders that nobody filled in."""
    for name, text in copy.fields.items():
        for start, end in strays(text):
            yield copy.finding("token.malformed", name, start, end, wanted=_wanted(copy))


def strays(text: str) -> list[tuple[int, int]]:
    """Where something stands that only looks like a token."""
    if not any([sign in text for sign in _SIGNS]) or not _SUSPECT.search(text):  # noqa: C419
        return []
    rest = text
    for start, end in [found[1:] for found in find(text)] + [match.span() for match in _NO_FALLBACK.finditer(text)]:
        # Line ends keep every place as it is, and no pattern crosses them.
        rest = rest[:start] + "\n" * (end - start) + rest[end:]
    return [match.span() for match in _STRAY.finditer(rest)] if _SUSPECT.search(rest) else []


def _wanted(copy: Copy, name: str = "") -> str:
    if not copy.tokens:
        return "{{ ... | ... }}"
    known = name if name in copy.tokens else next(iter(copy.tokens))
    return str(Token(known, copy.tokens[known] or "..."))
