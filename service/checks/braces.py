"""Tokens in a field, and what only looks like one: read once for the checks that must tell them from words."""

from __future__ import annotations

import re
from typing import NamedTuple

from service.generation.tokens import Found, find

NO_FALLBACK = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\|?\s*\}\}")
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
_SIGNS = frozenset("{}[|<%")
_ODD = frozenset("[<%*")
_SUSPECT = re.compile(r"[{}\[|<]|%[%A-Z]|XX")  # all of them have this, and most copy has not


class Braces(NamedTuple):
    """The well-formed tokens of a text, and where something stands that only looks like one."""

    tokens: tuple[Found, ...]
    strays: tuple[tuple[int, int], ...]


_NONE = Braces((), ())


def braces(text: str, signs: frozenset[str]) -> Braces:
    """The tokens of a text that has those signs, and what looks like some."""
    if (_SIGNS.isdisjoint(signs) and "XX" not in text) or not _SUSPECT.search(text):
        return _NONE
    tokens, rest = tuple(find(text)), text
    if signs.isdisjoint(_ODD) and "XX" not in text and text.count("{") == text.count("}") == 2 * len(tokens):
        return Braces(tokens, ())  # as nearly always
    for start, end in [found[1:] for found in tokens] + [match.span() for match in NO_FALLBACK.finditer(text)]:
        # Line ends keep every place as it is, and no pattern crosses them.
        rest = rest[:start] + "\n" * (end - start) + rest[end:]
    strays = [match.span() for match in _STRAY.finditer(rest)] if _SUSPECT.search(rest) else []
    return Braces(tokens, tuple(strays))
