"""Findings that another one says already: the name inside a sentence that is in the wrong language as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from service.checks.copy import Copy
from service.checks.models import Finding

_TO_FILL = re.compile(r"\[(?:insert|inserir|insira|insertar|inserte|add|your|seu|sua|tu) ", re.IGNORECASE)
_WITHIN: Mapping[str, frozenset[str]] = {
    "claim.entity": frozenset(
        (
            "style.language",
            "token.malformed",
            "privacy.pii",
            "privacy.forbidden",
            "privacy.select_only",
            "injection.echo",
        )
    ),
    "claim.date": frozenset(("claim.guarantee", "claim.scarcity")),
    "claim.quantity": frozenset(("claim.guarantee", "privacy.forbidden", "privacy.select_only")),
    "claim.price": frozenset(("privacy.forbidden", "privacy.select_only")),
    "injection.echo": frozenset(("token.malformed",)),
}
"""Codes, and those of the findings round them that make them idle. Whatever it is, the copy stays blocked."""


def apart(copy: Copy, findings: Sequence[Finding]) -> list[Finding]:
    """The findings but for those that stand inside another one of such a code."""
    if len(findings) < 2:
        return list(findings)
    return [one for one in findings if not any(_says(copy, other, one) for other in findings)]


def _says(copy: Copy, other: Finding, one: Finding) -> bool:
    if other.code not in _WITHIN.get(one.code, ()) or other.field != one.field:
        return False
    start, end = one.start, one.end
    text = copy.fields.get(one.field, "")
    if one.code == "injection.echo":  # which goes to the end of its sentence
        rest = text[start : other.start] + text[other.end : end]
        filled = _TO_FILL.match(other.quote) is not None  # what somebody was to put in, and not a model's talk
        return filled and other.start >= start and not any(character.isalnum() for character in rest)
    return other.start <= start and end <= other.end
