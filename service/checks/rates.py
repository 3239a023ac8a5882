"""What percentages follow from: a discount from two prices of one offer, a share, a change, a rate by the month."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import product

from service.checks.arithmetic import MOST_ADDED
from service.checks.copy import support, wording_of
from service.checks.models import Support
from service.checks.numbers import Percent
from service.checks.prices import Prices
from service.checks.reckoning import changes
from service.checks.said import Said
from service.checks.stated import Stated, told
from service.checks.telling import is_change, is_discount, is_for_a_time, is_of_something, is_share_of_it


class Rates:
    """The percentages that some evidence states, and those that follow."""

    def __init__(self, said: Said, prices: Prices) -> None:
        self._said = said
        self._prices = prices

    def percent(self, phrases: Stated, one: Percent) -> list[Support]:
        """Where the percentage is stated, as a discount if copy tells it as one, or what it comes of."""
        text, off = phrases.reading.text, is_discount(phrases.reading.text, one)
        known = self._prices.percents.get(one.value, ())
        stated = [each for each in known if one.value in (each.discounts if off else each.percents)]
        if stated:
            return [each.percent(one.value) for each in stated]
        found: list[Support] = []
        if off or not is_of_something(text, one):
            found = self._discount(one.value)
        elif is_share_of_it(text, one):
            found = self._part_of_price(one.value)
        if not found and is_for_a_time(text, one):
            found = self._spread(one.value)
        return found or (self._change(one.value) if is_change(text, one) else [])

    def _discount(self, percent: Decimal) -> list[Support]:
        """The two prices of an offer of which one is so much less, exactly or to the whole percent; or what several
        cost one by one and together, where copy tells how many."""
        for one in self._prices.each:
            for old, new in one.pairs:
                if percent in _percents(old[0] - new[0], old[0]):
                    return [one.sum(new, derived=True), one.sum(old, derived=True)]
            for (each, _), (all_, _), count in product(one.sums[:MOST_ADDED], one.sums[:MOST_ADDED], self._said.counts):
                if each < all_ < each * count and percent * each * count == (each * count - all_) * 100:
                    return [one.sum(sum_, derived=True) for sum_ in one.sums[:2]]
        return []

    def _part_of_price(self, percent: Decimal) -> list[Support]:
        for one in self._prices.each:
            for whole, part in product(one.sums, repeat=2):
                if 0 < part[0] < whole[0] and percent in _percents(part[0], whole[0]):
                    return [one.sum(part, derived=True), one.sum(whole, derived=True)]
        return []

    def _spread(self, percent: Decimal) -> list[Support]:
        """What tells a percentage that is spread over so many months."""
        for one in self._prices.each:
            for whole in one.percents:
                if any(percent == (whole / count).quantize(Decimal("0.1")) for count in self._said.counts | one.counts):
                    return [one.percent(whole, derived=True)]
        return []

    def _change(self, percent: Decimal) -> list[Support]:
        for one in self._prices.each:
            for value, place in changes(told(wording_of(one.source), self._said.locale)):
                if value == percent:
                    return [support(one.source, *place, derived=True)]
        return []


def _percents(part: int, whole: int) -> Iterator[Decimal]:
    """How many percent a part is of the whole: exactly, to the nearest and down."""
    if whole:
        exact = Decimal(part * 100) / whole
        yield exact
        yield exact.quantize(Decimal(1), ROUND_HALF_UP)
        yield exact.quantize(Decimal(1), ROUND_DOWN)
