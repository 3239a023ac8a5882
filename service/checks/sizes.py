"""What evidence measures, and what follows from it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from service.checks.added import measured_up
from service.checks.agenda import agenda_of
from service.checks.ages import is_aged
from service.checks.copy import Copy, Source, Sources, support, wording_of
from service.checks.courses import is_of_week, rates, sessions
from service.checks.heat import TEMPERATURES
from service.checks.hedges import hedged
from service.checks.measure import Measured
from service.checks.models import Support
from service.checks.occurring import goes_on, happenings
from service.checks.paces import by_pace
from service.checks.paying import pays_for
from service.checks.reckoning import apart, area, same_abroad, times_each
from service.checks.stated import Stated, told
from service.checks.timeline import timeline
from service.checks.units import Counted
from service.types import Locale

MOST = 12  # counts of one source that are added up and multiplied
_BACK = re.compile(r"\b(?:devol\w+|devuel\w+|return\w*|back|volt\w+|vuelv\w+|check-?out|sai\w*|regres\w+|to|until)\b")


@lru_cache(maxsize=128)
def _told(sources: Sources, locale: Locale) -> tuple[tuple[Source, Stated], ...]:
    return tuple((source, told(wording_of(source), locale)) for source in sources)


class _Index(NamedTuple):
    """What sources count by its number, and the first place where each measure is told."""

    counted: Mapping[Decimal, Sequence[tuple[Source, Counted]]]
    measured: Mapping[tuple[str, Decimal], tuple[Source, Measured]]


@lru_cache(maxsize=128)
def _index(sources: Sources, locale: Locale) -> _Index:
    counted = defaultdict[Decimal, list[tuple[Source, Counted]]](list)
    measured: dict[tuple[str, Decimal], tuple[Source, Measured]] = {}
    for source, phrases in _told(sources, locale):
        for thing in phrases.counted:
            counted[thing.value].append((source, thing))
        for one in phrases.measured:
            measured.setdefault((one.dimension, one.amount), (source, one))
    return _Index(dict(counted), measured)


class Sizes:
    """What sources count and measure, each with its place, and the measures that they support."""

    def __init__(self, copy: Copy, sources: Sources) -> None:
        self.copy = copy
        self.given = sources
        self.sources, self._index = _told(sources, copy.locale), _index(sources, copy.locale)
        self.stock = [
            (source, source.facts.stock) for source in sources if source.facts and source.facts.stock is not None
        ]

    def measures(self, wanted: Measured, said: Stated, others: Sequence[Decimal]) -> list[Support]:
        """Whether some source tells that measure, in whatever unit, or one that comes to it."""
        if told_ := self._index.measured.get((wanted.dimension, wanted.amount)):
            source, same = told_
            return [support(source, same.start, same.end, derived=same.unit != wanted.unit)]
        if wanted.unit == "year" and is_aged(said.reading.text, wanted.start, wanted.end):
            return []
        derived: list[Support] = []
        for source, phrases in self.sources:
            counts = [*(one.value for one in phrases.counted), *others]
            for one in phrases.measured:
                if one.dimension != wanted.dimension:
                    nights = {one.dimension, wanted.dimension} == {"time", "nights"} and _days(one) == _days(wanted)
                    if nights or same_abroad(one, wanted):
                        derived.append(support(source, one.start, one.end, derived=True))
                    continue
                if one.dimension in TEMPERATURES or not (one.amount and wanted.amount):
                    continue
                if _is_rate(wanted, one, phrases) or any(
                    wanted.amount in (one.amount * count, one.amount / count) for count in counts if count
                ):
                    derived.append(support(source, one.start, one.end, derived=True))
            area_ = area(wanted, phrases) if wanted.dimension.endswith("²") else None
            place = area_ or times_each(wanted, said, phrases) or by_pace(wanted, phrases, said)
            place = place or apart(wanted, phrases, said)
            if place := place or _of_all(wanted, phrases, counts):
                derived.append(support(source, *place, derived=True))
            if wanted.dimension == "data":  # "500 mega" may well be told as something else
                numerals = phrases.reading.numerals
                derived += [support(source, n.start, n.end, derived=True) for n in numerals if n.value == wanted.value]
        if wanted.unit == "night" and not derived:
            derived = self.weekly(wanted.value, each_week=is_of_week(wanted, said.reading.text))
            derived = (
                derived
                or self._listed(wanted.value)
                or self._from_to_weekday(wanted)
                or timeline(self.copy, self.given).length(wanted)
            )
        if wanted.dimension in ("time", "months") and not derived:
            derived = self._lasting(wanted) or pays_for(self.copy, self.given, wanted, said)
        return derived or self._elapsed(wanted, said)

    def _from_to_weekday(self, wanted: Measured) -> list[Support]:
        """What is had from one weekday to another: from Friday to Monday are three nights."""
        for source, _ in self.sources:
            days = [one for one in agenda_of(wording_of(source), self.copy.locale).moments if one.kind == "weekday"]
            for first, last in pairwise(days):
                between = told(wording_of(source), self.copy.locale).reading.text[first.end : last.start]
                if (last.number - first.number) % 7 == wanted.value and _BACK.search(between):
                    return [support(source, first.start, last.end, derived=True)]
        return []

    def _lasting(self, wanted: Measured) -> list[Support]:
        """What goes on for so long, by its first day and its last or by its hours."""
        if found := timeline(self.copy, self.given).length(wanted, ahead=False):
            return found
        for source, _ in self.sources:
            if place := goes_on(wanted, agenda_of(wording_of(source), self.copy.locale), self.copy.now.year):
                return [support(source, *place, derived=True)]
        return []

    def _elapsed(self, wanted: Measured, said: Stated) -> list[Support]:
        """What tells a year so long ago, or about as much as that."""
        hedge = hedged(said.reading.text, wanted.start, wanted.end)
        if wanted.dimension == "months":
            time = timeline(self.copy, self.given)
            return time.about(wanted, hedge) if hedge else time.years_since(wanted)
        return [
            support(source, one.start, one.end, derived=True)
            for source, phrases in self.sources if hedge
            for one in phrases.measured
            if hedge and one.dimension == wanted.dimension and hedge.holds(wanted.amount, one.amount)
        ]  # fmt: skip

    def weekly(self, count: Decimal, *, each_week: bool = False) -> list[Support]:
        """What happens so many times: week after week for so long, or in each of them."""
        for source, phrases in self.sources:
            days = len(agenda_of(wording_of(source), self.copy.locale).weekdays)
            if each_week and (count == days or count in rates(phrases)):
                return [support(source, 0, 0, derived=True)]
            if not each_week and (length := sessions(count, phrases, days)):
                return [support(source, length.start, length.end, derived=True)]
        return []

    def _listed(self, count: Decimal) -> list[Support]:
        """What happens on so many days: four Saturdays are 5, 12, 19 and 26 September."""
        for source, _ in self.sources if count > 1 else ():
            agenda = agenda_of(wording_of(source), self.copy.locale)
            for days, place in happenings(agenda, self.copy.now.year):
                if days == count:
                    return [support(source, *place, derived=True)]
        return []


def _is_rate(wanted: Measured, one: Measured, phrases: Stated) -> bool:
    """Whether what is told of one unit of it may be told of so much. What is paid by the month says nothing of how many
    years something has lasted."""
    rate = one.dimension not in ("time", "months") and any(each.numeral is None for each in phrases.measured)
    return rate and (wanted.amount % one.amount == 0 or one.amount % wanted.amount == 0)


def _of_all(wanted: Measured, phrases: Stated, counts: Sequence[Decimal]) -> tuple[int, int] | None:
    """What several things weigh together, or each of so many has of that: 4 kg of meat for ten are 400 g."""
    for total, place in measured_up(wanted.dimension, phrases):
        if total == wanted.amount or total in {wanted.amount * count for count in counts}:
            return place
    return None


def _days(one: Measured) -> Decimal:
    return one.amount + 1 if one.dimension == "nights" else one.amount / 1440
