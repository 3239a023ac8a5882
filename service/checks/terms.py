"""The workspace's own words: those it never uses, and those that every piece of copy holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.words import fold

_PLURAL = "(?:e?s)?"


def banned(copy: Copy) -> Iterator[Finding]:
    """Words that may not be used, in whatever case, with accents or without, in the singular or the plural."""
    if not copy.terms.banned:
        return
    pattern = _any(copy.terms.banned)
    for name, text in copy.texts.items():
        for match in pattern.finditer(text.folded):
            yield copy.finding("terms.banned", name, *match.span())


def required(copy: Copy) -> Iterator[Finding]:
    """Words that have to stand in some field, reported on the one that holds most text."""
    fields = [name for name, text in copy.fields.items() if text]
    for term in copy.terms.required if fields else ():
        if not any(_any((term,)).search(text.folded) for text in copy.texts.values()):
            longest = max(fields, key=lambda name: len(copy.fields[name]))
            yield copy.finding("terms.required", longest, term=term)


@lru_cache(maxsize=256)
def _any(terms: tuple[str, ...]) -> re.Pattern[str]:
    spelled = (r"\s+".join(re.escape(word) + _PLURAL for word in fold(term).split()) for term in terms)
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(spelled, key=len, reverse=True))})(?!\w)")
