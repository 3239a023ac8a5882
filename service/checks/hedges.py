"""Words round a number that leave it open: `more than 600`, `quase 50 mil`, `unos 40`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple


class Hedge(NamedTuple):
    """Between what parts of a number the true one lies that words such as `more than` or `almost` make it tell."""

    least: Decimal
    most: Decimal

    def holds(self, told: Decimal, true: Decimal) -> bool:
        """Whether, so hedged, the one tells the other."""
        return told * self.least <= true <= told * self.most


_HEDGES = tuple(
    (Hedge(Decimal(least), Decimal(most)), re.compile(rf"(?:{words})\s?\Z"))
    for least, most, words in (
        ("1", "1.1", r"(?:just|a little|slightly|a bit) (?:over|above|more than)|pouco mais de|poco mas de"),
        ("1", "2", r"mais de|mas de|more than|over|acima de|above|upwards of|at least|pelo menos|al menos|\+"),
        ("0.8", "1", r"quase|casi|almost|nearly|close to|just (?:under|below|shy of)|(?:chega|llega)n? a"),
        ("0.5", "1", r"menos de|less than|under|abaixo de"),
        (
            "0.9",
            "1.1",
            r"cerca de|por volta de|about|around|roughly|some|uns|umas|unos|unas|approximately|alrededor de",
        ),
    )
)
_LONGEST_HEDGE = 20


def hedged(folded: str, start: int, end: int | None = None) -> Hedge | None:
    """What the words before a number in a folded text, or the sign after it, leave open."""
    before = max(0, start - _LONGEST_HEDGE)
    if end is not None and folded[end : end + 1] == "+":
        return _HEDGES[0][0]
    return next((hedge for hedge, words in _HEDGES if words.search(folded, before, start)), None)
