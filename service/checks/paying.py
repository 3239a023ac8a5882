"""In how many parts a price may be paid, and how many times it comes to an amount."""

from __future__ import annotations

from decimal import Decimal

from service.checks.arithmetic import cents
from service.checks.copy import Copy, Sources, fact_support, support
from service.checks.models import Support
from service.checks.numbers import Amount
from service.checks.prices import Prices, prices_of
from service.checks.stated import spoken


def instalments(prices: Prices, count: int, amount: Amount | None) -> list[Support]:
    """What lets the price be paid in so many parts."""
    found: list[Support] = []
    for one in prices.each:
        facts = one.source.facts
        total = cents(amount.value) * count if amount else 0
        whole = [sum_ for sum_ in one.sums if amount and abs(sum_[0] - total) <= count]
        # Fewer parts than may be are right, but not with what one of more parts comes to.
        fewer = whole or not amount or all(sum_[0] != cents(amount.value) for sum_ in one.sums)
        if facts and facts.installments and (count == facts.installments or (count < facts.installments and fewer)):
            exact = count == facts.installments
            found.append(fact_support(one.source, "installments", facts.installments, derived=not exact))
        elif count in one.wording.counts or (count <= one.wording.instalments and fewer):
            found.append(support(one.source, 0, 0, derived=True))
        elif amount:
            found += [one.sum(sum_, derived=True) for sum_ in whole]
    return found


def explains(copy: Copy, sources: Sources, count: Decimal) -> list[Support]:
    """What evidence says, if it makes the number how many times a price comes to an amount in copy: four at R$ 79 are
    R$ 316, and R$ 30 for three months are R$ 10 each."""
    if count % 1 or count < 2:
        return []
    said = {cents(one.value) for name in copy.fields for one in spoken(copy, name).amounts}
    for priced in prices_of(sources, copy.locale).each if said else ():
        for sum_ in priced.sums:
            if sum_[0] and any(one == sum_[0] * count or abs(one * count - sum_[0]) < count for one in said):
                return [priced.sum(sum_, derived=True)]
    return []
