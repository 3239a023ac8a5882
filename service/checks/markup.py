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
_SIGNS = "<[*`#&"


def markup(copy: Copy) -> Iterator[Finding]:
    """Tags, comments, script addresses, entities, and Markdown links, headings and emphasis."""
    for name, text in copy.fields.items():
        suspect = any([sign in text for sign in _SIGNS]) or "javascript:" in text.lower()  # noqa: C419
        for match in _MARKUP.finditer(text) if suspect else ():
            yield copy.finding("injection.markup", name, *match.span())
