"""The days that evidence names, and those that follow from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from service.checks.agenda import Agenda, agenda_of
from service.checks.calendar import Date
from service.checks.copy import Source, Sources, fact_support, support, wording_of
from service.checks.models import Support
from service.checks.once import once
from service.checks.spans import local_days, weekdays_in
from service.types import Locale

_RANGE = 45  # days: what begins and ends further apart is no stretch of days that copy would call by one of them
_IN_MONTH = re.compile(r"(?:-feiras?)? (?:in|of|de|do mês de|em|en) ")


class Known(NamedTuple):
    """A day that a source tells, and where; or its last day, where no place is given."""

    day: date
    source: Source
    start: int | None
    end: int | None
    derived: bool = False

    def backing(self, *, derived: bool = False) -> Support:
        """The support that it gives."""
        derived = derived or self.derived
        if self.start is None or self.end is None:
            return fact_support(self.source, "valid_until", self.day, derived=derived)
        return support(self.source, self.start, self.end, derived=derived)


class Days:
    """The days that sources tell."""

    def __init__(self, sources: Sources, locale: Locale, now: datetime) -> None:
        self.now, self.today = now, now.date()
        self.told = [(source, agenda_of(wording_of(source), locale)) for source in sources]

    @once
    def days(self) -> list[Known]:
        """Every day that some source names, or on which it ends, or that follows from those."""
        return list(self._days())

    def _days(self) -> Iterator[Known]:
        for source, calendar in self.told:
            begins = [
                Known(day, source, one.start, one.end) for one in calendar.dates if (day := one.on(self.now.year))
            ]
            if source.valid_until:
                yield from (Known(day, source, None, None) for day in local_days(source.valid_until, self.now))
            begins += self._partly(source, calendar)
            yield from begins
            for length in calendar.lengths if begins else ():
                if length.unit in ("day", "week", "night") and length.value % 1 == 0:
                    count = length.amount if length.dimension == "nights" else length.amount / 1440
                    for one in begins:
                        yield one._replace(day=one.day + timedelta(days=int(count)), derived=True)
                        if length.unit == "week" and calendar.weekly:  # the last of so many Wednesdays
                            yield one._replace(day=one.day + timedelta(days=int(count) - 7), derived=True)

    def _partly(self, source: Source, calendar: Agenda) -> Iterator[Known]:
        """The days that are told without their month: `todo dia 10`, `the first Sunday of every month`."""
        now = {self.today.month, self.today.month % 12 + 1}
        months = {one.number for one in calendar.moments if one.kind == "month"} or now
        for moment in calendar.moments:
            if moment.kind == "day":
                for month in months:
                    if day := Date(moment.number, month, None).on(self.now.year):
                        yield Known(day, source, moment.start, moment.end, derived=True)
        for weekday, (start, end) in calendar.weekly.items() if not calendar.dates else ():
            for one in calendar.moments:
                if one.kind == "month" and _IN_MONTH.fullmatch(wording_of(source), end, one.start):
                    year = next(iter(calendar.years), self.now.year)
                    for day in weekdays_in(weekday, one.number, year):  # every Friday in October
                        yield Known(day, source, start, one.end, derived=True)
        for start, end, place, weekday in calendar.ordinal:
            for month in now:
                first = date(self.now.year + (month < self.today.month), month, 1)
                day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * place)
                yield Known(day, source, start, end, derived=True)

    def _derived(self, holds: Callable[[date], bool]) -> list[Support]:
        """What tells days of which that holds."""
        return [one.backing(derived=True) for one in self.days if holds(one.day)][:2]

    def within(self, first: date, last: date) -> list[Support]:
        return self._derived(lambda day: first <= day <= last) or self._spanning(first, last)

    def _spanning(self, first: date, last: date) -> list[Support]:
        """Those whose first and last day enclose the days: `from 13 to 19 April`."""
        for source, calendar in self.told:
            days = sorted({day for one in calendar.dates if (day := one.on(self.now.year))})
            for begin, end in pairwise(days):
                if begin <= last and end >= first and (end - begin).days <= _RANGE:
                    one = calendar.dates[0]
                    return [support(source, one.start, one.end, derived=True)]
        return []
