"""What copy tells of prices and numbers over all its fields, by which arithmetic may go."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from service.checks.arithmetic import cents
from service.checks.copy import Copy
from service.checks.counts import periods as periods_of
from service.checks.counts import times
from service.checks.numbers import Amount
from service.checks.once import once
from service.checks.stated import NOTHING, Stated, spoken
from service.checks.telling import Telling, examples, telling

MOST_TOLD = 60  # sums and instalments in a field


def is_crowded(said: Stated) -> bool:
    """Whether it tells more sums than any copy does, of which nothing is reckoned: it would take minutes."""
    return len(said.amounts) + len(said.parts) > MOST_TOLD


class Said:
    """The amounts, percentages and counts of a piece of copy."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self.locale = copy.locale

    @once
    def phrases(self) -> tuple[Stated, ...]:
        """What each field tells, but for those that are `crowded`."""
        told = (spoken(self._copy, name) for name in self._copy.fields)
        return tuple(NOTHING if is_crowded(one) else one for one in told)

    @once
    def sums(self) -> dict[int, Telling]:
        """The sums that copy tells, and how."""
        found: dict[int, Telling] = {}
        for said in self.phrases:
            for one in said.amounts:
                value, told_ = cents(one.value), telling(said, one)
                found[value] = told_._replace(total=told_.total or (value in found and found[value].total))
        return found

    @once
    def places(self) -> dict[int, list[tuple[Stated, Amount]]]:
        """Where each sum is told."""
        found = defaultdict[int, list[tuple[Stated, Amount]]](list)
        for said in self.phrases:
            for one in said.amounts:
                found[cents(one.value)].append((said, one))
        return found

    @once
    def examples(self) -> frozenset[int]:
        """The sums that copy only supposes somebody to spend or to save."""
        return frozenset(cents(one.value) for said in self.phrases for one in examples(said))

    @once
    def percents(self) -> frozenset[Decimal]:
        return frozenset(one.value for said in self.phrases for one in said.percents)

    @once
    def stems(self) -> frozenset[str]:
        return frozenset().union(*(text.stems for text in self._copy.texts.values()))

    @once
    def counts(self) -> frozenset[int]:
        """How many things copy tells of."""
        return frozenset().union(*(times(said) for said in self.phrases))

    @once
    def periods(self) -> frozenset[int]:
        return frozenset().union(*(periods_of(said.reading.text) for said in self.phrases))
