"""What each price of evidence is the price of."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from service.checks.arithmetic import Sum
from service.checks.copy import Source, wording_of
from service.checks.phrases import known_text
from service.checks.prices import Priced, Prices
from service.checks.units import stem
from service.checks.words import words_of, wordset

_STOP = re.compile(r"[.;\n](?=\s|\Z)|\n")
_SHORT = 3
_LIMIT = re.compile(
    r"\b(?:a partir de|acima de|mais de|mas de|desde|over|above|from|minim\w+|at least|superior(?:es)? a|up to|ate"
    r"|hasta)"
    r"(?: [^\W\d]+){0,2} ?\Z"
)
_SPENT = re.compile(r"\b(?:compras?|pedidos?|orders?|purchases?|spend\w*|gast\w+|baskets?|carrinhos?|carritos?)\b")
_FAR = 40
_NO_NAMES = wordset(
    "por para com sem que uma uns dos das the for and with from per each cada del los las con una por sin mas mais more"
    " reais real pesos euros euro pounds dollars custa custam cuesta cuestan costs cost price preco precio only apenas"
    " solo pelo pela seu sua your mes ano dia month year week semana day you get"
)


class Item(NamedTuple):
    """A price and the words by which it is known from all others; `words` are all those beside it."""

    names: frozenset[str]
    words: frozenset[str]
    source: Priced
    sum: Sum


@lru_cache(maxsize=64)
def items_of(prices: Prices) -> list[Item]:
    """Every price of some evidence that is not what something cost before."""
    found: list[tuple[frozenset[str], Priced, Sum]] = []
    for one in prices.each:
        old = {before for before, _ in one.pairs}
        once = {each[0]: each for each in reversed(one.sums) if each not in old and each[0]}
        sums = [sum_ for sum_ in once.values() if not _is_limit(one, sum_)]
        found += [(_label(one, each, alone=len(sums) == 1), one, each) for each in sums]
    seen: Counter[str] = Counter()
    for values in {(sum_[0], words) for words, _, sum_ in found}:
        seen.update(values[1])
    return [
        Item(frozenset(one for one in words if seen[one] == 1), words, source, sum_) for words, source, sum_ in found
    ]


def _place(one: Priced, sum_: Sum) -> tuple[int, int] | None:
    return next((place for (value, _), place in one.wording.sums.items() if value == sum_[0]), None)


def _is_limit(one: Priced, sum_: Sum) -> bool:
    """Whether it is no price, but what one has to spend for something."""
    place = _place(one, sum_)
    text = known_text(wording_of(one.source)).folded
    if place is None or not _LIMIT.search(text, max(0, place[0] - _FAR), place[0]):
        return False
    return _SPENT.search(text, max(0, place[0] - _FAR), place[1] + _FAR) is not None


def _label(one: Priced, sum_: Sum, *, alone: bool) -> frozenset[str]:
    text = known_text(wording_of(one.source)).folded
    places = sorted(one.wording.sums.values())
    place = _place(one, sum_)
    if alone or place is None:
        return names_in(text)
    cuts = sorted({0, *(match.end() for match in _STOP.finditer(text)), *(end for _, end in places)})
    stops = sorted({*(match.start() for match in _STOP.finditer(text)), *(start for start, _ in places), len(text)})
    begin = max(cut for cut in cuts if cut <= place[0])
    sentence = max([0, *(match.end() for match in _STOP.finditer(text, 0, place[0]))])
    first = next((start for start, _ in places if start >= sentence), place[0])
    if names_in(text[sentence:first]):
        return names_in(text[begin : place[0]])
    return names_in(text[place[1] : min(stop for stop in stops if stop >= place[1])])


def names_in(folded: str) -> frozenset[str]:
    """The stems of the words of a folded text by which things may be called."""
    return frozenset(
        stem(one) for one in words_of(folded) if len(one) >= _SHORT and one not in _NO_NAMES and not one[0].isdigit()
    )


def shared(first: Source, second: Source) -> int:
    """How many names of some length the wordings share, as that of a shop and what it sells."""
    mine, theirs = (known_text(wording_of(one)).stems for one in (first, second))
    return len(mine & theirs)
