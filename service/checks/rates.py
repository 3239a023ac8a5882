"""What percentages follow from: a discount from two prices of one offer, a share, a change, a rate by the month."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations, pairwise, product

from service.checks.arithmetic import MOST_ADDED, agree, cents
from service.checks.copy import support, wording_of
from service.checks.following import Following
from service.checks.models import Support
from service.checks.numbers import Amount, Percent
from service.checks.prices import Prices, is_endless
from service.checks.reckoning import changes
from service.checks.said import Said
from service.checks.stated import Stated, told
from service.checks.tariffs import among
from service.checks.telling import (
    around,
    is_before_and_after,
    is_change,
    is_compared,
    is_discount,
    is_for_a_time,
    is_of_something,
    is_share_of_it,
    tells_the_others,
)

_MOST_TOLD = 24  # amounts of a field


class Rates:
    """The percentages that some evidence states, and those that follow."""

    def __init__(self, said: Said, prices: Prices, following: Following) -> None:
        self._said = said
        self._prices = prices
        self._following = following

    def percent(self, phrases: Stated, one: Percent) -> list[Support]:
        """Where the percentage is stated, as a discount if copy tells it as one, or what it comes of."""
        text, off = phrases.reading.text, is_discount(phrases.reading.text, one)
        for value in (one.value, one.value.quantize(Decimal(1))) if is_endless(one.value) else (one.value,):
            known = self._prices.percents.get(value, ())
            if stated := [each for each in known if value in (each.discounts if off else each.percents)]:
                return [each.percent(value) for each in stated]
        if others := self._others(phrases, one):
            return others
        found: list[Support] = []
        if off or not is_of_something(text, one):
            found = self._discount(one.value) or (self._cheaper(one.value) if off else [])
            found = found or (self._of_two_told(phrases, one, rest=True) if off else [])
        elif is_share_of_it(text, one):
            found = self._part_of_price(one.value) or self._of_two_told(phrases, one, rest=False)
        if not found and is_for_a_time(text, one):
            found = self._spread(one.value)
        return found or (self._change(one.value) if is_change(text, one) else [])

    def _others(self, phrases: Stated, one: Percent) -> list[Support]:
        """What tells how many there are but `the other 20%`."""
        if not tells_the_others(phrases.reading.text, one):
            return []
        return [each.percent(100 - one.value, derived=True) for each in self._prices.percents.get(100 - one.value, ())]

    def _discount(self, percent: Decimal) -> list[Support]:
        """The two prices of an offer of which one is so much less, exactly or to the whole percent; or what several
        cost one by one and together, where copy tells how many."""
        for one in self._prices.each:
            if any(percent * 2 == off for off in one.discounts) and one.wording.second:
                return [one.percent(percent * 2, derived=True)]  # half of the second is a quarter of two
            for old, new in one.pairs:
                if percent in _percents(old[0] - new[0], old[0]):
                    return [one.sum(new, derived=True), one.sum(old, derived=True)]
            for (each, _), (all_, _), count in product(one.sums[:MOST_ADDED], one.sums[:MOST_ADDED], self._said.counts):
                if each < all_ < each * count and percent * each * count == (each * count - all_) * 100:
                    return [one.sum(sum_, derived=True) for sum_ in one.sums[:2]]
        return self._told(percent)

    def _cheaper(self, percent: Decimal) -> list[Support]:
        """Two prices of a source of which one is so much less than the other comes to in its time, or than several
        others together: a year at once, or a set."""
        for one in self._prices.each:
            sums = {value: sum_ for sum_ in one.sums[:MOST_ADDED] if (value := sum_[0])}
            whole = {Fraction(value) * factor: value for value in sums for factor in among(wording_of(one.source))}
            for number in (2, 3):
                whole |= {Fraction(sum(some)): some[0] for some in combinations(sums, number)}
            for (before, base), now in product(whole.items(), sums):
                if base != now < before and percent in _percents(before - now, before):
                    return [one.sum(sums[now], derived=True), one.sum(sums[base], derived=True)]
        return []

    def _told(self, percent: Decimal) -> list[Support]:
        """What states two prices of which copy says that one is paid instead of the other."""
        for phrases in self._said.phrases:
            for first, second in pairwise(phrases.amounts):
                old, new = (first, second) if first.value > second.value else (second, first)
                if not is_before_and_after(phrases.reading.text, old, new):
                    continue
                stating = [self._prices.stating(cents(each.value), each.currency) for each in (new, old)]
                if all(stating) and percent in _percents(cents(old.value) - cents(new.value), cents(old.value)):
                    return [by.model_copy(update={"derived": True}) for found in stating for by in found[:1]]
        return []

    def _of_two_told(self, phrases: Stated, percent: Percent, *, rest: bool) -> list[Support]:
        """What supports an amount beside the percentage and another of copy, of which the first is such a part or the
        `rest`. Two prices that evidence states may be of two things, and so must be compared in words."""
        text = phrases.reading.text
        start, end = around(text, percent, before=True)
        compared = not rest or is_compared(text, percent)
        for less, said, more in self._pairs(phrases, start, end):
            part = cents(more.value) - cents(less.value) if rest else cents(less.value)
            if percent.value in _percents(part, cents(more.value)):
                found = self._following.amount(phrases, less)[:1], self._following.amount(said, more)[:1]
                if all(found) and (compared or any(by.derived for (by,) in found)):
                    return [by.model_copy(update={"derived": True}) for (by,) in found]
        return []

    def _pairs(self, phrases: Stated, start: int, end: int) -> Iterator[tuple[Amount, Stated, Amount]]:
        """Amounts that stand there, each with any higher one and what tells it."""
        near = [one for one in phrases.amounts if start <= one.start < end]
        for less, said in product(near if len(near) <= MOST_ADDED else (), self._said.phrases):
            if len(said.amounts) <= _MOST_TOLD:
                yield from (
                    (less, said, more)
                    for more in said.amounts
                    if more.value > less.value and agree(more.currency, less.currency)
                )

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


def _percents(part: Fraction | int, whole: Fraction | int) -> Iterator[Decimal]:
    """How many percent a part is of the whole: exactly, to the nearest and down."""
    if whole:
        share = Fraction(part * 100) / whole
        exact = Decimal(share.numerator) / share.denominator
        yield exact
        yield exact.quantize(Decimal(1), ROUND_HALF_UP)
        yield exact.quantize(Decimal(1), ROUND_DOWN)
