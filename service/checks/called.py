"""What is only called so: names that sound like a boast or a promise, as evidence writes them with their capitals."""

from __future__ import annotations

import re

from service.checks.copy import Copy
from service.checks.phrases import known_text

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ARTICLES = frozenset(("o", "a", "os", "as", "the", "el", "la", "los", "las"))
_SMALL = 3  # letters: "to", "the" and "of" stay small in names


def is_called(copy: Copy, field: str, start: int, end: int) -> bool:
    """Whether what stands there is a name, or no more than the end of one: `Second to None`, a balm."""
    raw = copy.fields[field]
    said = list(_WORD.finditer(raw, start, end))
    while said and said[0][0].lower() in _ARTICLES:
        said.pop(0)
    # It is the boast that has the capitals, and not only the place that follows it.
    if not said or raw.isupper() or not all(_is_capital(one[0]) for one in said if one is said[0] or _is_long(one[0])):
        return False
    capital = [match for match in said if _is_capital(match[0])]
    first, last = capital[0].start(), capital[-1].end()
    name = copy.texts[field].folded[first:last]
    return any(_has(wording, name) for wording in copy.wordings)


def _is_long(word: str) -> bool:
    return len(word) > _SMALL


def _has(wording: str, name: str) -> bool:
    """Whether it stands there with its capitals."""
    text, at = known_text(wording).folded, -1
    while (at := text.find(name, at + 1)) >= 0:
        if _is_title(wording[at : at + len(name)]):
            return True
    return False


def _is_title(raw: str) -> bool:
    words = _WORD.findall(raw)
    return all(_is_capital(word) for word in (words[0], words[-1], *filter(_is_long, words)))


def _is_capital(word: str) -> bool:
    return word[0].isupper()
