"""Amounts worked out step by step: from prices of evidence, by the numbers that their own sentence names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, permutations, product
from operator import itemgetter
from typing import NamedTuple

from service.checks.arithmetic import Sum, agree
from service.checks.asked import CENT, Task
from service.checks.copy import wording_of
from service.checks.counts import by_the
from service.checks.items import Item, items_of, shared
from service.checks.models import Support
from service.checks.numbers import Amount
from service.checks.prices import Priced, Prices
from service.checks.reckoning import ratios, same_things
from service.checks.stated import Stated, told
from service.checks.tariffs import among, factors, within
from service.checks.telling import Telling
from service.checks.units import stem
from service.types import Locale

_MOST = 8  # prices of one source, and things, that are reckoned with
_SAME = 2  # stems that evidence on the same thing has in common
_MOST_ADDED = 3  # different things
_MOST_SEARCHED = 24  # amounts of one piece of copy for which nothing simpler is found
_MOST_VALUES = 240
_SAME_RATE = 0.01  # a third is told as 33% as well

_LASTING = frozenset(("time", "months", "nights"))


class _Pool(NamedTuple):
    """Values in cents, in their order, that come of the prices of one piece of evidence, or sums of copy that are
    supported; which price each comes of, and by what only these may be multiplied."""

    values: Sequence[float]
    sums: Sequence[Sum]
    source: Priced | None
    factors: Sequence[float]


_Found = tuple[Priced | None, Sum]


class Working:
    """What can be made of the prices of some evidence in two or three steps. Everything is looked for backwards, from
    the amount, among values in their order: what could be made forwards is far too much."""

    def __init__(self, prices: Prices, locale: Locale) -> None:
        self._prices = prices
        self._locale = locale
        self._searched = 0

    def find(self, said: Stated, amount: Amount, how: Telling, held: Mapping[int, Support]) -> list[Support]:
        """What the amount is worked out from; `held` are the other sums of copy that are supported."""
        self._searched += 1
        if self._searched > _MOST_SEARCHED or not amount.value:
            return []
        task = Task(said, amount, how)
        pools = [*self._pools(task, amount.currency), _pool(self._of_held(task, held), None, ())]
        found = _scaled(task, pools)
        if not found and not task.parts:
            found = _told_together(task, held) or self._together(task)
        if not found and (task.parts or task.apart or task.notes or task.deposit):
            found = self._apart(task, pools)
        if not found and task.note:
            found = self._paid_with(task, pools)
        if not found:
            return []
        source, sum_ = found
        return [source.sum(sum_, derived=True) if source else held[sum_[0]].model_copy(update={"derived": True})]

    def _pools(self, task: Task, wanted: str | None) -> Iterator[_Pool]:
        """Prices, and what is left of them after discounts and rebates, or is made of them by a percentage."""
        room = _MOST_VALUES
        for one in self._prices.each:
            values: list[tuple[float, Sum]] = []
            rates = [float(rate) / 100 for rate in one.rates(task.percents) | self._rates(task, one)]
            for sum_ in one.sums[:_MOST] if room > 0 else ():
                value = sum_[0]
                if value and agree(sum_[1], wanted):
                    made: set[float] = {value, *one.reduced(value)}
                    for rate in rates:
                        made |= {value * rate, value - value * rate}
                    for rate, other in permutations(rates[:_MOST], 2):
                        if abs(rate - other) > _SAME_RATE:  # a coupon takes its part of what a discount has left
                            left = value - value * rate
                            made |= {left * other, left - left * other}
                    made.update(value + value * rate for rate in rates if task.dearer)
                    values += [(each, sum_) for each in made]
            room -= len(values)
            if values:
                yield _pool(values, one, self._own_factors(task, one))

    def _of_held(self, task: Task, held: Mapping[int, Support]) -> Iterator[tuple[float, Sum]]:
        """The other sums of copy; and of what it has worked out itself, as what two things cost, also what a percentage
        beside the amount leaves."""
        rates = [float(one) / 100 for one in task.percents if one in self._prices.percents and not task.parts]
        for value, by in held.items():
            yield value, (value, None)
            for rate in rates if by.derived else ():
                yield value * rate, (value, None)
                yield value - value * rate, (value, None)

    def _rates(self, task: Task, priced: Priced) -> set[Decimal]:
        """The percentages beside the amount that evidence on the same thing tells."""
        return {
            rate
            for rate in task.percents
            if any(shared(one.source, priced.source) >= _SAME for one in self._prices.percents.get(rate, ()))
        }

    def _own_factors(self, task: Task, source: Priced) -> list[float]:
        """By what only the prices of that evidence may be multiplied: its periods, measures and numbers of things."""
        if task.parts:
            return []
        known = told(wording_of(source.source), self._locale)
        found = [float(one) * other for one in factors(known.reading.text, task.text) for other in (1, *task.counts)]
        found += map(float, within(task.text))
        found += (one / size for size in by_the(known.reading) for one in (1, *task.counts))
        found += map(float, (*ratios(known.measured, task.measured), *same_things(known, task.counted)))
        if task.shared:
            return [*found, *(1 / one for one in source.counts)]
        numbered = {stem(one.noun) for one in task.counted}
        unnumbered = (one for one in known.counted if one.value >= 1 and stem(one.noun) in task.names - numbered)
        return [*found, *(1 / float(one.value) for one in unnumbered)]  # what one of the 40 costs

    def _together(self, task: Task) -> _Found | None:
        """Things that the sentence names, each as often as it says."""
        items = items_of(self._prices)
        named = [one for one in items if not one.names.isdisjoint(task.names)][:_MOST]
        extra = [one for one in named if not one.words.isdisjoint(task.extra)]
        sets = (
            [named] if len(named) > 1 else [[*extra, one] for one in items[: 3 * _MOST] if extra and one not in extra]
        )
        if task.several:
            sets += [
                mine for one in self._prices.each if 1 < len(mine := [of for of in items if of.source is one]) <= 4
            ]
        return next((found for some in sets if (found := _added(some, task))), None)

    def _apart(self, task: Task, pools: Sequence[_Pool]) -> _Found | None:
        """By how much one is more than another, or what is left of it."""
        several = {1.0}
        if task.parts or task.apart or task.notes:
            texts = [wording_of(one.source) for one in self._prices.each]
            if task.less_each:
                several.update(1 / one for one in task.counts)
            several.update(task.counts, *(map(float, (*factors(one, task.text), *among(one))) for one in texts))
        others = sorted({float(sum_[0]) for pool in pools for sum_ in pool.sums}.union(task.notes))
        times_ = {float(one.value) for one in task.measured if one.dimension in _LASTING and one.value > 1}
        longer = (
            task.factors if task.parts else times_ | (several - {*task.counts}) | {1.0}
        )  # less each month and a year
        ranges = [(each, task.low / each, task.high / each) for each in longer]
        for pool, factor, (each, low, high) in product(pools, several, ranges):
            if not task.parts and 1.0 not in (factor, each):
                continue
            for value, sum_ in zip(pool.values, pool.sums, strict=True):
                whole = value * factor
                if _stands(others, whole - high, whole - low) >= 0 or _stands(others, whole + low, whole + high) >= 0:
                    return pool.source, sum_
        return None

    def _paid_with(self, task: Task, pools: Sequence[_Pool]) -> _Found | None:
        """A note, where the change is right that copy tells, or none is told."""
        change_ = task.others - self._prices.sums.keys()
        for pool, count in product(pools, (1, *task.counts)):
            for value, sum_ in zip(pool.values, pool.sums, strict=True):
                rest = task.note - value * count
                if rest > 0 and (rest in change_ or not change_):
                    return pool.source, sum_
        return None


def _pool(values: Iterable[tuple[float, Sum]], source: Priced | None, factors_: Sequence[float]) -> _Pool:
    ordered = sorted(values, key=itemgetter(0))
    return _Pool([value for value, _ in ordered], [sum_ for _, sum_ in ordered], source, factors_)


def _stands(values: Sequence[float], low: float, high: float) -> int:
    """Where the first of those values stands that is neither lower nor higher, or -1."""
    at = bisect_left(values, low)
    return at if at < len(values) and values[at] <= high else -1


def _scaled(task: Task, pools: Sequence[_Pool]) -> _Found | None:
    """So many times a value, or such a part of it."""
    for pool in pools:
        for factor in filter(None, (*task.factors, *pool.factors)):
            # What simply costs so much makes nothing of "over", which tells a limit as often as not.
            low, high = (task.target - CENT, task.target + CENT) if task.wide and factor == 1 else (task.low, task.high)
            at = _stands(pool.values, low / factor, high / factor)
            if at >= 0:
                return pool.source, pool.sums[at]
    return None


def _told_together(task: Task, held: Mapping[int, Support]) -> _Found | None:
    """Several sums that copy tells."""
    for number in range(2, _MOST_ADDED + 1):
        for some in combinations([*held][:_MOST], number):
            if task.low <= sum(some) <= task.high and (task.total or not task.beside.isdisjoint(some)):
                return None, (some[0], None)
    return None


def _added(items: Sequence[Item], task: Task) -> _Found | None:
    """Two or three of those things, each some times."""
    counts = (1, *task.counts)[:5]
    each = sorted((one.sum[0] * count, place) for place, one in enumerate(items) for count in counts)
    values = [value for value, _ in each]
    for (first, one), (second, other) in combinations(each, 2):
        if one == other or first + second > task.high:
            continue
        low, high = task.low - first - second, task.high - first - second
        at = bisect_left(values, low)
        while low > 0 and at < len(values) and values[at] <= high and each[at][1] in (one, other):
            at += 1
        if low <= 0 or (at < len(values) and values[at] <= high):
            return items[one].source, items[one].sum
    return None
