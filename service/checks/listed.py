"""How many things a text names one by one: `chocolate, uva, cebola, alho e café` are five."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_MEMBER = r"[^\W\d_][\w'-]*(?: [\w'-]+){0,3}"
_LIST = re.compile(rf"{_MEMBER}(?:, {_MEMBER})+,? (?:e|y|and|ou|o|or|&|mais|plus|mas) {_MEMBER}")

Place = tuple[int, int]


def listed(folded: str) -> Iterator[tuple[int, Place]]:
    """Each list of three things or more in a folded text: how many, and where they stand."""
    for match in _LIST.finditer(folded) if ", " in folded else ():
        commas = match[0].count(", ")
        last = match[0].rfind(", ")
        joined = re.match(r", (?:e|y|and|ou|o|or|&|mais|plus|mas) ", match[0][last:]) is not None  # "a, b, and c"
        yield commas + 2 - joined, match.span()


def listed_after(folded: str, noun: str) -> tuple[tuple[int, Place], ...]:
    """The things that are named right after what they are: `tamanhos P, M, G e GG`."""
    at = folded.find(noun)
    match = _LIST.match(folded, at) if at >= 0 else None
    return tuple((count, match.span()) for count, _ in listed(match[0])) if match else ()


@lru_cache(maxsize=2_048)
def listed_in(folded: str) -> tuple[tuple[int, Place], ...]:
    """The same of a text of content, remembered."""
    return tuple(listed(folded))
