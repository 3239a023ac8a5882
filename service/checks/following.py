"""What follows from the prices and percentages that evidence states, as copy tells that it does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import permutations, product
from typing import NamedTuple

from service.checks.arithmetic import MOST_ADDED, Sum, adds_up, agree, cents, divides
from service.checks.copy import Source, wording_of
from service.checks.items import items_of, shared
from service.checks.models import Support
from service.checks.numbers import Amount, decimal
from service.checks.phrases import known_text
from service.checks.prices import Priced, Prices, rounded
from service.checks.said import Said
from service.checks.stated import Stated, told
from service.checks.tariffs import within
from service.checks.telling import (
    Telling,
    around,
    is_at_once,
    sentence_before,
    telling,
)
from service.checks.tiers import beyond
from service.checks.working import Working

_SAME = 2  # stems that two sources on one thing have in common
_MOST_AMOUNTS = 24
_EVERY = re.compile(
    r"\s(?:(?:de volta|de vuelta|back|off|por|de|for|of|em|en|on|a) )*(?:cada|every|each) (?:r\$|us\$|s/"
    r"|\$|€|£)? ?(\d[\d.,]*\d|\d)"
)
_WOULD = re.compile(
    r"\b(?:pagarias?|pagaria[ns]?|would (?:pay|cost|be|come to)|you'd pay|custaria|costaria|saldria"
    r"|sairia|seriam?|serian?)\b"
)
_FARTHEST_WOULD = 40
_MOST_OF_IT = re.compile(r"\b(?:tetos?|limites?|topes?|caps?|capped|ceiling|maxim[oa]s?|maximum|max|limit)\b")


class _Ways(NamedTuple):
    """By what an amount may be multiplied and divided, and of which percentages a part of it may be. `saved` is whether
    it may be the rest, `whole` whether it need not be divided, and `later` which of several costs less."""

    several: frozenset[int]
    shares: frozenset[int]
    rates: frozenset[Decimal]
    saved: bool
    whole: bool
    later: Sequence[tuple[int, Decimal]] = ()


class Following:
    """The amounts that some evidence states. What follows from them is worked out only when something is not among
    them, and backwards, from what is claimed."""

    def __init__(self, said: Said, prices: Prices) -> None:
        self._said = said
        self._prices = prices
        self._priced = prices.each
        self._later = [one for one in prices.each if one.later]
        self._holding: dict[Sum, list[Support]] = {}
        self._working = Working(prices, said.locale)

    def stated(self, amount: Amount) -> list[Support]:
        """Where the amount is stated."""
        return self._prices.stating(cents(amount.value), amount.currency)

    def most(self, amount: Amount) -> list[Support]:
        """The highest of all prices, if it is no more than that."""
        highest = max(items_of(self._prices), key=lambda one: one.sum[0], default=None)
        if highest is None or highest.sum[0] > cents(amount.value):
            return []
        return [highest.source.sum(highest.sum, derived=True)]

    def amount(self, said: Stated, amount: Amount) -> list[Support]:
        """Where the amount is stated, or what it is worked out from in the way that copy tells."""
        target, wanted = cents(amount.value), amount.currency
        if found := self.stated(amount):
            return [] if self._is_anothers(said, amount, target) else found
        told_ = telling(said, amount)
        if target in self._said.sums and self._said.sums[target].total:
            told_ = told_._replace(total=True)
        if found_ := self._worked_out(target, wanted, told_):
            return found_
        if told_.parts and told_.whole:
            told_ = told_._replace(parts=None)
            if found_ := self._worked_out(target, wanted, told_):
                return found_
        if told_.parts and (of_copy := self._part_of_told(target, wanted, told_.parts)):
            return of_copy
        if not told_.parts and (
            found_ := self._supposed(target, said.reading.text[slice(*around(said.reading.text, amount))])
            or self._of_each(said, amount)
            or self._with_more(said, amount)
            or self._up_to(said, amount)
            or beyond(self._prices, self._said.counts, target, wanted)
        ):
            return found_
        if (how := self._said.sums.get(target)) and how.parts and is_at_once(said.reading.text, amount):
            told_ = how._replace(more=True)  # the first of so many equal parts, and the others later
        return self._working.find(said, amount, told_, self.held(target, wanted))

    def note(self, amount: Amount, found: list[Support]) -> None:
        """Remembers what supports an amount of copy, for others that come of it."""
        self._holding[cents(amount.value), amount.currency] = found

    def held(self, target: int, wanted: str | None) -> dict[int, Support]:
        """The other sums that copy tells and that are supported."""
        for value, how in self._said.sums.items():
            if (value, wanted) not in self._holding:
                self._holding[value, wanted] = self._holds(value, wanted, how) if value else []
        return {value: by[0] for (value, of), by in self._holding.items() if by and of == wanted and value != target}

    def _of_each(self, said: Stated, amount: Amount) -> list[Support]:
        """What tells the percentage, where copy says how much it is of how much: `10 soles por cada 100`."""
        every = _EVERY.match(said.reading.text, amount.end)
        base = decimal(every[1]) if every else Decimal(0)
        for one in self._priced if base else ():
            for percent in one.percents:
                if percent * base == amount.value * 100:
                    return [one.percent(percent, derived=True)]
        return []

    def _with_more(self, said: Stated, amount: Amount) -> list[Support]:
        """What makes it of one price and so many times another, where copy supposes more than is told: with 45 GB, of
        which 40 are in it, one would pay for five."""
        if not _WOULD.search(said.reading.text, max(0, amount.start - _FARTHEST_WOULD), amount.start):
            return []
        target = cents(amount.value)
        for one in self._priced:
            known = told(wording_of(one.source), self._said.locale).measured
            more = {mine.value - each.value for mine in said.measured for each in known if mine.unit == each.unit}
            values = [value for value, _ in one.sums][:MOST_ADDED]
            for first, second, count in product(values, values, more):
                if first != second and count > 0 and first + second * count == target:
                    return [one.sum(sum_, derived=True) for sum_ in one.sums if sum_[0] in (first, second)][:2]
        return []

    def _up_to(self, said: Stated, amount: Amount) -> list[Support]:
        """What tells the most that a percentage comes to, where copy says at how much it does: `R$ 80, o teto, chega
        com R$ 4.000 em compras`, of 2%."""
        text = said.reading.text
        if not _MOST_OF_IT.search(text, *around(text, amount)):
            return []
        for one in self._priced:
            for percent, (value, currency) in product(one.percents, one.sums[:MOST_ADDED]):
                if value and agree(currency, amount.currency) and amount.value * percent == value:
                    return [one.sum((value, currency), derived=True)]
        return []

    def _is_anothers(self, said: Stated, amount: Amount, target: int) -> bool:
        """Whether it is only the price of something that copy does not speak of, told of what it does."""
        owners = self._prices.owners(target)
        named = owners.named(sentence_before(said.reading.text, amount.start)) if owners.others else ()
        return bool(named) and owners.are_left_out(self._said.stems, named)

    def _holds(self, target: int, wanted: str | None, told_: Telling) -> list[Support]:
        return self._prices.stating(target, wanted) or self._worked_out(target, wanted, told_)

    def _worked_out(self, target: int, wanted: str | None, told_: Telling) -> list[Support]:
        for one in self._priced:
            ways = self._ways(one, told_)
            for value, currency in one.sums:
                if agree(currency, wanted) and value and _scales(one, value, target, ways):
                    return [one.sum((value, currency), derived=True)]
        if told_.parts:
            return []
        return (self._saved(target, wanted, told_) if told_.saved or told_.left else []) or (
            self._added(target, wanted) if told_.total else []
        )

    def _ways(self, one: Priced, told_: Telling) -> _Ways:
        """What copy lets be done to the prices of a source, as it tells the amount."""
        rates = one.rates(self._said.percents) - one.discounts
        if told_.parts:
            return _Ways(frozenset(), frozenset((told_.parts,)), rates, saved=told_.saved, whole=False)
        counts = self._said.counts
        several = counts | one.counts if told_.each or told_.total else counts
        shares = frozenset((2,)) if told_.half else frozenset[int]()
        if told_.each:
            shares |= counts | one.counts | self._said.periods
        later = [each for by in self._later if by is one or shared(by.source, one.source) >= _SAME for each in by.later]
        return _Ways(several, shares, rates, saved=told_.saved, whole=True, later=later)

    def _saved(self, target: int, wanted: str | None, told_: Telling) -> list[Support]:
        """What it is less than something else by: two amounts of a source, or two that copy itself tells."""
        for one in self._priced:
            values = [value for value, currency in one.sums if agree(currency, wanted)]
            if self._is_difference(values, target, told_):
                return [one.sum(sum_, derived=True) for sum_ in one.sums[:2]]
            if told_.total and _less_together(values, target):
                return [one.sum(sum_, derived=True) for sum_ in one.sums[:3]]
        named = self._named(wanted)
        if self._is_difference([value for _, (value, _) in named], target, told_):
            return [one.sum(sum_, derived=True) for one, sum_ in named][:2]
        return []

    def _is_difference(self, values: Sequence[int], target: int, told_: Telling) -> bool:
        low = [value for value in values if value][:_MOST_AMOUNTS]
        for count in (1, *self._said.counts):
            for value, other in product(low if count == 1 else low[:MOST_ADDED], repeat=2):
                less = abs(value * count - other)
                if less == target or (told_.hedge and less and told_.hedge.holds(Decimal(target), Decimal(less))):
                    return True
        return False

    def _added(self, target: int, wanted: str | None) -> list[Support]:
        """What makes it together: amounts of one source, or of several that copy names or whose prices it tells."""
        for one in self._priced:
            old = {before for before, _ in one.pairs}
            if adds_up([sum_ for sum_ in one.sums if sum_ not in old], target, wanted):
                return [one.sum(sum_, derived=True) for sum_ in one.sums[:2]]
        named = [(one, sum_) for one, sum_ in self._named(wanted) if all(sum_ != old for old, _ in one.pairs)]
        if adds_up([sum_ for _, sum_ in named], target, wanted):
            return [one.sum(sum_, derived=True) for one, sum_ in named][:2]
        return []

    def _named(self, wanted: str | None) -> list[tuple[Priced, Sum]]:
        """The sums that copy tells as well, and those of what it names."""
        return [
            (one, sum_)
            for one in self._priced
            for sum_ in one.sums
            if agree(sum_[1], wanted) and (sum_[0] in self._said.sums or self._names(one.source))
        ]

    def _names(self, source: Source) -> bool:
        title = known_text(source.title).stems
        return bool(title) and title <= self._said.stems

    def _part_of_told(self, target: int, wanted: str | None, parts: int) -> list[Support]:
        """What makes a sum that copy tells, of which it is one of so many parts."""
        for whole, how in self._said.sums.items():
            if whole > target and divides(whole, target, (parts,)):
                held = self._holds(whole, wanted, how._replace(parts=None))
                return [by.model_copy(update={"derived": True}) for by in held[:1]]
        return []

    def _supposed(self, target: int, sentence: str) -> list[Support]:
        """What tells the percentage by which an example of copy's own is reckoned: `cada R$ 1.000 dá R$ 15`, where the
        one amount supports the other only if both stand there."""
        examples = self._said.examples
        longer = [Fraction(1), *within(sentence)] if examples else []
        for one in self._priced if examples else ():
            for rebate in one.wording.rebates:
                for base in examples:
                    if base - rebate in (target, *self._said.sums) and target in (base, base - rebate):
                        return [one.sum(sum_, derived=True) for sum_ in one.sums if sum_[0] == rebate][:1]
            for percent in one.percents:
                for base in examples:
                    if base in self._prices.sums and all(base != value for value, _ in one.sums):
                        continue  # what something else costs
                    once = rounded(base * percent / 100)
                    part = once | {int(each * times) for each in once for times in longer}
                    made = part | {base + each for each in part} | {base - each for each in part}
                    if target in made or (target == base and not made.isdisjoint(self._said.sums)):
                        return [one.percent(percent, derived=True)]
        return []


def _scales(one: Priced, value: int, target: int, ways: _Ways) -> bool:
    """Whether it is a price less its discount, a part of it, or several times or an equal share of any of them."""
    reduced = one.reduced(value)
    bases = {value, *reduced}
    for rate in ways.rates:
        part = value * rate / 100
        bases |= rounded(part) | rounded(value - part) | rounded(value + part)
    for place, percent in ways.later:
        for left in rounded(value - value * percent / 100):
            bases |= {left, value * (place - 1) + left} if place in ways.several else {left}
    if ways.saved:
        bases |= {value - left for left in bases if left < value}
    if ways.whole and target in bases:
        return True
    return any(
        (target % base == 0 and target // base in ways.several) or (ways.shares and divides(base, target, ways.shares))
        for base in bases
        if base
    )


def _less_together(values: Sequence[int], target: int) -> bool:
    """Whether something costs so much less than two other things of the same source one by one."""
    low = [value for value in values if value][:MOST_ADDED]
    return any(
        first + second - both == target for first, second, both in permutations(low, 3) if both > max(first, second)
    )
