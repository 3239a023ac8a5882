"""In how many parts a price may be paid, and how many times it comes to an amount."""

from __future__ import annotations

from decimal import Decimal

from service.checks.arithmetic import cents
from service.checks.copy import Copy, Sources, fact_support, support, wording_of
from service.checks.models import Support
from service.checks.numbers import Amount
from service.checks.prices import Prices, prices_of
from service.checks.stated import spoken, told

_MOST = 8  # prices of one source that are reckoned with


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


def explains(copy: Copy, sources: Sources, count: Decimal, things: frozenset[str] = frozenset()) -> list[Support]:
    """What evidence says, if it makes the number how many times a price comes to an amount in copy: four at R$ 79 are
    R$ 316, and R$ 30 for three months are R$ 10 each. If it is a number of `things` whose price is told by
    the hundred, so many hundreds do."""
    if count % 1 or count < 2:
        return []
    said = {cents(one.value) for name in copy.fields for one in spoken(copy, name).amounts}
    for priced in prices_of(sources, copy.locale).each if said else ():
        counted = told(wording_of(priced.source), copy.locale).counted if things else ()
        hundreds = [one.value for one in counted if not one.stems.isdisjoint(things)]
        for sum_ in priced.sums[:_MOST]:
            each = {value for value in (sum_[0], *priced.reduced(sum_[0])) if value}
            if any(one * count in said or abs(whole * count - one) < count for one in each for whole in said):
                return [priced.sum(sum_, derived=True)]
            if any(one * count == whole * many for one in each for whole in said for many in hundreds):
                return [priced.sum(sum_, derived=True)]
            if any(
                one * count + other in said for one in each for other, _ in priced.sums[:_MOST] if other not in each
            ):
                return [priced.sum(sum_, derived=True)]  # so much for a start, and so much for each
    return []
