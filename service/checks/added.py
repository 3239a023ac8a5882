"""What a text tells one after another and never adds up: `27 cidades de Goiás e 15 do Tocantins` are 42."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from service.checks.measure import Measured
from service.checks.stated import Stated
from service.checks.units import Counted
from service.checks.words import Numeral

_GOES_ON = re.compile(r"(?:[^.!?;:\d]|\.(?! )){0,48}(?:,|\b(?:e|y|and|plus|mais|mas)) ")
_OF = re.compile(r"(?: [^\W\d]+)? (?:de|d[aeo]s?|del|em|n[ao]s?|en|in|of|for|para|with|com|con) ")
_FROM_EACH_OTHER = re.compile(r"\b(?:um|uma|one|una?) [^\W\d]+ (?:para|por|pra|for|to) (?:cada|each|every) \Z")
_LONGEST = 40
_MOST = 12  # numbers of one text that are added up

Place = tuple[int, int]


def counted_up(wanted: Counted, known: Stated) -> Place | None:
    """Those of several kinds or places that make so many together."""
    parts: list[Counted | Numeral] = [one for one in known.counted if not one.stems.isdisjoint(wanted.stems)]
    if not parts:
        return None
    parts += known.loose
    return next((place for total, place in _sums(known.reading.text, parts) if total == wanted.value), None)


def measured_up(dimension: str, known: Stated) -> Iterator[tuple[Decimal, Place]]:
    """What the measures of several things come to together, as `1,5 kg de carne e 1 kg de asa`."""
    parts = [one for one in known.measured if one.numeral and one.dimension == dimension]
    if len(parts) > 1:
        yield from _sums(known.reading.text, parts)


def _sums(text: str, found: Sequence[Counted | Measured | Numeral]) -> Iterator[tuple[Decimal, Place]]:
    parts = sorted(found, key=lambda one: one.start)[:_MOST]
    for place, first in enumerate(parts):
        total, end = _size(first), first.end
        if isinstance(first, Numeral) or not _OF.match(text, end):
            continue
        for one in parts[place + 1 :]:
            if not (_GOES_ON.fullmatch(text, end, one.start) and _OF.match(text, one.end)):
                break
            total, end = total + _size(one), one.end
            yield total, (first.start, end)


def _size(one: Counted | Measured | Numeral) -> Decimal:
    return one.amount if isinstance(one, Measured) else one.value


def one_for_each(wanted: Counted, said: Stated, known: Stated) -> Place | None:
    """The two numbers whose ratio it is: of 48 children and 8 helpers there is `one helper for every six children`."""
    if not _FROM_EACH_OTHER.search(said.reading.text, max(0, wanted.start - _LONGEST), wanted.start):
        return None
    for whole in known.counted[:_MOST]:
        if not whole.stems.isdisjoint(wanted.stems):
            for part in known.counted[:_MOST]:
                if part.value > 1 and part.value * wanted.value == whole.value:
                    return min(whole.start, part.start), max(whole.end, part.end)
    return None
