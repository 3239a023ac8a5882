"""Plain arithmetic over sums of money, worked out backwards: whether what is claimed follows from what is stated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import combinations

MOST_ADDED = 8  # of them, where three are added up
MOST_COUNTED = 5_000  # things sold for one price, each at so many cents

Sum = tuple[int, str | None]
"""Cents and their currency, None where the text does not tell."""


def cents(value: Decimal) -> int:
    """An amount in the hundredth part of its currency."""
    return int(value * 100)


def agree(stated: str | None, claimed: str | None) -> bool:
    """Whether the two may be one currency."""
    return stated is None or claimed is None or stated == claimed


def adds_up(sums: Sequence[Sum], target: int, wanted: str | None) -> bool:
    """Whether it is two or three amounts of one currency together, or the difference of two."""
    for one in {wanted} if wanted else {currency for _, currency in sums}:
        values = [value for value, currency in sums if agree(currency, one)]
        there = set(values)
        for value in there:
            for other in (target - value, value - target):
                if other in there and (other != value or values.count(value) > 1):
                    return True
        if any(sum(three) == target for three in combinations(values[:MOST_ADDED], 3)):
            return True
    return False


def divides(base: int, target: int, counts: Collection[int]) -> bool:
    """Whether a sum shared among some of them is the target, to the cent, up or down."""
    lowest, highest = base // (target + 1), 2 * base // (2 * target - 1) if target > 0 else MOST_COUNTED
    near = range(max(2, lowest), min(MOST_COUNTED, highest) + 1)
    return any(count in counts and target in (base // count, (2 * base + count) // (2 * count)) for count in near)
