r"""Handlebars, as Iterable and SendGrid have it.

Implementations differ in what a backslash before braces means, so braces are printed by a literal that all of them
know: `{{#with "{{"}}{{{this}}}{{/with}}`. A text in which a backslash would come to stand before a tag is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from service.delivery.platforms.base import Merge, reference
from service.errors import Invalid

SPECIAL = re.compile(r"\{(?=\{|\Z)|(?<=\{)\{|\A\}|\\(?=\\*(?:\{|\Z))")

_RUN = re.compile(r"(\{\{+|\{\Z|\A(?=\}))(\}?)")
_SLASHED = re.compile(r"\\(?=\{\{|\{?\Z)")


def handlebars_plain(text: str) -> str:
    """A text as any Handlebars prints it unchanged."""
    if _SLASHED.search(text):
        detail = "Handlebars would take the backslash before a tag for a sign of its own."
        raise Invalid(detail, code="platform.delimiters")
    return _RUN.sub(_printed, text)


def _printed(found: re.Match[str]) -> str:
    """Braces as a literal; a comment keeps the end of a tag and a brace behind it from being read as one thing."""
    literal = f'{{{{#with "{found[1]}"}}}}{{{{{{this}}}}}}{{{{/with}}}}' if found[1] else ""
    return literal + ("{{!}}}" if found[2] else "")


def handlebars_merge(attributes: Mapping[str, str]) -> Merge:
    """Tags with those names for attributes; any other has its own."""

    def merge(name: str, fallback: str, *, markup: bool) -> str:
        attribute = attributes.get(name, name)
        value = f"{{{{{attribute}}}}}" if markup else f"{{{{{{{attribute}}}}}}}"
        said = SPECIAL.sub(reference, escape(fallback)) if markup else handlebars_plain(fallback)
        return f"{{{{#if {attribute}}}}}{value}{{{{else}}}}{said}{{{{/if}}}}"

    return merge
