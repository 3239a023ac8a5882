"""What more costs than is in a price: each day after the third, each transfer over thirty, so much a minute on top."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import product

from service.checks.arithmetic import agree
from service.checks.copy import wording_of
from service.checks.models import Support
from service.checks.phrases import known_text
from service.checks.prices import Prices

_MOST = 6  # prices of one source
_MORE = re.compile(
    r"\b(?:extras?|adiciona(?:l|is|les)|additional|further|thereafter|afterwards|then|after (?:that|the)|beyond|over"
    r"|excedentes?|exceda\w*|a partir d[aeo]l?|from the|acima d[aeo]|alem d[aeo]|depois|despues|luego|a mais|de mas"
    r"|plus|mais|mas)\b"
)


def beyond(prices: Prices, counts: Collection[int], target: int, wanted: str | None) -> list[Support]:
    """What makes it of one price and so many times another, or of the other alone where the first ones cost nothing;
    `counts` are how many copy tells of."""
    for one in prices.each if counts else ():
        if not _MORE.search(known_text(wording_of(one.source)).folded):
            continue
        sums = [sum_ for sum_ in one.sums if sum_[0] and agree(sum_[1], wanted)][:_MOST]
        within = (0, *one.counts)
        for each, count, free in product(sums, counts, within):
            rest = target - each[0] * (count - free)
            if count > free and ((rest == 0 and free) or any(rest == base[0] for base in sums if base != each)):
                return [one.sum(each, derived=True)]
    return []
