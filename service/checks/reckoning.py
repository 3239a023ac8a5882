"""What numbers of things and measures come to: quotients, products, shares, and the same in foreign units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise, product

from service.checks.heat import CELSIUS, DEGREES, FAHRENHEIT, TEMPERATURES
from service.checks.measure import Measured
from service.checks.stated import Stated
from service.checks.units import Counted

_MOST = 12  # numbers of one text that are reckoned with
_OUT_OF = re.compile(r"(?:\A|\s)(?:out of|of every|in every|in|de cada|em cada|en cada|de)\s\Z")
_LONGEST_OUT_OF = 16
_OF_EVERY = re.compile(r"(?:\A|[.!?;:,] ?|\b)(?:de cada|em cada|of every|out of every) \Z")
_NEXT = 24  # characters
_ONE = re.compile(r"\b(?:one|um|uma|un|una|uno)\Z")
_TIMES = frozenset(("vezes", "veces", "times", "x"))
_MORE_BEFORE = re.compile(r"\b(?:mais|mas|more|another|outr[oa]s|otr[oa]s|extra|plus|ganhou|gained|added)\s\Z")
_MORE_AFTER = re.compile(
    r"(?: [^\W\d]+){0,2}? (?:a mais|de mas|mais|mas|more|extra|nov[oa]s|nuev[oa]s|new|additional"
    r"|adicionais|adicionales)\b"
)
_FROM = re.compile(r"\b(?:from|de|desde)\s\Z")
_TO = re.compile(r"(?: [^\W\d]+)? (?:to|para|a|ate|hasta) ")
_SAME: dict[frozenset[str], Decimal] = {
    # how many of the first dimension's smallest unit make one of the second's
    frozenset(("length", "miles")): Decimal(1_609_344),
    frozenset(("length", "inches")): Decimal("25.4"),
    frozenset(("mass", "ounces")): Decimal("28.35"),
}
_CROWD = 40  # numbers: what tells more of them is no copy, and is not gone through for each
_OF_EACH = re.compile(r" (?:de|of|com|con|with|x|a|at) (?:cerca de |about )?")
_PARTS = (
    (re.compile(r"\b(?:metade|half|(?:la )?mitad)\b"), 2),
    (re.compile(r"\b(?:um terco|a third|one third|un tercio|a terca parte)\b"), 3),
    (re.compile(r"\b(?:um quarto|a quarter|one quarter|un cuarto|a quarta parte) (?:d[aeo]s?|of|de)\b"), 4),
)
_SEVERAL = 3  # of fewer nobody says that some is left over
_APART = re.compile(
    r" (?:a mais|mais|mas|more|acima|above|abaixo|below|higher|lower|hotter|cooler|warmer|a menos|menos|less|por encima"
    r"|por debajo|longer|shorter|lighter|heavier|taller)\b"
)
_METRIC = frozenset(("length", "mass"))
_NEAR = Decimal("0.05")  # who tells kilometres in miles rounds

_NEAR_HEAT = 6  # degrees Fahrenheit: recipes say 350 for 175 and for 180
Place = tuple[int, int]


def out_of(said: Stated, one: Counted) -> Decimal | None:
    """The first number of `9 out of 10 customers`, whose second this is."""
    text = said.reading.text
    match = _OUT_OF.search(text, max(0, one.start - _LONGEST_OUT_OF), one.start)
    if match is None:
        return None
    if _OF_EVERY.search(text, max(0, one.start - _LONGEST_OUT_OF), one.start):  # "of every 10, 9 come back"
        after = next((each for each in said.reading.numerals if each.start >= one.end), None)
        if (
            after
            and after.start - one.end <= _NEXT
            and not any(each.end == match.start() for each in said.reading.numerals)
        ):
            return after.value
    if _ONE.search(text, max(0, match.start() - 5), match.start()):
        return Decimal(1)
    return next((each.value for each in said.reading.numerals if each.end == match.start()), None)


def is_times(one: Counted) -> bool:
    """Whether it tells how many times, as `400 veces` for `400x`."""
    return one.noun in _TIMES


def is_more(one: Counted, said: Stated) -> bool:
    """Whether copy tells by how many there are more now: `mais 4 salas`, `four more rooms`, `dos de más`."""
    text = said.reading.text
    return bool(
        _MORE_BEFORE.search(text, max(0, one.start - 12), one.start) or _MORE_AFTER.match(text, one.numeral.end)
    )


def more(wanted: Counted, known: Stated) -> Place | None:
    """Two numbers of such things that are so far apart."""
    there = [one for one in known.counted if not one.stems.isdisjoint(wanted.stems)]
    others = [*((one.value, one.end) for one in known.counted), *((one.value, one.end) for one in known.loose)]
    for one in there:
        for value, end in others[:_MOST]:
            if abs(value - one.value) == wanted.value:
                return min(one.start, end), max(one.end, end)
    return next((place for first, last, place in from_to(known) if last - first == wanted.value), None)


def comes_to(value: Decimal, known: Stated, said: Stated) -> Place | None:
    """What makes it follow: how often one measure goes into another, or so many a week for so many weeks."""
    told = [one for one in known.measured if one.amount][:_MOST]
    mine = [one for one in said.measured if one.amount][:_MOST]
    for whole, part in product(told, [*told, *mine]):
        if not (whole.numeral or part.numeral):
            continue  # "por ano" and "por trimestre" measure nothing
        if whole.dimension == part.dimension and whole.amount == part.amount * value and value > 1:
            return whole.start, whole.end
    for whole, part in product(mine, told):  # forty lengths of 25 m, which copy calls a kilometre
        if part.numeral and whole.dimension == part.dimension and whole.amount == part.amount * value and value > 1:
            return part.start, part.end
    for whole, part in product(told, told):  # of 250 g sixteen portions of 15 g can be made
        if whole.dimension == part.dimension and value > _SEVERAL and whole.amount // part.amount == value:
            return whole.start, whole.end
    for length in told:
        if length.dimension in ("time", "months") and length.numeral:
            for each in (*(one.value for one in known.counted), *(one.value for one in known.loose)):
                if each > 1 and length.value > 1 and each * length.value == value:
                    return length.start, length.end
    return None


def same_abroad(one: Measured, wanted: Measured) -> bool:
    """Whether it is that measure in miles for kilometres, in °F for °C, as nearly as people tell it."""
    if one.dimension in TEMPERATURES:
        return wanted.dimension in TEMPERATURES and _same_heat(one, wanted)
    size = _SAME.get(frozenset((one.dimension, wanted.dimension)))
    if size is None:
        return False
    metric, other = (one, wanted) if one.dimension in _METRIC else (wanted, one)
    return abs(metric.amount - other.amount * size) <= metric.amount * _NEAR


def _same_heat(one: Measured, wanted: Measured) -> bool:
    """Whether two temperatures on different scales are one; `degrees` alone may be of either."""
    told = {one.dimension: one.amount, wanted.dimension: wanted.amount}
    if DEGREES in told:
        return one.amount == wanted.amount
    return abs(told[CELSIUS] * 9 / 5 + 32 - told[FAHRENHEIT]) <= _NEAR_HEAT


def area(wanted: Measured, known: Stated) -> Place | None:
    """The two lengths whose product it is: 2 m by 1.5 m are 3 m²."""
    for one, other in combinations(known.measured[:_MOST], 2):
        alike = one.dimension == other.dimension == wanted.dimension.removesuffix("²")
        if alike and one.amount * other.amount == wanted.amount:
            return one.start, other.end
    return None


def apart(wanted: Measured, known: Stated, said: Stated) -> Place | None:
    """The two measures between which there is so much: 1,240 °C are 260 degrees above 980."""
    if not _APART.match(said.reading.text, wanted.end):
        return None
    heat = wanted.dimension in TEMPERATURES
    for one, other in combinations(known.measured[:_MOST], 2):
        alike = one.dimension == other.dimension and (one.dimension == wanted.dimension or (
            heat and one.dimension in TEMPERATURES))  # fmt: skip
        if alike and abs(one.amount - other.amount) == wanted.amount:
            return one.start, other.end
    return None


def times_each(wanted: Counted | Measured, said: Stated, known: Stated) -> Place | None:
    """The measure that copy parts, where this is either number of it: 40 hours are ten nights of four hours."""
    if len(said.reading.numerals) > _CROWD:
        return None
    things: list[Counted | Measured] = [*said.counted, *(one for one in said.measured if one.numeral)]
    things.sort(key=lambda one: one.start)
    for several, each in pairwise(things):
        if not (isinstance(each, Measured) and (wanted is several or wanted is each)):
            continue
        if _OF_EACH.fullmatch(said.reading.text, several.end, each.start):
            for one in known.measured:
                if one.dimension == each.dimension and one.amount == several.value * each.amount:
                    return one.start, one.end
    return None


def part_of(value: Decimal, known: Stated, said: Stated) -> Place | None:
    """The number of which it is the half or the third that copy tells: 15 of 30 are `metade da turma`."""
    few = len(said.reading.numerals) <= _CROWD
    parts = {part for words, part in _PARTS if few and words.search(said.reading.text)}
    for one in known.counted[:_MOST] if parts else ():
        if any(one.value == value * part for part in parts):
            return one.start, one.end
    return None


def changes(known: Stated) -> Iterator[tuple[Decimal, Place]]:
    """By how many percent one measure or number of things is more or less than another of its kind."""
    for first, second in combinations(known.measured[:_MOST], 2):
        if first.dimension == second.dimension and first.numeral and second.numeral:
            yield from _changes(first.amount, second.amount, (first.start, second.end))
    for before, after, place in from_to(known):
        yield from _changes(before, after, place)
    for one, other in combinations(known.counted[:_MOST], 2):
        if not one.stems.isdisjoint(other.stems):
            yield from _changes(one.value, other.value, (one.start, other.end))


def _changes(first: Decimal, second: Decimal, place: Place) -> Iterator[tuple[Decimal, Place]]:
    low, high = min(first, second), max(first, second)
    if low and low != high:
        for base in (low, high):
            exact = (high - low) * 100 / base
            yield exact, place
            yield exact.quantize(Decimal(1)), place


def from_to(known: Stated) -> Iterator[tuple[Decimal, Decimal, Place]]:
    """The two numbers of each `from 31 to 22`."""
    for first, last in pairwise(known.reading.numerals):
        joined = _TO.fullmatch(known.reading.text, first.end, last.start)
        if joined and _FROM.search(known.reading.text, max(0, first.start - 8), first.start):
            yield first.value, last.value, (first.start, last.end)


def ratios(known: Sequence[Measured], said: Sequence[Measured]) -> Iterator[Decimal]:
    """How many times as much as evidence tells copy tells of something, as a kilo of 500 g."""
    for one, other in product(known[:_MOST], said[:_MOST]):
        if one.dimension == other.dimension and one.amount and other.amount and one.amount != other.amount:
            yield other.amount / one.amount


def same_things(known: Stated, said: Sequence[Counted]) -> Iterator[Decimal]:
    """How many times as many things of a kind as evidence tells copy tells of: of 100 points, 500 are five times."""
    for one, other in product(known.counted[:_MOST], said[:_MOST]):
        if one.value and other.value != one.value and not one.stems.isdisjoint(other.stems):
            yield other.value / one.value
