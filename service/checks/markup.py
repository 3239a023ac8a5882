"""Fields are plain text: no tags, no script, no Markdown, and nothing that looks like what it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding
from service.hidden import HIDDEN

_MARKUP = re.compile(
    r"<!--.*?(?:-->|$)"
    r"|(?<!<)<(?P<tag>[a-zA-Z][a-zA-Z0-9-]*)\b[^<>]*>(?:[^<>]*</(?P=tag)\s*>)?"
    r"|(?<!<)</?[a-zA-Z][^<>\n]*(?:>|$)"
    r"|!?\[[^\]\n]{0,200}\]\([^)\s]*\)"
    r"|\*\*[^*\n]+\*\*|```|^#{1,6}\s"
    r"|\bjavascript:\S*|&(?:lt|gt|amp|nbsp|quot|#\d+|#x[0-9a-f]+);",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_LATIN = r"[A-Za-z\u00c0-\u024f]"
_ALIKE = (  # Cyrillic, and of Greek what is not taken for a unit
    r"[\u0400-\u052f\u0391-\u039d\u039f-\u03a8\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7]"
)
_DISGUISED = re.compile(rf"{HIDDEN}|{_LATIN}+{_ALIKE}\w*|{_ALIKE}+{_LATIN}\w*")
_SIGNS = frozenset("<[*`#&")
_ALL = _SIGNS | {":"}


def markup(copy: Copy) -> Iterator[Finding]:
    """Tags, comments, script addresses, entities, and Markdown links, headings and emphasis."""
    for name, text in copy.texts.items() if not _ALL.isdisjoint(copy.signs) else ():
        if _SIGNS.isdisjoint(text.signs) and (":" not in text.signs or "javascript:" not in text.folded):
            continue
        for match in _MARKUP.finditer(copy.fields[name]):
            yield copy.finding("injection.markup", name, *match.span())


def disguised(copy: Copy) -> Iterator[Finding]:
    """Signs that nobody sees, and words with letters of another script that look the same: both slip past those who
    look for words."""
    for name, text in copy.texts.items():
        # None of those signs has a byte of its own in Latin-1 or Windows-1252, in which nearly all copy is written.
        if not text.raw and (match := _DISGUISED.search(copy.fields[name])):
            yield copy.finding("injection.markup", name, *match.span())
