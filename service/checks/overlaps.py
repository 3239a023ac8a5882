"""Findings that another one says already: the name inside a sentence that is in the wrong language as a whole."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate

from service.checks.copy import Copy
from service.checks.models import Finding

_TO_FILL = re.compile(r"\[(?:insert|inserir|insira|insertar|inserte|add|your|seu|sua|tu) ", re.IGNORECASE)
_WITHIN: Mapping[str, tuple[str, ...]] = {
    "claim.entity": (
        "style.language", "token.malformed", "privacy.pii", "privacy.forbidden", "privacy.select_only",
        "injection.echo", "claim.superlative", "claim.scope",
    ),
    "claim.date": ("claim.guarantee", "claim.scarcity", "privacy.forbidden", "privacy.select_only"),
    "claim.quantity": ("claim.guarantee", "privacy.forbidden", "privacy.select_only"),
    "claim.price": ("privacy.forbidden", "privacy.select_only"),
    "injection.echo": ("token.malformed",),
}  # fmt: skip
"""Codes, and those of the findings round them that make them idle. Whatever it is, the copy stays blocked."""


class _Places:
    """Where findings of one code stand in one field: hostile text has thousands, and each is asked about once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._sorted = sorted(findings, key=lambda one: one.start)
        self._starts = [one.start for one in self._sorted]
        self._reach = list(accumulate((one.end for one in self._sorted), max))

    def hold(self, one: Finding) -> bool:
        """Whether one of them reaches from before it to behind it."""
        before = bisect_right(self._starts, one.start)
        return before > 0 and self._reach[before - 1] >= one.end

    def first_from(self, start: int) -> Finding | None:
        """The first that begins there or later."""
        place = bisect_left(self._starts, start)
        return self._sorted[place] if place < len(self._sorted) else None


def apart(copy: Copy, findings: Sequence[Finding]) -> list[Finding]:
    """The findings but for those that stand inside another one of such a code."""
    if not any(one.code in _WITHIN for one in findings):
        return list(findings)
    found: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        found[one.field, one.code].append(one)
    places = {where: _Places(there) for where, there in found.items()}
    return [one for one in findings if not _said(copy, one, places)]


def _said(copy: Copy, one: Finding, places: Mapping[tuple[str, str], _Places]) -> bool:
    around = (there for code in _WITHIN.get(one.code, ()) if (there := places.get((one.field, code))) is not None)
    if one.code == "injection.echo":
        return any(_only_to_fill(copy.fields.get(one.field, ""), one, there) for there in around)
    return any(there.hold(one) for there in around)


def _only_to_fill(text: str, one: Finding, there: _Places) -> bool:
    """Whether nothing but what somebody was to put in stands in it, and no model's talk; it goes to the end of its
    sentence."""
    other = there.first_from(one.start)
    if other is None or _TO_FILL.match(other.quote) is None:
        return False
    rest = text[one.start : other.start] + text[other.end : one.end]
    return not any(character.isalnum() for character in rest)
