"""Amounts in the hundredth part of a currency, and what is given away for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.checks.copy import Copy, wording_of
from service.checks.models import Claim
from service.checks.numbers import Amount
from service.checks.stated import Stated
from service.checks.words import fold, wordset

CENTS = wordset("cent cents centavo centavos centimo centimos penny pence")
"""The hundredth parts of a currency."""
_PENCE = re.compile(r"(?:p|¢)(?!\w)")
_OUR_TREAT = re.compile(
    r"\b(?:gratis|gratuit[oa]s?|free|on us|on the house|at no cost|por nossa conta|por conta da casa|cortesia"
    r"|sem custo|por nuestra cuenta|va por cuenta de la casa|invita la casa|de regalo|sin costo|sin coste"
    r"|no te cuesta nada)\b(?!-)"
)


def given_away(copy: Copy, name: str) -> Iterator[Claim]:
    """What copy still gives away although only an offer that has ended did."""
    match = _OUR_TREAT.search(copy.texts[name].folded)
    if match is None or any(_is_given(wording_of(source)) for source in copy.valid):
        return
    if any(_is_given(wording_of(source)) for source in copy.lapsed):
        start, end = match.span()
        yield Claim(
            kind="price", field=name, start=start, end=end, text=copy.fields[name][start:end], value="0", expired=True
        )


@lru_cache(maxsize=2_048)
def _is_given(wording: str) -> bool:
    return _OUR_TREAT.search(fold(wording)) is not None


def small(phrases: Stated) -> Iterator[Amount]:
    """Amounts in the hundredth part of a currency: `25 cents`, `99p`."""
    for one in phrases.counted:
        if one.noun in CENTS:
            whole = any(0 <= one.start - before.end <= 5 for before in phrases.amounts)
            if not whole:  # "dois reais e cinquenta centavos" has its whole part before it
                yield Amount(one.value / 100, "GBP" if one.noun in ("penny", "pence") else None, one.start, one.end)
    for loose in phrases.loose:
        if (match := _PENCE.match(phrases.reading.text, loose.end)) and not loose.spelled:
            yield Amount(loose.value / 100, "GBP" if match[0] == "p" else None, loose.start, match.end())
