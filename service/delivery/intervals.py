"""How sure a rate is, and the difference of two: intervals that hold for small numbers too. Pure.

A rate has Wilson's interval (1927), the difference of two that of Newcombe, made from both of theirs (1998, method 10).
Neither ever leaves what can be, and both stay honest at no clicks at all, of which the usual plus or minus is sure.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
POWER = 0.8


class Interval(NamedTuple):
    """What was seen, and between what the truth lies with the confidence that was asked for."""

    value: float
    low: float
    high: float


def z_of(comparisons: int = 1) -> float:
    """How many standard errors an interval takes, so that so many of them are right together in 95 of 100 cases
    (Bonferroni): 1.96 for one."""
    return NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * max(comparisons, 1)))


def wilson(count: int, of: int, z: float) -> Interval | None:
    """The rate of `count` among `of`, which is at least as many; None where there are none."""
    if of <= 0:
        return None
    rate, square = count / of, z * z
    middle = (rate + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    return Interval(rate, max(0.0, middle - half) if count else 0.0, min(1.0, middle + half) if count < of else 1.0)


def difference(one: Interval, other: Interval) -> Interval:
    """How much more the one rate is than the other, from their Wilson intervals."""
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    return Interval(value, low, high)


def needed(rate: float, apart: float, z: float) -> int:
    """How many each of two sides needs, so that a difference of `apart` from that rate is told in 80 of 100 cases."""
    other = min(rate + apart, 1.0)
    spread = rate * (1 - rate) + other * (1 - other)
    return math.ceil((z + NormalDist().inv_cdf(POWER)) ** 2 * spread / apart**2)
