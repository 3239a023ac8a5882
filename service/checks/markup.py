"""Fields are plain text: no tags, no script, no Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding

_MARKUP = re.compile(
    r"<!--.*?(?:-->|$)"
    r"|(?<!<)<(?P<tag>[a-zA-Z][a-zA-Z0-9-]*)\b[^<>]*>(?:[^<>]*</(?P=tag)\s*>)?"
    r"|(?<!<)</?[a-zA-Z][^<>\n]*(?:>|$)"
    r"|!?\[[^\]\n]{0,200}\]\([^)\s]*\)"
    r"|\*\*[^*\n]+\*\*|```|^#{1,6}\s"
    r"|\bjavascript:\S*|&(?:lt|gt|amp|nbsp|quot|#\d+|#x[0-9a-f]+);",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_SIGNS = frozenset("<[*`#&")
_ALL = _SIGNS | {":"}


def markup(copy: Copy) -> Iterator[Finding]:
    """Tags, comments, script addresses, entities, and Markdown links, headings and emphasis."""
    for name, text in copy.texts.items() if not _ALL.isdisjoint(copy.signs) else ():
        if _SIGNS.isdisjoint(text.signs) and (":" not in text.signs or "javascript:" not in text.folded):
            continue
        for match in _MARKUP.finditer(copy.fields[name]):
            yield copy.finding("injection.markup", name, *match.span())
