"""Amounts worked out step by step: from prices of evidence, by the numbers that their own sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

from service.checks.arithmetic import Sum, agree, cents
from service.checks.copy import wording_of
from service.checks.hedges import hedged
from service.checks.items import Item, items_of, names_in, shared
from service.checks.models import Support
from service.checks.notes import change, is_note, notes
from service.checks.numbers import Amount
from service.checks.prices import Priced, Prices
from service.checks.reckoning import ratios, same_things
from service.checks.stated import Stated, told
from service.checks.tariffs import among, factors, spans
from service.checks.telling import Telling, around, times
from service.checks.words import words_of, wordset
from service.types import Locale

_MOST = 8  # prices of one source, things and numbers that are reckoned with
_SAME = 2  # stems that evidence on the same thing has in common
_MOST_ADDED = 3  # different things
_NEAREST, _FARTHEST = Fraction(3, 4), Fraction(5, 4)  # what "less than" and "over" leave open of a price

_SHARED = re.compile(
    r"\b(?:cada|each|every|per|apiece|split|shar(?:e|ed|ing)|divid\w+|rach\w+|entre|between|among|por (?:pessoa|cabeca"
    r"|persona|cabeza|unidade|unidad)|a (?:head|piece))\b"
)
_AT = re.compile(r"[^\W\d]{2} (?:at|a|de|por) \Z")
_APART = re.compile(
    r"\b(?:econom\w+|poup\w+|sav(?:e|es|ed|ing|ings)|ahorr\w+|diferen\w+|difference|troco|change|vuelto|cambio|vuelta"
    r"|sobra\w*|upgrade|bolsos?|bolsillos?|pockets?|wallets?|better off|(?:deix|dej)\w+ de|evita\w*"
    r"|(?:not|never|don't|won't) (?:\w+ )?(?:spend|pay)|(?:nao|no) (?:\w+ )?(?:gast|pag)\w+|back|left|away|keep\w*"
    r"|falta[mn]?|resta[mn]?|remaining|restos?|saldo|balance|the rest|add|acrescent\w+|adicion\w+|agreg\w+|suma"
    r"|anad\w+)\b|\bsome r\$"
)
_MORE = re.compile(r"\b(?:mais|mas|more|another|extra|further) (?:so )?\Z")
_MORE_AFTER = re.compile(r"\s(?:a mais|de mas|mas|mais|more|extra|on top|adiciona\w+|additional)\b(?! (?:de|than) \d)")
_AND_ONE = re.compile(r"[^\W\d]+[^.;\d]{0,20}? (?:e|y|and|com|con|with|plus|mais|mas|&|\+) (?:um|uma|an?|one|una?)\b")
_TWO = wordset("casal couple pareja matrimonio pair par dupla both ambos")
_EXTRA = re.compile(
    r"\b(?:frete|envio|entrega|shipping|delivery|postage|taxas?|tasas?|fees?|tax|instalacao|instalacion|installation"
    r"|montage[mn]|montaje|assembly|setup|embalagem|gift wrap\w*|tip|gorjeta|propina|servico|service|iva|vat)\b"
)
_DEARER = re.compile(
    r"\b(?:mais|mas|more|plus|tax\w*|tasas?|iva|vat|service|servic\w+|juros|interest|interes(?:es)?|tip|gorjeta|propina"
    r"|acresc\w+|recarg\w+|surcharge|fees?|comiss\w+|comision\w*|up|subi\w*|dearer)\b"
)
_FRACTIONS = tuple(
    (re.compile(rf"\b(?:{words})\b"), Fraction(*parts))
    for words, *parts in (
        (r"metade|mitad|half|mei[oa]", 1, 2),
        (r"um terco|a third|one third|un tercio|(?:a|una|la) terce(?:ir|r)a parte", 1, 3),
        (r"dois tercos|two[ -]thirds|dos tercios", 2, 3),
        (r"um quarto d\w+|a quarter|one quarter|(?:un )?cuarto|(?:a|una|la) (?:quarta|cuarta) parte", 1, 4),
        (r"tres quartos|three[ -]quarters|tres cuartos", 3, 4),
        (r"um quinto|a fifth|one fifth|un quinto", 1, 5),
        (r"dobro|doble|double|twice", 2),
        (r"triplo|triple|treble|three times", 3),
    )
)


class _Value(NamedTuple):
    """An amount in cents, exactly, and what it comes of: a price of evidence, or a sum of copy that is supported."""

    cents: Fraction
    source: Priced | None
    sum: Sum


class Working:
    """What can be made of the prices of some evidence in two or three steps."""

    def __init__(self, prices: Prices, locale: Locale) -> None:
        self._prices = prices
        self._locale = locale

    def find(self, said: Stated, amount: Amount, how: Telling, held: Mapping[int, Support]) -> list[Support]:
        """What the amount is worked out from; `held` are the other sums of copy that are supported."""
        task = _Task(said, amount, how)
        task.others -= self._prices.sums.keys()
        bases = [*self._bases(task, amount.currency), *(_Value(Fraction(one), None, (one, None)) for one in held)]
        for one in self._made(task, bases):
            if task.takes(one.cents, plain=one.cents == one.sum[0]):
                by = one.source.sum(one.sum, derived=True) if one.source else held[one.sum[0]]
                return [by.model_copy(update={"derived": True})]
        return []

    def _made(self, task: _Task, bases: list[_Value]) -> Iterator[_Value]:
        yield from self._scaled(task, bases)
        if not task.parts:
            yield from self._together(task)
        if task.parts or task.apart or task.notes:
            yield from self._apart(task, bases)
        if task.note:
            yield from _paid_with(task, bases)

    def _bases(self, task: _Task, wanted: str | None) -> Iterator[_Value]:
        """Prices, and what is left of them after discounts and rebates, or is made of them by a percentage."""
        for one in self._prices.each:
            for sum_ in one.sums[:_MOST]:
                value = sum_[0]
                if value and agree(sum_[1], wanted):
                    made = {Fraction(value), *map(Fraction, one.reduced(value))}
                    for rate in one.rates(task.percents) | self._rates(task, one):
                        part = value * Fraction(rate) / 100
                        made |= {part, value - part, *((value + part,) if task.dearer else ())}
                    yield from (_Value(each, one, sum_) for each in made)

    def _rates(self, task: _Task, priced: Priced) -> frozenset[Decimal]:
        """The percentages beside the amount that evidence on the same thing tells."""
        return frozenset(
            rate
            for rate in task.percents
            if any(shared(one.source, priced.source) >= _SAME for one in self._prices.percents.get(rate, ()))
        )

    def _scaled(self, task: _Task, bases: list[_Value]) -> Iterator[_Value]:
        """So many times, or such a part of it."""
        own = {id(one): self._own_factors(task, one) for one in self._prices.each}
        for base in bases:
            for factor in (*task.factors, *(own[id(base.source)] if base.source else ())):
                yield base._replace(cents=base.cents * factor)

    def _own_factors(self, task: _Task, source: Priced) -> list[Fraction]:
        """By what only the prices of that evidence may be multiplied: its periods, measures and numbers of things."""
        if task.parts:
            return []
        known = told(wording_of(source.source), self._locale)
        found = [one * other for one in factors(known.reading.text, task.text) for other in (1, *task.counts)]
        found += [Fraction(one) for one in (*ratios(known.measured, task.measured), *same_things(known, task.counted))]
        return [*found, *(Fraction(1, one) for one in source.counts)] if task.shared else found

    def _together(self, task: _Task) -> Iterator[_Value]:
        """Several things that the sentence names, each as often as it says."""
        items = items_of(self._prices)
        named = [one for one in items if not one.names.isdisjoint(task.names)][:_MOST]
        extra = [one for one in named if not one.words.isdisjoint(task.extra)]
        if len(named) > 1:
            yield from _added(named, task)
        elif extra:
            yield from (one for other in items for one in _added([*extra, other], task) if other is not extra[0])
        if task.several:
            for source in self._prices.each:
                if 1 < len(mine := [one for one in items if one.source is source]) <= _MOST_ADDED + 1:
                    yield from _added(mine, task)

    def _apart(self, task: _Task, bases: list[_Value]) -> Iterator[_Value]:
        """By how much one is more than another, or what is left of it."""
        texts = [wording_of(one.source) for one in self._prices.each]
        periods = {one for text in texts for one in (*factors(text, task.text), *among(text))}
        several = [*periods, *map(Fraction, (1, *task.counts))]
        others = {Fraction(base.sum[0]) for base in bases}.union(map(Fraction, task.notes))
        for base, factor, other in product(bases, several, others):
            if base.cents * factor != other:
                apart = abs(base.cents * factor - other)
                yield from (base._replace(cents=apart * each) for each in (task.factors if task.parts else (1,)))


def _paid_with(task: _Task, bases: list[_Value]) -> Iterator[_Value]:
    """The note itself, where the change is right that copy tells, or none is told."""
    for base, count in product(bases, (1, *task.counts)):
        rest = task.note - base.cents * count
        if rest > 0 and (rest in task.others or not task.others):
            yield base._replace(cents=Fraction(task.note))


def _added(items: list[Item], task: _Task) -> Iterator[_Value]:
    counts = (1, *task.counts)
    for number in range(2, _MOST_ADDED + 1):
        for some, each in product(combinations(items, number), product(counts[:5], repeat=number)):
            total = sum(one.sum[0] * count for one, count in zip(some, each, strict=True))
            yield _Value(Fraction(total), some[0].source, some[0].sum)


class _Task:
    """The amount to be found, and what may be done to find it, as its sentence and the one before let it."""

    def __init__(self, said: Stated, amount: Amount, how: Telling) -> None:
        text = said.reading.text
        self.text = text[slice(*around(text, amount))]
        start, end = around(text, amount, before=True)
        self._target = cents(amount.value)
        self._hedge = hedged(text, amount.start)
        self.parts = how.parts if not how.whole else None
        self.percents = frozenset(one.value for one in said.percents if start <= one.start < end)
        self.measured = [one for one in said.measured if start <= one.start < end]
        self.counted = [one for one in said.counted if start <= one.start < end]
        self.counts = sorted(times(said, start, end).union(spans(text[start:end])))[:_MOST]
        self.names = names_in(text[start:end])
        self.extra = names_in(" ".join(_EXTRA.findall(self.text)))
        self.several = _are_several(said, amount, (start, end))
        self.shared = how.each or bool(_SHARED.search(self.text) or _AT.search(text, start, amount.start))
        self.dearer = _DEARER.search(self.text) is not None
        self.apart = bool(
            how.saved
            or how.left
            or _APART.search(self.text)
            or _MORE.search(text, max(0, amount.start - 24), amount.start)
            or _MORE_AFTER.match(text, amount.end)
        )
        self.factors = frozenset(self._factors(more=how.more))
        self.notes = notes(said, start, end)
        self.note = self._target if change(text[start:end]) and is_note(text, amount) else 0
        self.others = {cents(one.value) for one in said.amounts if start <= one.start < end and one != amount}

    def _factors(self, *, more: bool) -> Iterable[Fraction]:
        """By what any price may be multiplied."""
        if self.parts:
            return {Fraction(1, self.parts), *({Fraction(1, self.parts + 1)} if more else ())}
        counts = [Fraction(one) for one in self.counts]
        found = {Fraction(1), *counts, *(one * other for one, other in combinations(counts[:5], 2))}
        if self.shared:
            found |= {1 / one for one in counts}
        for words, part in _FRACTIONS:
            if words.search(self.text):
                found |= {part, 1 - part} if part < 1 else {part}
        return found

    def takes(self, value: Fraction, *, plain: bool) -> bool:
        """Whether so many cents are the amount, to the cent up or down, or as nearly as it is told. What costs `plain`
        so much makes nothing of words such as "over", which tell a limit as often as not."""
        if -1 < self._target - value < 1:
            return True
        if (
            self._hedge is None
            or (plain and self._hedge.most > _FARTHEST)
            or not _NEAREST * self._target < value < _FARTHEST * self._target
        ):
            return False
        return self._hedge.holds(Decimal(self._target), Decimal(int(value)))


def _are_several(said: Stated, amount: Amount, place: tuple[int, int]) -> bool:
    """Whether the numbers of at least two things are told: `two teas and a scone`."""
    numerals = [
        one
        for one in said.reading.numerals
        if place[0] <= one.start < place[1] and not any(each.start <= one.start < each.end for each in said.amounts)
    ]
    pairs = not _TWO.isdisjoint(words_of(said.reading.text[slice(*place)]))
    return len(numerals) + pairs > 1 or any(
        _AND_ONE.match(said.reading.text, one.end + 1, place[1]) for one in numerals
    )
