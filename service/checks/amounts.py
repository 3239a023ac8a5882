"""Prices and percentages must be stated in evidence, or follow from it by plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import combinations, permutations

from service.checks import numbers
from service.checks.copy import Copy, Source
from service.checks.models import Finding

_MULTIPLES = frozenset(range(2, 13))
_MOST_AMOUNTS = 24  # of one source: arithmetic over pairs of them stays cheap
_Sum = tuple[Decimal, str | None]


@dataclass(frozen=True, slots=True)
class _Ground:
    """The amounts and percentages that some evidence states, a source each; what follows from them is worked out when
    something is not among them."""

    sources: Sequence[tuple[frozenset[_Sum], frozenset[Decimal]]]
    counts: frozenset[int]

    def holds(self, amount: numbers.Amount) -> bool:
        return any(_same(amount, stated) for stated, _ in self.sources) or any(
            _same(amount, following) for following in self._following()
        )

    def holds_percent(self, percent: Decimal) -> bool:
        if any(percent in percents for _, percents in self.sources):
            return True
        return any(percent in _shares(stated) for stated, _ in self.sources) or percent in self._spread()

    def _following(self) -> Iterator[set[_Sum]]:
        for stated, percents in self.sources:
            yield {(sum_, currency) for value, currency in stated for sum_ in _scaled(value, self.counts, percents)}
            yield _combined(stated)
        yield _combined({one for stated, _ in self.sources for one in stated})

    def _spread(self) -> set[Decimal]:
        """Percentages spread over months or people, as a yearly rate told by the month."""
        return {
            (percent / count).quantize(Decimal("0.1"))
            for _, percents in self.sources
            for percent in percents
            for count in self.counts
        }


def prices(copy: Copy) -> Iterator[Finding]:
    """Sums of money that no valid evidence supports."""
    named = [(name, amount) for name, text in copy.fields.items() for amount in numbers.amounts(text)]
    valid = _ground(copy, expired=False) if named else None
    for name, amount in named:
        if valid and not valid.holds(amount):
            code = "claim.expired" if _ground(copy, expired=True).holds(amount) else "claim.price"
            yield copy.finding(code, name, amount.start, amount.end)


def percentages(copy: Copy) -> Iterator[Finding]:
    """Percentages that no valid evidence supports."""
    named = [(name, percent) for name, text in copy.fields.items() for percent in numbers.percents(text)]
    valid = _ground(copy, expired=False) if named else None
    for name, percent in named:
        if valid and not valid.holds_percent(percent.value):
            code = "claim.expired" if _ground(copy, expired=True).holds_percent(percent.value) else "claim.percent"
            yield copy.finding(code, name, percent.start, percent.end)


def _ground(copy: Copy, *, expired: bool) -> _Ground:
    sources = [source for source in copy.evidence if copy.expired(source) is expired]
    texts = [*copy.fields.values(), *(source.text for source in sources)]
    counts = _MULTIPLES.union(*(numbers.counts(text) for text in texts))
    return _Ground([(frozenset(_stated(source)), frozenset(_percents(source))) for source in sources], counts)


def _same(amount: numbers.Amount, sums: Iterable[_Sum]) -> bool:
    return any(
        value == amount.value and (currency is None or amount.currency in (None, currency)) for value, currency in sums
    )


def _stated(source: Source) -> list[_Sum]:
    texts = f"{source.title}\n{source.text}\n{(source.facts and source.facts.terms) or ''}"
    found = [(amount.value, amount.currency) for amount in numbers.amounts(texts)]
    if facts := source.facts:
        sums = (facts.price, facts.old_price, facts.pix_price, facts.installment_amount)
        found = [(sum_, facts.currency) for sum_ in sums if sum_ is not None] + found
    if numbers.free(texts):
        found.append((Decimal(0), None))
    return found[:_MOST_AMOUNTS]


def _percents(source: Source) -> set[Decimal]:
    text = f"{source.title}\n{source.text}\n{(source.facts and source.facts.terms) or ''}"
    found = {percent.value for percent in numbers.percents(text)} | numbers.implied_percents(text)
    if source.facts and source.facts.discount_percent is not None:
        found.add(source.facts.discount_percent)
    return found


def _scaled(value: Decimal, counts: Iterable[int], percents: Iterable[Decimal]) -> set[Decimal]:
    """Multiples and instalments of a sum, and what a percentage of it comes to."""
    bases = {value}
    for percent in percents:
        part = value * percent / 100
        bases |= numbers.rounded(part) | numbers.rounded(value - part) | numbers.rounded(value + part)
    found = set(bases)
    for base in bases:
        for count in counts:
            found |= {base * count} | numbers.rounded(base / count)
    return found


def _combined(stated: Iterable[_Sum]) -> set[_Sum]:
    """Sums of two or three amounts of one currency, and differences of two."""
    found: set[_Sum] = set()
    for few in (*combinations(stated, 2), *combinations(list(stated)[:8], 3)):
        currencies = {currency for _, currency in few if currency}
        if len(currencies) <= 1:
            currency = next(iter(currencies), None)
            values = [value for value, _ in few]
            found.add((sum(values, Decimal(0)), currency))
            if len(few) == 2:
                found.add((abs(values[0] - values[1]), currency))
    return found


def _shares(stated: Iterable[_Sum]) -> set[Decimal]:
    """By how much, in percent, one amount of a source is less than another."""
    found: set[Decimal] = set()
    for (high, currency), (low, other) in permutations(stated, 2):
        if high > low and other in (currency, None):
            share = (high - low) * 100 / high
            found |= {share, share.quantize(Decimal(1), ROUND_HALF_UP), share.quantize(Decimal(1), ROUND_DOWN)}
    return found
