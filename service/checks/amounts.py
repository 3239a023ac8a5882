"""Prices and percentages must be stated in evidence, or follow from it by plain arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.checks.arithmetic import cents
from service.checks.coincidence import Coincidence
from service.checks.copy import Copy, Sources
from service.checks.following import Following
from service.checks.models import Claim, ClaimKind, Support
from service.checks.numbers import Amount, Percent
from service.checks.paying import instalments, is_worth, times_saved
from service.checks.prices import prices_of
from service.checks.rates import Rates
from service.checks.said import Said, is_crowded
from service.checks.small import given_away, small
from service.checks.stated import NOTHING, Stated, spoken
from service.checks.telling import is_saved, telling
from service.checks.words import wordset
from service.content import wording

_MOST_PLACES = 4  # of one amount in a piece of copy
_ALL = wordset(
    "tudo todo toda todos todas everything nothing nada nenhum nenhuma ningun ninguno ninguna none all every"
)
_CEILING = re.compile(
    r"\b(?:tud[oa]|tod[oa]s?|everything|nothing|nada|nenhuma?|ningun[oa]?|none|all|every)\b[^.;\d]{0,40}"
    r"\b(?:menos de|abaixo de|por debajo de|less than|under|below|ate|up to|hasta|over|above|acima de|more than"
    r"|(?:passa|pasa|supera)[mn]?(?: d?[eo]s?)?|(?:mais|mas) (?:de|que))\s\Z"
)


class _Instalments(NamedTuple):
    number: int
    amount: Amount | None
    start: int
    end: int


class _Ground:
    """What some evidence says of prices, for what copy says of them."""

    def __init__(self, said: Said, sources: Sources) -> None:
        self._said = said
        self._prices = prices_of(sources, said.locale)
        self._following = Following(said, self._prices)
        self._rates = Rates(said, self._prices, self._following)
        self._coincidence = Coincidence(said, self._prices)

    def backing(self, phrases: Stated, one: Amount | Percent | _Instalments) -> list[Support]:
        """What supports it."""
        if isinstance(one, Percent):
            return self._rates.percent(phrases, one)
        if isinstance(one, _Instalments):
            return instalments(self._prices, one.number, one.amount) or self._worth(phrases, one)
        universal = not _ALL.isdisjoint(phrases.reading.vocabulary) and _is_ceiling(phrases.reading.text, one)
        if universal and not self._following.stated(one):
            return self._following.most(one)
        found = self._made(phrases, one)
        if not found and not self._following.stated(one) and not telling(phrases, one).parts:
            found = self._told_elsewhere(one, phrases)
        if found and found[0].derived:
            self._following.note(one, found)
        return found

    def _made(self, phrases: Stated, one: Amount) -> list[Support]:
        found = self._following.amount(phrases, one)
        if found or self._following.stated(one) or telling(phrases, one).parts:
            return found  # what a single part comes to is told as it is
        return self._coincidence.find(phrases, one, self._following.held(cents(one.value), one.currency))

    def _told_elsewhere(self, one: Amount, phrases: Stated) -> list[Support]:
        """What supports the same amount in another place of copy, which tells where it comes from."""
        others = self._said.places.get(cents(one.value), ())
        for said, each in others if 1 < len(others) <= _MOST_PLACES else ():
            other = (said is not phrases or each.start != one.start) and not telling(said, each).parts
            if other and (found := self._made(said, each)):
                return found
        return []

    def _worth(self, phrases: Stated, one: _Instalments) -> list[Support]:
        """What makes so many monthly payments what is saved, not in how many parts one pays."""
        worth = one.amount is None and is_worth(phrases.reading.text, one.start)
        return times_saved(self._prices, one.number, self._said.sums) if worth else []


def _is_ceiling(text: str, amount: Amount) -> bool:
    """Whether nothing at all is told to cost more."""
    near = _CEILING.search(text, max(0, amount.start - 72), amount.start)
    return near is not None and not is_saved(text, amount)


def amounts(copy: Copy) -> Iterator[Claim]:
    """Every sum of money, percentage and number of instalments that copy states."""
    yield from _crowded(copy)
    said = Said(copy)
    valid: _Ground | None = None
    lapsed: _Ground | None = None
    for name, phrases in zip(copy.fields, said.phrases, strict=True):
        for kind, one, value in _claimed(phrases, copy) if phrases is not NOTHING else ():
            valid = valid or _Ground(said, copy.valid)
            backing, expired = valid.backing(phrases, one), False
            if not backing and copy.lapsed:
                lapsed = lapsed or _Ground(said, copy.lapsed)
                expired = bool(lapsed.backing(phrases, one))
            yield Claim(
                kind=kind, field=name, start=one.start, end=one.end, text=copy.fields[name][one.start : one.end],
                value=value, support=backing, expired=expired, fix=None if backing else _fix(copy, one),
            )  # fmt: skip
        if copy.lapsed:
            yield from given_away(copy, name)


def _crowded(copy: Copy) -> Iterator[Claim]:
    """Sums of fields that tell more of them than any copy does: none is looked up."""
    for name, text in copy.fields.items():
        for one in told.amounts if is_crowded(told := spoken(copy, name)) else ():
            yield Claim(
                kind="price", field=name, start=one.start, end=one.end, text=text[one.start : one.end],
                value=f"{one.currency or _currency(copy)} {one.value:.2f}",
            )  # fmt: skip


def _claimed(phrases: Stated, copy: Copy) -> Iterator[tuple[ClaimKind, Amount | Percent | _Instalments, str]]:
    for amount in phrases.amounts:
        if _weighs(phrases, amount, copy):
            continue
        yield "price", amount, f"{amount.currency or _currency(copy)} {amount.value:.2f}"
    for amount in small(phrases):
        yield "price", amount, f"{amount.currency or _currency(copy)} {amount.value:.2f}"
    for percent in phrases.percents:
        yield "percent", percent, f"{percent.value.normalize():f}%"
    for count, start, end in phrases.parts:
        following = next((one for one in phrases.amounts if 0 <= one.start - end <= 4), None)
        yield "price", _Instalments(count, following, start, end), f"{count} instalments"


def _weighs(phrases: Stated, amount: Amount, copy: Copy) -> bool:
    """Whether pounds are no money: where evidence tells prices in another currency, or so many pounds of weight."""
    word = phrases.reading.text[amount.start : amount.end].rstrip(".")
    if amount.currency != "GBP" or not word.endswith(("pounds", "pound", "libras", "libra")):
        return False
    sums = prices_of(copy.valid, copy.locale).sums.values()
    currencies = {sum_[1] for known in sums for _, sum_ in known}
    return "GBP" not in currencies and bool(currencies)


def _currency(copy: Copy) -> str:
    return next((source.facts.currency for source in copy.evidence if source.facts and source.facts.currency), "XXX")


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
