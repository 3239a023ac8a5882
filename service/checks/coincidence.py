"""Sums that come out of others by one step of arithmetic, and could hardly have done so by chance.

No wording is asked for: three and a half hours at R$ 60 are R$ 210 however copy tells it. What a step can reach grows
with all that is known, and so does the chance that a wrong figure is among it. So the figures beside the claimed one,
those that differ in one of its digits, are tried as well: only where next to none of them can be reached does it tell
anything that the claimed one can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from service.checks.arithmetic import MOST_COUNTED, agree, cents
from service.checks.copy import wording_of
from service.checks.items import shared
from service.checks.models import Support
from service.checks.numbers import Amount
from service.checks.once import once
from service.checks.prices import Priced, Prices
from service.checks.said import Said
from service.checks.stated import Stated, told
from service.checks.telling import around

_SAME = 2  # stems that evidence on the same thing has in common
_MOST = 14  # sums, and numbers by which they are multiplied
_BY_CHANCE = 0.12  # of the neighbours, which may be reached as well
_FEWEST = 15  # neighbours: a figure of one digit tells nothing


class Coincidence:
    """What some evidence makes of sums that stand beside other numbers, by which they may be explained."""

    def __init__(self, said: Said, prices: Prices) -> None:
        self._said = said
        self._priced = prices.each
        self._reaches: dict[tuple[str | None, frozenset[int]], Reach] = {}

    def find(self, said: Stated, amount: Amount, held: Mapping[int, Support]) -> list[Support]:
        """What the amount comes of, `held` being the other sums of copy that are supported."""
        target = cents(amount.value)
        if target not in self._explained:
            return []
        known = {sum_[0]: (one, sum_) for one in self._priced for sum_ in one.sums if agree(sum_[1], amount.currency)}
        which = amount.currency, frozenset(held)
        if which not in self._reaches:
            rates = {value: self._rates[one] for value, (one, _) in known.items()}
            pairs = frozenset(frozenset((old[0], new[0])) for one in self._priced for old, new in one.pairs)
            self._reaches[which] = Reach({**dict.fromkeys(held, frozenset[Decimal]()), **rates}, self._factors, pairs)
        base = self._reaches[which].base(target)
        if base is None:
            return []
        if base in known:
            one, sum_ = known[base]
            return [one.sum(sum_, derived=True)]
        return [held[base].model_copy(update={"derived": True})]

    @once
    def _explained(self) -> frozenset[int]:
        return frozenset(
            cents(one.value) for said in self._said.phrases for one in said.amounts if _stands_beside_another(said, one)
        )

    @once
    def _rates(self) -> dict[Priced, frozenset[Decimal]]:
        """The percentages of each piece of evidence, its own and those of others on the same thing."""
        own = {one: one.rates(self._said.percents) for one in self._priced}
        return {
            one: frozenset().union(*(own[by] for by in own if by is one or shared(by.source, one.source) >= _SAME))
            for one in own
        }

    @once
    def _factors(self) -> frozenset[Decimal]:
        """The numbers that copy and evidence tell, but for sums of money."""
        evidence = [told(wording_of(one.source), self._said.locale) for one in self._priced]
        return frozenset(
            one.value
            for said in (*self._said.phrases, *evidence)
            for one in said.reading.numerals
            if 1 < one.value <= MOST_COUNTED and not any(sum_.start <= one.start < sum_.end for sum_ in said.amounts)
        )


def _stands_beside_another(said: Stated, amount: Amount) -> bool:
    start, end = around(said.reading.text, amount)
    return any(
        start <= one.start < end and (one.end <= amount.start or amount.end <= one.start)
        for one in said.reading.numerals
    )


class Reach:
    """What can be made of sums, in cents, by one step: so many times or such a part of one, one of its percentages or
    what that leaves, two of them together or apart. `rates` are the percentages of each sum, and `pairs` what something
    cost and costs, which nobody adds up."""

    def __init__(
        self,
        rates: Mapping[int, Collection[Decimal]],
        factors: Collection[Decimal],
        pairs: Collection[frozenset[int]] = (),
    ) -> None:
        self._pairs = pairs
        self._known = frozenset(sorted(one for one in rates if one > 0)[:_MOST])
        self._made: dict[int, int] = {}
        for base in sorted(self._known):
            for value in _made(base, sorted(factors)[:_MOST], rates[base]):
                self._made.setdefault(value, base)

    def base(self, target: int) -> int | None:
        """A sum that it comes of, or none where it may as well have come out by chance."""
        found = self._base(target)
        if found is None:
            return None
        beside = [*_beside(target)]
        reached = sum(self._base(one) is not None for one in beside)
        return found if len(beside) >= _FEWEST and reached <= _BY_CHANCE * len(beside) else None

    def _base(self, target: int) -> int | None:
        if target in self._made:
            return self._made[target]
        return next((one for one in self._known if self._is_of_two(one, target)), None)

    def _is_of_two(self, one: int, target: int) -> bool:
        rest = target - one
        if rest in self._known and rest != one and frozenset((one, rest)) not in self._pairs:
            return True
        return -rest in self._known or target + one in self._known


def _made(base: int, factors: Collection[Decimal], rates: Collection[Decimal]) -> Iterator[int]:
    for factor in factors:
        for value in (base * factor, base / factor):
            yield from (int(value), int(value + Decimal("0.5")))
    for rate in rates:
        part = base * rate / 100
        for value in (part, base - part):
            yield from (int(value), int(value + Decimal("0.5")))


def _beside(target: int) -> Iterator[int]:
    """The sums that differ in one digit, up to the last that is not nought."""
    digits = str(target).rstrip("0") if target % 100 == 0 else str(target)
    scale = 10 ** (len(str(target)) - len(digits))
    for place, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit and (place or other != "0"):
                yield int(f"{digits[:place]}{other}{digits[place + 1 :]}") * scale
