"""What is only called so: names that sound like a boast or a promise, as evidence writes them with their capitals."""

from __future__ import annotations

import re

from service.checks.copy import Copy
from service.checks.phrases import known_text

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL = 3  # letters: "to", "the" and "of" stay small in names


def is_called(copy: Copy, field: str, start: int, end: int) -> bool:
    """Whether what stands there is a name, or no more than the end of one: `Second to None`, a balm."""
    raw = copy.fields[field]
    said = list(_WORD.finditer(raw, start, end))
    capital = [match for match in said if _is_capital(match[0])]
    if not capital or raw.isupper() or (len(capital) < 2 and any(len(one[0]) > _SMALL for one in said[:-1])):
        return False
    if len(capital) < 2 and said[-1] is not capital[0]:
        return False
    first, last = capital[0].start(), capital[-1].end()
    if not _is_title(raw[first:last]):
        return False
    name = copy.texts[field].folded[first:last]
    return any(_has(wording, name) for wording in copy.wordings)


def _has(wording: str, name: str) -> bool:
    """Whether it stands there with its capitals."""
    text, at = known_text(wording).folded, -1
    while (at := text.find(name, at + 1)) >= 0:
        if _is_title(wording[at : at + len(name)]):
            return True
    return False


def _is_title(raw: str) -> bool:
    words = _WORD.findall(raw)
    return all(_is_capital(word) for word in (words[0], words[-1], *(one for one in words if len(one) > _SMALL)))


def _is_capital(word: str) -> bool:
    return word[0].isupper()
