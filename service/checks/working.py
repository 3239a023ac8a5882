"""Amounts worked out step by step: from prices of evidence, by the numbers that their own sentence names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from operator import itemgetter
from typing import NamedTuple

from service.checks.arithmetic import Sum, agree, cents
from service.checks.copy import wording_of
from service.checks.hedges import Hedge, hedged
from service.checks.items import Item, items_of, names_in, shared
from service.checks.models import Support
from service.checks.notes import change, is_note, notes
from service.checks.numbers import Amount
from service.checks.prices import Priced, Prices
from service.checks.reckoning import ratios, same_things
from service.checks.stated import Stated, told
from service.checks.tariffs import among, factors, spans
from service.checks.telling import Telling, around, times
from service.checks.units import stem
from service.checks.words import words_of, wordset
from service.types import Locale

_MOST = 8  # prices of one source, things and numbers that are reckoned with
_SAME = 2  # stems that evidence on the same thing has in common
_MOST_ADDED = 3  # different things
_MOST_SEARCHED = 24  # amounts of one piece of copy for which nothing simpler is found
_MOST_VALUES = 240
_ROUND, _FEW = 50, 5  # cents
_NEAREST, _FARTHEST = 0.75, 1.25  # what "less than" and "over" leave open of a price
_CENT = 0.999999  # up or down

_SHARED = re.compile(
    r"\b(?:cada|each|every|per|apiece|split|shar(?:e|ed|ing)|divid\w+|rach\w+|entre|between|among|por (?:pessoa|cabeca"
    r"|persona|cabeza|unidade|unidad)|a (?:head|piece)|pacotes?|packs?|bonos?|pass|caixas?|cajas?|box)\b"
)
_AT = re.compile(r"[^\W\d]{2} (?:at|a|de|por) \Z")
_APART = re.compile(
    r"\b(?:econom\w+|poup\w+|sav(?:e|es|ed|ing|ings)|ahorr\w+|diferen\w+|difference|troco|change|vuelto|cambio|vuelta"
    r"|sobra\w*|upgrade|bolsos?|bolsillos?|pockets?|wallets?|better off|(?:deix|dej)\w+ de|evita\w*"
    r"|(?:not|never|don't|won't) (?:\w+ )?(?:spend|pay)|(?:nao|no) (?:\w+ )?(?:gast|pag)\w+|back|left|away|keep\w*"
    r"|falta[mn]?|resta[mn]?|remaining|restos?|saldo|balance|the rest|add|acrescent\w+|adicion\w+|agreg\w+|suma"
    r"|anad\w+)\b|\bsome r\$"
)
_DEPOSIT = re.compile(
    r"\b(?:to book|book|reserv\w+|sen(?:a|al|as)|sinal|deposit\w*|entrada|anticipo|adelanto|down|holds?|up ?front)\b"
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
    (re.compile(rf"\b(?:{words})\b"), float(Fraction(*parts)))
    for words, *parts in (
        (r"metade|mitad|half|mei[oa]", 1, 2),
        (r"um terco|a third|one third|un tercio|(?:a|una|la) terce(?:ir|r)a parte", 1, 3),
        (r"dois tercos|two[ -]thirds|dos tercios", 2, 3),
        (r"um quarto (?:d[aeo]s?|agora|hoje|ja|n[ao])|a quarter|one quarter|(?:un )?cuarto", 1, 4),
        (r"(?:a|una|la) (?:quarta|cuarta) parte", 1, 4),
        (r"tres quartos|three[ -]quarters|tres cuartos", 3, 4),
        (r"um quinto|a fifth|one fifth|un quinto", 1, 5),
        (r"dobro|doble|double|twice", 2),
        (r"triplo|triple|treble|three times", 3),
    )
)


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
        if self._searched > _MOST_SEARCHED:
            return []
        task = _Task(said, amount, how)
        pools = [*self._pools(task, amount.currency), _pool(((one, (one, None)) for one in held), None, ())]
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

    def _pools(self, task: _Task, wanted: str | None) -> Iterator[_Pool]:
        """Prices, and what is left of them after discounts and rebates, or is made of them by a percentage."""
        room = _MOST_VALUES
        for one in self._prices.each:
            values: list[tuple[float, Sum]] = []
            rates = [float(rate) / 100 for rate in one.rates(task.percents) | self._rates(task, one)]
            for sum_ in one.sums[:_MOST] if room > 0 else ():
                value = sum_[0]
                if value and agree(sum_[1], wanted):
                    made = {value, *one.reduced(value), *(value * rate for rate in rates)}
                    made.update(value - value * rate for rate in rates)
                    made.update(value + value * rate for rate in rates if task.dearer)
                    values += [(each, sum_) for each in made]
            room -= len(values)
            if values:
                yield _pool(values, one, self._own_factors(task, one))

    def _rates(self, task: _Task, priced: Priced) -> set[Decimal]:
        """The percentages beside the amount that evidence on the same thing tells."""
        return {
            rate
            for rate in task.percents
            if any(shared(one.source, priced.source) >= _SAME for one in self._prices.percents.get(rate, ()))
        }

    def _own_factors(self, task: _Task, source: Priced) -> list[float]:
        """By what only the prices of that evidence may be multiplied: its periods, measures and numbers of things."""
        if task.parts:
            return []
        known = told(wording_of(source.source), self._locale)
        found = [float(one) * other for one in factors(known.reading.text, task.text) for other in (1, *task.counts)]
        found += map(float, (*ratios(known.measured, task.measured), *same_things(known, task.counted)))
        if task.shared:
            return [*found, *(1 / one for one in source.counts)]
        numbered = {stem(one.noun) for one in task.counted}
        unnumbered = (one for one in known.counted if one.value >= 1 and stem(one.noun) in task.names - numbered)
        return [*found, *(1 / float(one.value) for one in unnumbered)]  # what one of the 40 costs

    def _together(self, task: _Task) -> _Found | None:
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

    def _apart(self, task: _Task, pools: Sequence[_Pool]) -> _Found | None:
        """By how much one is more than another, or what is left of it."""
        several = {1.0}
        if task.parts or task.apart or task.notes:
            texts = [wording_of(one.source) for one in self._prices.each]
            several.update(task.counts, *(map(float, (*factors(one, task.text), *among(one))) for one in texts))
        others = sorted({float(sum_[0]) for pool in pools for sum_ in pool.sums}.union(task.notes))
        ranges = [(task.low / each, task.high / each) for each in (task.factors if task.parts else (1.0,))]
        for pool, factor, (low, high) in product(pools, several, ranges):
            for value, sum_ in zip(pool.values, pool.sums, strict=True):
                whole = value * factor
                if _stands(others, whole - high, whole - low) >= 0 or _stands(others, whole + low, whole + high) >= 0:
                    return pool.source, sum_
        return None

    def _paid_with(self, task: _Task, pools: Sequence[_Pool]) -> _Found | None:
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


def _scaled(task: _Task, pools: Sequence[_Pool]) -> _Found | None:
    """So many times a value, or such a part of it."""
    for pool in pools:
        for factor in (*task.factors, *pool.factors):
            # What simply costs so much makes nothing of "over", which tells a limit as often as not.
            low, high = (
                (task.target - _CENT, task.target + _CENT) if task.wide and factor == 1 else (task.low, task.high)
            )
            at = _stands(pool.values, low / factor, high / factor)
            if at >= 0:
                return pool.source, pool.sums[at]
    return None


def _told_together(task: _Task, held: Mapping[int, Support]) -> _Found | None:
    """Several sums that copy tells."""
    for number in range(2, _MOST_ADDED + 1):
        for some in combinations([*held][:_MOST], number):
            if task.low <= sum(some) <= task.high and (task.total or not task.beside.isdisjoint(some)):
                return None, (some[0], None)
    return None


def _added(items: Sequence[Item], task: _Task) -> _Found | None:
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


class _Task:
    """The amount to be found, and what may be done to find it, as its sentence and the one before let it."""

    def __init__(self, said: Stated, amount: Amount, how: Telling) -> None:
        text = said.reading.text
        self.text = text[slice(*around(text, amount))]
        start, end = around(text, amount, before=True)
        self.target = cents(amount.value)
        self._as_told(hedged(text, amount.start))
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
        self.deposit = _DEPOSIT.search(self.text) is not None
        self.notes = notes(said, start, end)
        self.note = self.target if change(text[start:end]) and is_note(text, amount) else 0
        self.total, self.beside = how.total, how.beside
        self.others = {cents(one.value) for one in said.amounts if start <= one.start < end and one != amount}
        self.factors = sorted(self._factors(more=how.more))

    def _as_told(self, hedge: Hedge | None) -> None:
        """Between what true values lie: to the cent up or down, or as nearly as words such as "almost" tell it."""
        self.low, self.high = self.target - _CENT, self.target + _CENT
        self.wide = hedge is not None and hedge.most > _FARTHEST
        if hedge:
            least, most = max(_NEAREST, float(hedge.least)), min(_FARTHEST, float(hedge.most))
            few = _FEW if self.target % _ROUND else self.target  # who tells odd cents leaves little open
            self.low = min(self.low, max(self.target * least, self.target - few))
            self.high = max(self.high, min(self.target * most, self.target + few))

    def _factors(self, *, more: bool) -> set[float]:
        """By what any price may be multiplied."""
        if self.parts:
            return {1 / self.parts, 1 / (self.parts + more)}
        counts = self.counts
        found = {1.0, *counts, *(one * other for one, other in combinations(counts[:5], 2))}
        if self.shared:
            found.update(1 / one for one in counts)
        for words, part in _FRACTIONS:
            if words.search(self.text):
                found.update((part, 1 - part) if part < 1 else (part,))
        return found


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
