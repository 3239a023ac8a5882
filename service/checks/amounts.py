"""Prices and percentages must be stated in evidence, or follow from it by plain arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import combinations, permutations

from service.checks.copy import Copy, Source, wording_of
from service.checks.models import Finding
from service.checks.numbers import Amount, known_figures

_MULTIPLES = frozenset(range(2, 13))
_MOST_AMOUNTS = 24  # of one source: arithmetic over pairs of them stays cheap
_MOST_ADDED = 8  # of them, where three are added up
_HIGHEST_COUNT = 400
_Sum = tuple[int, str | None]
"""Cents and their currency, None where the text does not tell."""


class _Ground:
    """The amounts and percentages that some evidence states, a source each. What follows from them is worked out only
    when something is not among them, and backwards, from what is claimed."""

    def __init__(self, copy: Copy, sources: Sequence[Source]) -> None:
        self._copy = copy
        self._sources = sources
        self._stated = [(_sums(source), _percents(source)) for source in sources]

    def holds(self, amount: Amount) -> bool:
        """Whether the amount is stated, or is a sum, a difference, a multiple, a part of what is."""
        target, wanted = _cents(amount.value), amount.currency
        if any(value == target and _agree(currency, wanted) for sums, _ in self._stated for value, currency in sums):
            return True
        if any(_adds_up(sums, target, wanted) for sums, _ in self._stated):
            return True
        if any(
            _scales(value, target, self._counts, percents)
            for sums, percents in self._stated
            for value, currency in sums
            if _agree(currency, wanted)
        ):
            return True
        return _adds_up(list(dict.fromkeys(one for sums, _ in self._stated for one in sums)), target, wanted)

    def holds_percent(self, percent: Decimal) -> bool:
        """Whether the percentage is stated, or is by how much one amount is less than another, or a part of one."""
        if any(percent in percents for _, percents in self._stated):
            return True
        return any(_is_share(sums, percent) for sums, _ in self._stated) or percent in self._spread()

    @cached_property
    def _counts(self) -> frozenset[int]:
        texts = (known_figures(wording_of(source)).counts for source in self._sources)
        return _MULTIPLES.union(*texts, *(said.counts for said in self._copy.figures.values()))

    def _spread(self) -> set[Decimal]:
        """Percentages spread over months or people, as a yearly rate told by the month."""
        return {
            (percent / count).quantize(Decimal("0.1"))
            for _, percents in self._stated
            for percent in percents
            for count in self._counts
        }


def claimed(copy: Copy) -> Iterator[Finding]:
    """Sums of money and percentages that no valid evidence supports."""
    if not any(said.amounts or said.percents for said in copy.figures.values()):
        return
    valid = _Ground(copy, copy.valid)
    for name, said in copy.figures.items():
        for amount in said.amounts:
            if not valid.holds(amount):
                code = "claim.expired" if _Ground(copy, copy.lapsed).holds(amount) else "claim.price"
                yield copy.finding(code, name, amount.start, amount.end)
        for percent in said.percents:
            if not valid.holds_percent(percent.value):
                expired = _Ground(copy, copy.lapsed).holds_percent(percent.value)
                yield copy.finding("claim.expired" if expired else "claim.percent", name, percent.start, percent.end)


def _cents(value: Decimal) -> int:
    return int(value * 100)


def _agree(stated: str | None, claimed: str | None) -> bool:
    return stated is None or claimed is None or stated == claimed


def _sums(source: Source) -> list[_Sum]:
    said = known_figures(wording_of(source))
    found: list[_Sum] = []
    if facts := source.facts:
        sums = (facts.price, facts.old_price, facts.pix_price, facts.installment_amount)
        found = [(_cents(sum_), facts.currency) for sum_ in sums if sum_ is not None]
    found += [(_cents(amount.value), amount.currency) for amount in said.amounts]
    if said.free:
        found.insert(0, (0, None))
    return list(dict.fromkeys(found))[:_MOST_AMOUNTS]


def _percents(source: Source) -> set[Decimal]:
    said = known_figures(wording_of(source))
    found = {percent.value for percent in said.percents} | said.implied
    if source.facts and source.facts.discount_percent is not None:
        found.add(source.facts.discount_percent)
    return found


def _adds_up(sums: Sequence[_Sum], target: int, wanted: str | None) -> bool:
    """Whether it is two or three amounts of one currency together, or the difference of two."""
    for one in {wanted} if wanted else {currency for _, currency in sums}:
        values = [value for value, currency in sums if _agree(currency, one)]
        there = Counter(values)
        for value in there:
            for other in (target - value, value - target):
                if there[other] > (other == value):
                    return True
        if any(sum(three) == target for three in combinations(values[:_MOST_ADDED], 3)):
            return True
    return False


def _scales(value: int, target: int, counts: Collection[int], percents: Collection[Decimal]) -> bool:
    """Whether it is a multiple or an instalment of a sum, or of what a percentage of it comes to."""
    bases = {value}
    for percent in percents:
        part = value * percent / 100
        for share in (part, value - part, value + part):
            bases |= {int(share.quantize(Decimal(1), rounding)) for rounding in (ROUND_HALF_UP, ROUND_DOWN)}
    return target in bases or any(
        (target % base == 0 and target // base in counts) or _divides(base, target, counts) for base in bases if base
    )


def _divides(base: int, target: int, counts: Collection[int]) -> bool:
    """Whether a sum shared among some of them is the target, to the cent, up or down."""
    lowest, highest = base // (target + 1), 2 * base // (2 * target - 1) if target > 0 else _HIGHEST_COUNT
    near = range(max(2, lowest), min(_HIGHEST_COUNT, highest) + 1)
    return any(count in counts and target in (base // count, (2 * base + count) // (2 * count)) for count in near)


def _is_share(sums: Sequence[_Sum], percent: Decimal) -> bool:
    """Whether one amount of a source is less than another by so many percent, exactly or to the whole one."""
    for (high, currency), (low, other) in permutations(sums, 2):
        if high > low and other in (currency, None):
            less = (high - low) * 100
            if percent * high == less or percent in (less // high, (2 * less + high) // (2 * high)):
                return True
    return False
