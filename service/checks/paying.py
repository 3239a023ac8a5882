"""In how many parts a price may be paid, and how many times it comes to an amount."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from itertools import product

from service.checks.arithmetic import cents
from service.checks.copy import Copy, Sources, fact_support, support, wording_of
from service.checks.measure import Measured
from service.checks.models import Support
from service.checks.numbers import Amount
from service.checks.prices import Prices, prices_of
from service.checks.reckoning import ratios, same_things
from service.checks.stated import Stated, spoken, told
from service.checks.units import Counted

_YEAR = 12
_TO_PAY = re.compile(
    r" (?:(?:to|para|pra) (?:pay|spread|pag\w+|parcel\w+)|sem juros|sin interes\w*|interest[ -]free)\b"
)
_PAID_OVER = re.compile(
    r"\b(?:over|across|(?:pag\w+|pay\w*|divid\w+|parcel\w+|spread|financ\w+) (?:em|en|in|for|por)) \Z"
)
_FAR = 40
_MONTHS = 12
_WORTH = re.compile(
    r"\b(?:valor|preco|precio|price|custo|costo|coste|cost|equival\w+|worth|econom\w+|poup\w+|sav(?:es?|ing)|ahorr\w+"
    r"|ganh\w+|gan\w+|grat\w+)(?: (?:a|ao|de|del|of|o|el|to|the|as|las|voce))* \Z"
)
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


def is_worth(text: str, at: int) -> bool:
    """Whether what stands there is told as the worth of something: `o valor de duas mensalidades`."""
    return _WORTH.search(text, max(0, at - _FAR), at) is not None


def times_saved(prices: Prices, count: int, said: Collection[int]) -> list[Support]:
    """What makes so many times a price a sum that copy tells, or what one saves who pays for a year at once."""
    for one in prices.each:
        for (each, currency), (year, _) in product(one.sums[:_MOST], repeat=2):
            if each and (each * count in said or each * count in (year, each * _MONTHS - year)):
                return [one.sum((each, currency), derived=True)]
    return []


def explains(copy: Copy, sources: Sources, count: Decimal) -> list[Support]:
    """What evidence says, if it makes the number how many times a price comes to an amount in copy: four at R$ 79 are
    R$ 316, and R$ 30 for three months are R$ 10 each; with what comes to it once, as R$ 5 and ten times R$ 2."""
    if count % 1 or count < 2:
        return []
    said = {cents(one.value) for name in copy.fields for one in spoken(copy, name).amounts}
    prices = prices_of(sources, copy.locale)
    others = [*prices.sums][: 2 * _MOST] if said else []
    for priced in prices.each if said else ():
        for sum_ in priced.sums[:_MOST]:
            for each in {value for value in (sum_[0], *priced.reduced(sum_[0])) if value}:
                whole = each * count
                if whole in said or any(abs(one * count - each) < count for one in said):
                    return [priced.sum(sum_, derived=True)]
                if any(whole + other in said for other in others if other not in (sum_[0], each)):
                    return [priced.sum(sum_, derived=True)]
    return []


def pays_for(copy: Copy, sources: Sources, one: Measured, said: Stated) -> list[Support]:
    """What may be paid in as many monthly parts as there are months in years: 36 are `três anos para pagar`."""
    text, months = said.reading.text, one.amount
    if one.dimension != "months" or months < _YEAR:
        return []
    if not (_TO_PAY.match(text, one.end) or _PAID_OVER.search(text, max(0, one.start - 24), one.start)):
        return []
    for priced in prices_of(sources, copy.locale).each:
        facts = priced.source.facts
        if facts and facts.installments == months:
            return [fact_support(priced.source, "installments", facts.installments, derived=True)]
        if months in (*priced.wording.counts, priced.wording.instalments):
            return [support(priced.source, 0, 0, derived=True)]
    return []


def by_hundred(copy: Copy, sources: Sources, wanted: Counted, said: Stated) -> list[Support]:
    """What evidence says, if so many cost an amount beside them by what it tells that others of them cost: of 100
    points that are worth R$ 2, a thousand are worth R$ 20."""
    amounts = {cents(one.value) for one in said.amounts}
    for priced in prices_of(sources, copy.locale).each if amounts else ():
        for ratio in same_things(told(wording_of(priced.source), copy.locale), (wanted,)):
            if found := next((sum_ for sum_ in priced.sums[:_MOST] if sum_[0] and sum_[0] * ratio in amounts), None):
                return [priced.sum(found, derived=True)]
    return []


def weighs(copy: Copy, sources: Sources, one: Measured) -> list[Support]:
    """What evidence says, if so much of something comes to an amount of copy: a kilo at R$ 60 makes 300 g R$ 18."""
    amounts = {cents(each.value) for name in copy.fields for each in spoken(copy, name).amounts}
    for priced in prices_of(sources, copy.locale).each if amounts else ():
        for ratio in ratios(told(wording_of(priced.source), copy.locale).measured, (one,)):
            for sum_ in priced.sums[:_MOST]:
                if sum_[0] and any(abs(sum_[0] * ratio - each) < 1 for each in amounts):
                    return [priced.sum(sum_, derived=True)]
    return []
