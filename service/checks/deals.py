"""What evidence tells in numbers that are percentages as well: five for the price of four, the tenth for nothing, four
out of five."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from service.checks.stated import Stated
from service.checks.words import Numeral

_FEW = 12
_FAR = 32
_FOR = re.compile(
    r" ?(?:for|por) (?:so |apenas |solo |only )?"
    r"|(?: [^\W\d]+){0,2}(?: (?:for the price of|pelo preco de|(?:al|por el) precio de)"
    r"|,?(?: (?:e|y|and|but|mas|pero))?(?: (?:you|voce))?(?: (?:only|so|solo|just))? "
    r"(?:pague|pay|paga|pagas|paga-se|pagando|pagan)) (?:so |apenas |solo |only |for )?(?:only |just )?"
)
_GET = re.compile(
    r"\b(?:buy|pay(?:ing)? for|collect|after|compr\w+|pag\w+|lev(?:e|a|ando)|llev\w+|junt\w+|depois d[eao]s?"
    r"|despues de|na compra de|a cada|cada) \Z"
)
_ORDINALS = (
    "", "", "second segunda segundo", "third terceira terceiro tercera tercero tercer", "fourth quarta quarto cuarta"
    " cuarto", "fifth quinta quinto", "sixth sexta sexto", "seventh setima setimo septima septimo", "eighth oitava"
    " oitavo octava octavo", "ninth nona nono novena noveno", "tenth decima decimo", "eleventh undecima"
    " undecimo", "twelfth",
)  # fmt: skip
_ONE_MORE = "next proxima proximo siguiente one another uma outra outro una otra otro uno"
_NEXT = "|".join(" ".join([_ONE_MORE, *_ORDINALS]).split())
_THEN_FREE = re.compile(
    r"(?: [^\W\d]+){0,4}?,?(?: [^\W\d]+){0,3}? "
    rf"(?:(?P<number>\d{{1,2}})(?:[ao]|st|nd|rd|th|ª|º)?|(?P<word>{_NEXT})\b)"
    r"(?: [^\W\d]+){0,2}? (?:free|gratis|gratuit[oa]|on us|on the house|for nothing|de graca|de regalo|de brinde"
    r"|por nossa conta|por nuestra cuenta|por conta da casa)\b"
)
_OUT_OF = re.compile(
    r"(?: [^\W\d]+){0,4}? (?:out of(?: every)?|of every|in every|(?:de|em|en|a) cada) (?:grupo de )?| in "
)
_OF_THEM = re.compile(r" (?:d?el[ae]s|of (?:them|those|whom)|de ell[oa]s|d[ao]s quais|de l[oa]s cuales)\b")
_MANY = 100_000
_MOST = 40  # numbers of one text


def deals(said: Stated) -> Iterator[Decimal]:
    """What one saves who gets so many for the price of fewer."""
    for many, few in pairwise(said.reading.numerals):
        if 1 <= few.value < many.value <= _FEW and not few.value % 1 and many.last + 1 <= few.first:
            money = any(one.start <= few.end and few.start <= one.end for one in said.amounts)
            if not money and _FOR.fullmatch(said.reading.text, many.end, few.start):
                yield (many.value - few.value) * 100 / many.value
    for paid in said.reading.numerals:
        if 1 < paid.value <= _FEW and _GET.search(said.reading.text, max(0, paid.start - _FAR), paid.start):
            yield from _then_free(said.reading.text, paid)


def _then_free(text: str, paid: Numeral) -> Iterator[Decimal]:
    """The same where the one after those that are paid, or so many, cost nothing: `buy nine, get the tenth free`."""
    match = _THEN_FREE.match(text, paid.end)
    if match is None or paid.value % 1:
        return
    number, next_ = int(match["number"] or 0), int(paid.value) + 1
    if number == next_ or (match["word"] and _is_next(match["word"], next_)):
        yield Decimal(100) / next_
    elif 0 < number < next_:
        yield Decimal(number) * 100 / (next_ - 1 + number)


def _is_next(word: str, place: int) -> bool:
    return word in _ONE_MORE.split() or (place < len(_ORDINALS) and word in _ORDINALS[place].split())


def shares(said: Stated) -> Iterator[Decimal]:
    """How many percent so many out of so many are: `four out of five`, `of 92 people, 69 of them`."""
    text, numerals = said.reading.text, said.reading.numerals[:_MOST]
    for first, second in pairwise(numerals):
        if (
            first.last < second.first
            and first.value < second.value
            and _OUT_OF.fullmatch(text, first.end, second.start)
        ):
            yield from _share(first.value, second.value)
    for place, one in enumerate(numerals):
        for before in numerals[:place] if _OF_THEM.match(text, one.end) else ():
            yield from _share(one.value, before.value)


def _share(part: Decimal, whole: Decimal) -> Iterator[Decimal]:
    if 0 < part < whole <= _MANY:
        yield part * 100 / whole
