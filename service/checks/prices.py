"""What one piece of evidence states of prices: its sums, its percentages, and how it tells them."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from service.checks.arithmetic import Sum, agree, cents
from service.checks.copy import Source, Sources, fact_support, support, wording_of
from service.checks.counts import times
from service.checks.deals import deals as deals_of
from service.checks.deals import shares
from service.checks.models import Support
from service.checks.numbers import given
from service.checks.once import once
from service.checks.owners import Owners
from service.checks.small import small
from service.checks.stated import told
from service.checks.telling import discounts, is_before_and_after, is_deducted, is_saved, money_shares
from service.types import Locale

_HALF_FARE = re.compile(
    r"\bmeia(?:-entrada| entrada|(?: \w+)? (?:para|pra)\b)|\bmedi[oa] (?:boleto|pasaje|entrada)\b|\bhalf[ -]fare\b"
    r"|\b(?:pagam?|pays?|paying|pagan|costs?|custam?|cuestan?|charged?|cobra(?:mos|n)?) (?:so |apenas |only |solo )?"
    r"(?:a |la )?(?:metade|mitad|half)\b"
    r"|\bhalf (?:of )?(?:the|its|your) (?:[^\W\d]+ )?(?:fare|fee|rate|cost|amount|value|bill|deposit|total|price)\b"
    r"|\b(?:metade|mitad) (?:d[aeo]|del|de la|de su|do seu|da sua) (?:valor|tarifa|taxa|tasa|custo|costo|coste|cuota"
    r"|mensalidade|mensualidad|total|precio|preco|billete|passagem|ingresso|entrada|conta|cuenta|importe)\b"
    r"|\b(?:children|kids|students|seniors|ninos|estudiantes|criancas|estudantes)(?: \w+){0,2} (?:half|meia|la mitad)\b"
)
_WITHOUT = re.compile(
    r"\b(?:sem|sin|no|zero|without(?: an?| any)?|isent[oa] de|exent[oa] de|waive[sd]?) (?:[^\W\d]+ )?(?:entrada|sinal"
    r"|senal|anticipo|taxas?|tasas?|anuidade|anualidad|mensalidade|mensualidad|cuota|comiss(?:ao|oes)|comision(?:es)?"
    r"|matricula|tarifas?|fees?|deposit|down payment|enganche|fianza|caucao|charge|cargos?|adesao|booking|membership)\b"
)
"""What costs nothing, told otherwise."""
SECOND = re.compile(r"\b(?:segund[oa]|second|2nd|2[ao]|seguinte|next|other|outr[oa]|otr[oa])\b")
"""The second of two things, which costs less."""
_THIRD = re.compile(r"\b(?:terceir[oa]|tercer[oa]?|third|3rd|3[ao])\b")
_MOST_AMOUNTS = 24  # of one source: arithmetic over pairs of them stays cheap

Place = tuple[int, int]
Pair = tuple[Sum, Sum]
"""What something cost and what it costs now."""


class _Wording(NamedTuple):
    """What the wording of evidence states: sums and percentages, where each stands, and which of them are what."""

    sums: dict[Sum, Place]
    percents: dict[Decimal, Place]
    off: dict[Decimal, Place]
    parts: frozenset[Decimal]
    rebates: frozenset[int]
    pairs: tuple[Pair, ...]
    counts: frozenset[int]
    instalments: int
    second: bool
    third: bool


@lru_cache(maxsize=2_048)
def _wording(text: str, locale: Locale) -> _Wording:
    phrases = told(text, locale)
    sums, percents, off = dict[Sum, Place](), dict[Decimal, Place](), dict[Decimal, Place]()
    others = given(text)
    if others.free or _WITHOUT.search(phrases.reading.text):
        sums[0, None] = (0, 0)
    amounts = phrases.amounts[:_MOST_AMOUNTS]
    for amount in (*amounts, *small(phrases)):
        sums.setdefault((cents(amount.value), amount.currency), (amount.start, amount.end))
    for percent in phrases.percents:
        percents.setdefault(percent.value, (percent.start, percent.end))
    for percent in discounts(phrases):
        off.setdefault(percent.value, (percent.start, percent.end))
    folded = phrases.reading.text
    for value in filter(is_endless, [*percents]):
        percents.setdefault(value.quantize(Decimal(1), ROUND_HALF_UP), percents[value])  # a third is told as 33%
    deals = {*others.deals, *deals_of(phrases)}
    for value in (*others.shares, *shares(phrases), *deals):
        percents.setdefault(value, (0, 0))
    for value in deals:
        off.setdefault(value, (0, 0))
    if fare := _HALF_FARE.search(folded):
        off.setdefault(Decimal(50), fare.span())
        percents.setdefault(Decimal(50), fare.span())
    pairs = tuple(
        ((cents(old.value), old.currency), (cents(new.value), new.currency))
        for first, second in pairwise(sorted(amounts, key=lambda one: one.start))
        for old, new in ((first, second), (second, first))
        if is_before_and_after(folded, old, new)
    )
    return _Wording(
        sums, percents, off, parts=frozenset(one.value for one in money_shares(phrases)),
        rebates=frozenset(cents(one.value) for one in amounts if is_saved(folded, one) or is_deducted(folded, one)),
        pairs=pairs,
        counts=times(phrases), instalments=max((one[0] for one in phrases.parts), default=0),
        second=SECOND.search(folded) is not None, third=_THIRD.search(folded) is not None,
    )  # fmt: skip


class Priced:
    """What one piece of evidence states of prices, its offer's facts first."""

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
        given = () if self.off is None else (self.off,)
        self.percents = (*self.wording.percents, *given)
        self.discounts = frozenset((*self.wording.off, *given))
        self._reduced: dict[int, frozenset[int]] = {}
        self._stated: dict[Sum, Support] = {}

    @once
    def counts(self) -> frozenset[int]:
        """How many things it tells of, and in how many parts one may pay."""
        most = self.source.facts.installments if self.source.facts else None
        return self.wording.counts | (frozenset((most,)) if most else frozenset())

    @once
    def has_price(self) -> bool:
        """Whether it tells any sum but nothing."""
        return any(value for value, _ in self.sums)

    @once
    def pairs(self) -> tuple[Pair, ...]:
        """Prices of one offer, before and now."""
        named = {name: sum_ for sum_, name in self.facts.items()}
        facts = [
            (named[high], named[low])
            for high, low in (("old_price", "price"), ("old_price", "pix_price"), ("price", "pix_price"))
            if high in named and low in named and named[high] > named[low]
        ]
        return (*facts, *self.wording.pairs)

    @once
    def later(self) -> tuple[tuple[int, Decimal], ...]:
        """Which of several things costs less, and by how many percent: the second by half."""
        places = [place for place, there in ((2, self.wording.second), (3, self.wording.third)) if there]
        return tuple((place, percent) for place in places for percent in self.discounts)

    def rates(self, said: frozenset[Decimal]) -> frozenset[Decimal]:
        """The percentages that make amounts of its prices: discounts, deposits and fees, and those that copy says."""
        return self.discounts | self.wording.parts | said.intersection(self.percents)

    def reduced(self, value: int) -> frozenset[int]:
        """What is left of a price after each of its discounts and rebates."""
        if value not in self._reduced:
            self._reduced[value] = frozenset(self._left(value))
        return self._reduced[value]

    def _left(self, value: int) -> set[int]:
        left = {value - rebate for rebate in self.wording.rebates if rebate < value}
        return left.union(*(rounded(value - value * percent / 100) for percent in self.discounts))

    def stated(self, sum_: Sum) -> Support:
        """What states that sum, made when somebody first asks for it."""
        found = self._stated.get(sum_)
        if found is None:
            found = self._stated[sum_] = self.sum(sum_)
        return found

    def sum(self, sum_: Sum, *, derived: bool = False) -> Support:
        """What states that sum, or that something comes of it."""
        if name := self.facts.get(sum_):
            return fact_support(self.source, name, getattr(self.source.facts, name), derived=derived)
        return self._place(self.wording.sums[sum_], derived=derived)

    def percent(self, percent: Decimal, *, derived: bool = False) -> Support:
        """What states that percentage."""
        if percent == self.off:
            return fact_support(self.source, "discount_percent", percent, derived=derived)
        places = self.wording.percents if percent in self.wording.percents else self.wording.off
        return self._place(places[percent], derived=derived)

    def _place(self, place: Place, *, derived: bool) -> Support:
        return support(self.source, *place, derived=derived or place == (0, 0))


class Prices:
    """What several pieces of evidence state of prices, and where each sum and each percentage is stated."""

    def __init__(self, sources: Sources, locale: Locale) -> None:
        self.each = tuple(Priced(source, locale) for source in sources)
        self.sums = defaultdict[int, list[tuple[Priced, Sum]]](list)
        self.percents = defaultdict[Decimal, list[Priced]](list)
        self._owners: dict[int, Owners] = {}
        for one in self.each:
            for sum_ in one.sums:
                self.sums[sum_[0]].append((one, sum_))
            for percent in dict.fromkeys((*one.percents, *one.discounts)):
                self.percents[percent].append(one)

    def owners(self, target: int) -> Owners:
        """Whose so many cents are, of those that have a price."""
        if target not in self._owners:
            stating = [one for one, _ in self.sums.get(target, ())]
            others = [one.source for one in self.each if one.has_price and one not in stating]
            self._owners[target] = Owners.of([one.source for one in stating], others)
        return self._owners[target]

    def stating(self, target: int, wanted: str | None) -> list[Support]:
        """Where so many cents of that currency are stated."""
        return [one.stated(sum_) for one, sum_ in self.sums.get(target, ()) if agree(sum_[1], wanted)]


def is_endless(percent: Decimal) -> bool:
    """Whether it is a third or the like, which nobody tells to the last digit."""
    return percent * 100 % 1 != 0


prices_of = lru_cache(maxsize=128)(Prices)
"""The same, remembered: evidence stands beside draft after draft."""


def rounded(amount: Decimal) -> set[int]:
    """An amount in whole cents, to the nearest and down."""
    return {int(amount.quantize(Decimal(1), rounding)) for rounding in (ROUND_HALF_UP, ROUND_DOWN)}
