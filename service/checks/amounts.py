"""Prices and percentages must be stated in evidence, or follow from it by plain arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from service.checks.arithmetic import (
    HIGHEST_COUNT,
    MOST_ADDED,
    MOST_COUNTED,
    Sum,
    adds_up,
    agree,
    cents,
    is_share,
    is_share_of_several,
    scales,
)
from service.checks.copy import Copy, Source, fact_support, support, wording_of
from service.checks.models import Claim, ClaimKind, Support
from service.checks.numbers import Amount, Percent
from service.checks.phrases import known_text
from service.checks.reckoning import changes, ratios
from service.checks.small import given_away, small
from service.checks.stated import Stated, spoken, told
from service.content import wording
from service.types import Locale

_MULTIPLES = frozenset(range(2, 13))
_SHARED = 3  # stems that two sources on one thing have in common
_MOST_AMOUNTS = 24  # of one source: arithmetic over pairs of them stays cheap
_A_DAY = re.compile(r"\b(?:por|al|per|a|ao|por cada|each|every) (?P<each>dia|day|semana|week|weekly)\b")
_TIMES_A_YEAR = {"d": frozenset((7, 30, 365)), "s": frozenset((4, 52)), "w": frozenset((4, 52))}
_LESS = re.compile(r"\b(?:menos de|abaixo de|less than|under|below)\s\Z")


_Place = tuple[int, int]


class _Wording(NamedTuple):
    """What the wording of evidence states: sums and percentages, where each stands, and counts."""

    sums: dict[Sum, _Place]
    percents: dict[Decimal, _Place]
    counts: frozenset[int]
    instalments: frozenset[int]


@lru_cache(maxsize=2_048)
def _wording(text: str, locale: Locale) -> _Wording:
    phrases = told(text, locale)
    sums, percents = dict[Sum, _Place](), dict[Decimal, _Place]()
    if phrases.figures.free:
        sums[0, None] = (0, 0)
    for amount in phrases.amounts[:_MOST_AMOUNTS]:
        sums.setdefault((cents(amount.value), amount.currency), (amount.start, amount.end))
    for amount in small(phrases):
        sums.setdefault((cents(amount.value), amount.currency), (amount.start, amount.end))
    for percent in phrases.percents:
        percents.setdefault(percent.value, (percent.start, percent.end))
    for value in phrases.figures.implied:
        percents.setdefault(value, (0, 0))
    return _Wording(sums, percents, _counts(phrases), frozenset(one[0] for one in phrases.parts))


class _Stated:
    """What one piece of evidence states, its offer's facts first."""

    def __init__(self, source: Source, locale: Locale) -> None:
        self.source = source
        self.wording = _wording(wording_of(source), locale)
        facts = source.facts
        self.facts: dict[Sum, str] = {}
        if facts:
            for name in ("price", "old_price", "pix_price", "installment_amount"):
                value: Decimal | None = getattr(facts, name)
                if value is not None:
                    self.facts.setdefault((cents(value), facts.currency), name)
        self.sums = [*self.facts, *(sum_ for sum_ in self.wording.sums if sum_ not in self.facts)]
        self.off = facts.discount_percent if facts else None
        self.percents = [*self.wording.percents, *([] if self.off is None else [self.off])]

    def sum(self, sum_: Sum, *, derived: bool = False) -> Support:
        """What states that sum."""
        if name := self.facts.get(sum_):
            return fact_support(self.source, name, getattr(self.source.facts, name), derived=derived)
        return self._place(self.wording.sums[sum_], derived=derived)

    def percent(self, percent: Decimal, *, derived: bool = False) -> Support:
        """What states that percentage."""
        if percent == self.off:
            return fact_support(self.source, "discount_percent", percent, derived=derived)
        return self._place(self.wording.percents[percent], derived=derived)

    def _place(self, place: _Place, *, derived: bool) -> Support:
        return support(self.source, *place, derived=derived or place == (0, 0))


class _Ground:
    """The amounts and percentages that some evidence states, a source each. What follows from them is worked out only
    when something is not among them, and backwards, from what is claimed."""

    def __init__(self, copy: Copy, sources: Sequence[Source]) -> None:
        self._copy = copy
        self._stated = [_Stated(source, copy.locale) for source in sources]

    def amount(self, amount: Amount) -> list[Support]:
        """Where the amount is stated, or what it is a sum, a difference, a multiple or a part of."""
        target, wanted = cents(amount.value), amount.currency
        found = [
            stated.sum((value, currency))
            for stated in self._stated
            for value, currency in stated.sums
            if value == target and agree(currency, wanted)
        ]
        return found or self._worked_out(target, wanted) or self._share(target, wanted) or self._total(target, wanted)

    def _share(self, target: int, wanted: str | None) -> list[Support]:
        """What tells the percentage, where copy says of which price of another source on the same thing it is."""
        for rate in self._stated if self._said_percents else ():
            for percent in self._said_percents.intersection(rate.percents):
                for stated in self._stated:
                    for value, currency in stated.sums:
                        said = (value in self._said_sums) and agree(currency, wanted)
                        if said and value * percent == target * 100 and _same_thing(rate.source, stated.source):
                            return [rate.percent(percent, derived=True), stated.sum((value, currency), derived=True)]
        return []

    def _total(self, target: int, wanted: str | None) -> list[Support]:
        """What makes two amounts that copy itself tells, if the claimed one is their sum."""
        for one in sorted(self._said_sums)[:_MOST_AMOUNTS]:
            other = target - one
            if 0 < one < other and other in self._said_sums:
                first, second = self._worked_out(one, wanted), self._worked_out(other, wanted)
                if first and second:
                    return [first[0], second[0]]
        return []

    @cached_property
    def _said_sums(self) -> frozenset[int]:
        said = (spoken(self._copy, name) for name in self._copy.fields)
        return frozenset(cents(one.value) for phrases in said for one in phrases.amounts)

    @cached_property
    def _said_percents(self) -> frozenset[Decimal]:
        said = (spoken(self._copy, name) for name in self._copy.fields)
        return frozenset(one.value for phrases in said for one in phrases.percents)

    def _worked_out(self, target: int, wanted: str | None) -> list[Support]:
        for stated in self._stated:
            if adds_up(stated.sums, target, wanted):
                return [stated.sum(one, derived=True) for one in stated.sums[:2]]
        for stated in self._stated:
            for value, currency in stated.sums:
                if agree(currency, wanted) and scales(value, target, self._counts, stated.percents):
                    return [stated.sum((value, currency), derived=True)]
        if found := self._part(target, wanted):
            return found
        every = list(dict.fromkeys(one for stated in self._stated for one in stated.sums))
        if adds_up(every, target, wanted) or self._compound(every, target, wanted):
            return [stated.sum(stated.sums[0], derived=True) for stated in self._stated if stated.sums][:2]
        return []

    def _part(self, target: int, wanted: str | None) -> list[Support]:
        """What a price for so much makes of another measure: 40 for 500 g are 80 a kilo."""
        said = [one for name in self._copy.fields for one in spoken(self._copy, name).measured]
        for stated in self._stated if said else ():
            known = told(wording_of(stated.source), self._copy.locale).measured
            for ratio in ratios(known, said):
                for sum_ in stated.sums:
                    if agree(sum_[1], wanted) and sum_[0] and abs(sum_[0] * ratio - target) < 1:
                        return [stated.sum(sum_, derived=True)]
        return []

    def _compound(self, sums: Sequence[Sum], target: int, wanted: str | None) -> bool:
        """Whether it is what several of one thing cost, less or plus another amount: two at 68 for 120 save 16."""
        values = [value for value, currency in sums if value and agree(currency, wanted)][:MOST_ADDED]
        return any(
            abs(value * count - other) == target
            for count in self._told_counts
            for value in values
            for other in values
            if value != other
        )

    def under(self, amount: Amount) -> list[Support]:
        """What costs a little less than that, for `por menos de vinte e dois reais`."""
        near = range(int(amount.value * 75), cents(amount.value))
        told_ = [stated.sum(one, derived=True) for stated in self._stated for one in stated.sums if one[0] in near]
        said = [one for name in self._copy.fields for one in spoken(self._copy, name).amounts]
        return (told_ or [backing for one in said if cents(one.value) in near for backing in self.amount(one)])[:1]

    def percent(self, percent: Decimal) -> list[Support]:
        """Where the percentage is stated, or of which amounts it is by how much one is less, or a part of one."""
        found = [stated.percent(percent) for stated in self._stated if percent in stated.percents]
        if found:
            return found
        for stated in self._stated:
            if is_share(stated.sums, percent) or is_share_of_several(stated.sums, percent, self._told_counts):
                return [stated.sum(one, derived=True) for one in stated.sums[:2]]
            for one in stated.percents:
                if any(percent == (one / count).quantize(Decimal("0.1")) for count in self._counts):
                    return [stated.percent(one, derived=True)]
        for stated in self._stated:
            for value, place in changes(told(wording_of(stated.source), self._copy.locale)):
                if value == percent:
                    return [support(stated.source, *place, derived=True)]
        return []

    def instalments(self, count: int, amount: Amount | None) -> list[Support]:
        """What lets the price be paid in so many parts."""
        found = list[Support]()
        for stated in self._stated:
            facts = stated.source.facts
            if facts and facts.installments and count <= facts.installments:
                found.append(
                    fact_support(stated.source, "installments", facts.installments, derived=count != facts.installments)
                )
            elif any(count <= most for most in stated.wording.instalments) or count in stated.wording.counts:
                found.append(support(stated.source, 0, 0, derived=True))
            elif amount:
                total = cents(amount.value) * count
                found += [stated.sum(one, derived=True) for one in stated.sums if abs(one[0] - total) <= count]
        return found

    @cached_property
    def _told_counts(self) -> frozenset[int]:
        said = (spoken(self._copy, name) for name in self._copy.fields)
        return frozenset().union(*(stated.wording.counts for stated in self._stated), *(_counts(one) for one in said))

    @cached_property
    def _counts(self) -> frozenset[int]:
        texts = (spoken(self._copy, name).reading.text for name in self._copy.fields)
        often = (_TIMES_A_YEAR[match["each"][0]] for text in texts for match in _A_DAY.finditer(text))
        return _MULTIPLES.union(self._told_counts, *often)


def amounts(copy: Copy) -> Iterator[Claim]:
    """Every sum of money, percentage and number of instalments that copy states."""
    said = {name: spoken(copy, name) for name in copy.fields}
    valid: _Ground | None = None
    lapsed: _Ground | None = None
    for name, phrases in said.items():
        for kind, one, value in _claimed(phrases, copy):
            valid = valid or _Ground(copy, copy.valid)
            backing = _backing(valid, one)
            if (
                not backing
                and isinstance(one, Amount)
                and _LESS.search(phrases.reading.text, max(0, one.start - 14), one.start)
            ):
                backing = valid.under(one)
            expired = False
            if not backing and copy.lapsed:
                lapsed = lapsed or _Ground(copy, copy.lapsed)
                expired = bool(_backing(lapsed, one))
            fix = _fix(copy, one) if not backing else None
            yield Claim(
                kind=kind, field=name, start=one.start, end=one.end, text=copy.fields[name][one.start : one.end],
                value=value, support=backing, expired=expired, fix=fix,
            )  # fmt: skip
        if copy.lapsed:
            yield from given_away(copy, name)


def explains(copy: Copy, sources: Sequence[Source], count: Decimal) -> list[Support]:
    """What evidence says, if it makes the number how many times a price comes to an amount in copy: four at R$ 79 are
    R$ 316, and R$ 30 for three months are R$ 10 each."""
    if count % 1 or count < 2:
        return []
    said = {cents(one.value) for name in copy.fields for one in spoken(copy, name).amounts}
    for source in sources if said else ():
        stated = _Stated(source, copy.locale)
        for sum_ in stated.sums:
            if sum_[0] and any(one == sum_[0] * count or abs(one * count - sum_[0]) < count for one in said):
                return [stated.sum(sum_, derived=True)]
    return []


def _same_thing(first: Source, second: Source) -> bool:
    """Whether the wordings share a name of some length, as that of a shop and what it sells."""
    mine, theirs = (known_text(wording_of(one)).stems for one in (first, second))
    return len(mine & theirs) >= _SHARED


class _Instalments(NamedTuple):
    number: int
    amount: Amount | None
    start: int
    end: int


def _claimed(phrases: Stated, copy: Copy) -> Iterator[tuple[ClaimKind, Amount | Percent | _Instalments, str]]:
    for amount in phrases.amounts:
        yield "price", amount, f"{amount.currency or _currency(copy)} {amount.value:.2f}"
    for amount in small(phrases):
        yield "price", amount, f"{amount.currency or _currency(copy)} {amount.value:.2f}"
    for percent in phrases.percents:
        yield "percent", percent, f"{percent.value.normalize():f}%"
    for count, start, end in phrases.parts:
        following = next((one for one in phrases.amounts if 0 <= one.start - end <= 4), None)
        yield "price", _Instalments(count, following, start, end), f"{count} instalments"


def _currency(copy: Copy) -> str:
    return next((source.facts.currency for source in copy.evidence if source.facts and source.facts.currency), "XXX")


def _backing(ground: _Ground, one: Amount | Percent | _Instalments) -> list[Support]:
    if isinstance(one, Amount):
        return ground.amount(one)
    return ground.percent(one.value) if isinstance(one, Percent) else ground.instalments(one.number, one.amount)


def _fix(copy: Copy, one: Amount | Percent | _Instalments) -> str | None:
    """The one price, or the one discount, that the evidence has."""
    facts = [source.facts for source in copy.valid if source.facts]
    if isinstance(one, Amount):
        prices = {(known.price, known.currency) for known in facts if known.price is not None}
        if len(prices) == 1:
            price, currency = prices.pop()
            return wording.short_money(price, currency or "BRL", copy.locale) if price is not None else None
    elif isinstance(one, Percent):
        percents = {known.discount_percent for known in facts if known.discount_percent is not None}
        return wording.percentage(percents.pop(), copy.locale) if len(percents) == 1 else None
    return None


def _counts(phrases: Stated) -> frozenset[int]:
    """The whole numbers by which an amount may be multiplied or divided."""
    spelled = {int(one.value) for one in phrases.reading.numerals if one.spelled and 1 < one.value <= HIGHEST_COUNT}
    counted = {int(one.value) for one in phrases.counted if not one.value % 1 and 1 < one.value <= MOST_COUNTED}
    return phrases.figures.counts | spelled | counted
