"""The days and times that evidence tells, and what they support."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

from service.checks.calendar import Date
from service.checks.closures import is_closed
from service.checks.copy import Copy, Sources, fact_support, support, wording_of
from service.checks.elapsed import Lengths
from service.checks.models import Support
from service.checks.moment import CLOSED, LAST, NEXT, NTH, Moment
from service.checks.moments import interval
from service.checks.once import once
from service.checks.phrases import known_text
from service.checks.spans import is_that, later, recurring
from service.types import Locale

_MONTH_AHEAD = 27  # days, of which no two have one number
_AHEAD = re.compile(r" (?:antes|before|earlier|prior|de antecedência|de anticipación|de antelación)\b")
_NEXT = 6  # characters between the two of a range
_UNTIL = re.compile(r"\b(?:até|hasta|until|till|through)(?: o dia| dia| el)?\s\Z", re.I)


class Timeline(Lengths):
    """What the days, times and lengths of time that sources tell support."""

    def calendar_date(self, wanted: Date) -> list[Support]:
        """What tells that date, or makes it follow."""
        found = [
            support(source, one.start, one.end)
            for source, calendar in self.told
            for one in calendar.dates
            if wanted.matches(one)
        ]
        if found:
            return found
        same = (one for one in self.days if wanted.matches(Date(one.day.day, one.day.month, one.day.year)))
        return [one.backing() for one in same][:2]

    def is_closed(self, wanted: Date) -> bool:
        """Whether each source that names that date says that nothing happens on it."""
        named = [
            is_closed(known_text(wording_of(source)).folded, one.start, one.end, weekly=True)
            for source, calendar in self.told
            for one in calendar.dates
            if wanted.matches(one)
        ]
        return bool(named) and all(named)

    @once
    def _only_closed(self) -> bool:
        """Whether no day is told but those on which nothing happens."""
        days = [Date(one.day.day, one.day.month, one.day.year) for one in self.days]
        return all(self.is_closed(one) for one in days)

    def moment(self, one: Moment) -> list[Support]:
        match one.kind:
            case "weekday" | "weekly":
                return self._weekday(one)
            case "relative":
                return self._relative(one)
            case "month":
                return self._month(one)
            case "time":
                return self._time(one)
            case "day":
                return self._day(one.number)
        return (
            [
                support(source, *calendar.years[one.number], derived=True)
                for source, calendar in self.told
                if one.number in calendar.years
            ]
            or self._derived(lambda day: day.year == one.number)
            or self._since(one.number)
        )

    def _since(self, year: int) -> list[Support]:
        """What tells how many years ago that was."""
        wanted = {(self.now.year - year) * 12, (self.now.year - year - 1) * 12}
        return [
            support(source, one.start, one.end, derived=True)
            for source, calendar in self.told
            for one in calendar.lengths
            if one.dimension == "months" and one.amount >= 12 and one.amount in wanted
        ]

    def arrival(self, one: Date | Moment) -> list[Support]:
        """What takes so long that, begun today, it ends on that day."""
        for source, calendar in self.told:
            for delay in calendar.delays:
                day = later(self.today, delay)
                if is_that(one, day, self.today):
                    return [support(source, delay.start, delay.end, derived=True)]
        return []

    def _closed(self, number: int) -> list[Support]:
        """What says that nothing happens on that weekday, or on which others something does."""
        for source, calendar in self.told:
            if number in calendar.closed:
                return [support(source, *calendar.closed[number])]
        for source, calendar in self.told:
            if calendar.weekly and number not in calendar.weekly:
                return [support(source, *next(iter(calendar.weekly.values())), derived=True)]
        return []

    def _weekday(self, wanted: Moment) -> list[Support]:
        if wanted.name == CLOSED:
            return self._closed(wanted.number)
        once: list[Support] = []
        often: list[Support] = []
        for source, calendar in self.told:
            for one in calendar.moments:
                if one.kind in ("weekday", "weekly") and one.number == wanted.number and one.name != CLOSED:
                    (once if one.kind == "weekday" else often).append(support(source, one.start, one.end))
            if wanted.number in calendar.weekly and not often:
                often.append(support(source, *calendar.weekly[wanted.number], derived=True))
            if calendar.daily and wanted.number not in calendar.closed:
                often.append(support(source, *calendar.daily, derived=True))
        # "Friday" alone is the next one; with a date beside it, which is judged as well, it may be any.
        ahead = 7 if wanted.kind == "weekday" and not wanted.vague else 10_000
        if wanted.name == NEXT:
            ahead = max(ahead, 6 - self.today.weekday() + 7)  # "next Friday" is as often the one of next week
        dated = self._derived(lambda day: day.weekday() == wanted.number and abs((day - self.today).days) <= ahead)
        if wanted.name in NTH:
            return self._of_month(wanted.number, NTH[wanted.name])
        if wanted.kind == "weekly":
            return often + once or dated
        # What happens every Friday does not make a dated event happen on one.
        often = [] if self.days and not self._only_closed else often
        return once + dated or often or self._every(lambda day: day.weekday() == wanted.number)

    def _of_month(self, weekday: int, place: int) -> list[Support]:
        """What tells a day that is one of a month's by its weekday, or such a day of every month."""

        def is_it(day: date) -> bool:
            last = (day + timedelta(days=7)).month != day.month
            return day.weekday() == weekday and (last if place == LAST else (day.day - 1) // 7 == place)

        return self._derived(is_it) or [
            support(source, one.start, one.end)
            for source, calendar in self.told
            for one in calendar.moments
            if one.number == weekday and one.kind in ("weekday", "weekly") and NTH.get(one.name) == place
        ]

    def _relative(self, wanted: Moment) -> list[Support]:
        if wanted.name == "eve":
            return self._derived(lambda _: True)
        first, last = interval(wanted.name, self.today)
        if found := self.within(first, last):
            return found[:2]
        for source, calendar in self.told:
            if any(one.name == "eve" for one in calendar.moments) and first == last:
                following = first + timedelta(days=1)
                if one := next((one for one in calendar.dates if one.on(following.year) == following), None):
                    return [support(source, one.start, one.end, derived=True)]
            if place := recurring(calendar, wanted.name, first, last):
                return [support(source, *place, derived=True)]
        return []

    def _month(self, wanted: Moment) -> list[Support]:
        for source, calendar in self.told:
            for one in calendar.moments:
                if one.kind == "month" and one.number == wanted.number:
                    return [support(source, one.start, one.end)]
        near = (wanted.number, (wanted.number - 2) % 12 + 1) if wanted.vague else (wanted.number,)  # "before June"
        there = [one for one in self.days if one.day.month in near and (wanted.vague or not one.derived)]
        if there:
            return [one.backing(derived=True) for one in there[:2]]
        for source, calendar in self.told:
            days = [day for one in calendar.dates if (day := one.on(self.now.year))]
            if calendar.ordinal and not days:  # the first Saturday of every month
                return [support(source, *calendar.ordinal[0][:2], derived=True)]
            if len(days) > 1 and min(days).month <= wanted.number <= max(days).month:
                return [support(source, calendar.dates[0].start, calendar.dates[0].end, derived=True)]
        return []

    def _time(self, wanted: Moment) -> list[Support]:
        clock: list[tuple[int, bool, Support]] = []
        for source, calendar in self.told:
            times = [one for one in calendar.moments if one.kind == "time"]
            if calendar.round_clock:
                clock.append((wanted.number, False, support(source, *calendar.round_clock, derived=True)))
            for one in times:
                clock.append((one.number, one.vague, support(source, one.start, one.end)))
            if source.valid_until:
                ends = source.valid_until.astimezone(self.now.tzinfo)
                minute = ends.hour * 60 + ends.minute
                told = {minute, minute + (minute % 60 == 59)}  # of 23:59 people speak as of midnight, too
                clock += [(one, False, fact_support(source, "valid_until", ends)) for one in told]
            # The hours of "8 às 18 horas" are no lengths of time.
            near = [pair for pair in pairwise(times) if pair[1].start - pair[0].end <= _NEXT]
            ranged = {one.start for pair in near for one in pair}
            for length in calendar.lengths:
                if length.dimension == "time" and length.amount < 1440 and length.start not in ranged:
                    ahead = _AHEAD.match(wording_of(source), length.end) is not None  # "15 minutes before"
                    minutes = -int(length.amount) if ahead else int(length.amount)
                    clock += [
                        (one.number + minutes, one.vague, support(source, one.start, one.end, derived=True))
                        for one in times
                    ]
        return [
            backing
            for number, vague, backing in clock
            if (number - wanted.number) % (720 if wanted.vague or vague else 1440) == 0
        ]

    def _day(self, number: int) -> list[Support]:
        return self._derived(lambda day: day.day == number) or self._every(lambda day: day.day == number)

    def _every(self, holds: Callable[[date], bool]) -> list[Support]:
        """What tells that something happens every week, on a day of which that holds, until the last day it tells."""
        for source, calendar in self.told:
            text, last = wording_of(source), self.today + timedelta(days=_MONTH_AHEAD)
            ends = [day for one in calendar.dates if (day := one.on(self.now.year))]
            until = len(ends) == 1 and _UNTIL.search(text, 0, calendar.dates[0].start)
            if not until and (ends or self.days):
                continue  # what happens every Friday does not make a dated event happen on one
            last = min([last, *ends])
            for ahead in range((last - self.today).days + 1):
                day = self.today + timedelta(days=ahead)
                if day.weekday() in calendar.weekly and day.weekday() not in calendar.closed and holds(day):
                    return [support(source, *calendar.weekly[day.weekday()], derived=True)]
        return []


def timeline(copy: Copy, sources: Sources) -> Timeline:
    """What sources tell at the copy's time, worked out once for the variants that are written then."""
    return _timeline(sources, copy.locale, copy.now, copy.now.tzinfo)


@lru_cache(maxsize=128)
def _timeline(sources: Sources, locale: Locale, now: datetime, _zone: tzinfo | None) -> Timeline:
    """Moments are equal that are one in two zones, and their days are not."""
    return Timeline(sources, locale, now)
