"""Stock phrases by which filters, and people, know spam."""

from __future__ import annotations

from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.phrases import known_text
from service.checks.wordings import wordings

_STOCK = wordings("spam", "stock")


def spam(copy: Copy) -> Iterator[Finding]:
    """Every stock phrase that evidence does not have in the same words."""
    for name, text in copy.worded.items():
        for match in _STOCK.find(text, copy.locale):
            if any(match[0] in known_text(wording).folded for wording in copy.wordings):
                continue
            yield copy.finding("style.spam", name, *match.span(), "warn")
