"""The days and times that evidence tells, and what they support."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from service.checks.agenda import Agenda, agenda_of
from service.checks.calendar import Date
from service.checks.closures import is_closed
from service.checks.copy import Copy, Source, Sources, fact_support, support, wording_of
from service.checks.hedges import Hedge
from service.checks.measure import Measured
from service.checks.models import Support
from service.checks.moment import CLOSED, LAST, NEXT, NTH, Moment
from service.checks.moments import interval
from service.checks.once import once
from service.checks.phrases import known_text
from service.checks.spans import comes_to, half, is_that, later, local_days, recurring, same_length, weekdays_in
from service.types import Locale

_MOST_MONTHS = 6  # named by one source
_RANGE = 45  # days: what begins and ends further apart is no stretch of days that copy would call by one of them
_MONTH_AHEAD = 27  # days, of which no two have one number
_GIVES = re.compile(r"\b(?:gratis|free|ganh\w+|bonus|extra|regal\w+|de graca|gratuit\w+|on us)\b")
_IN_MONTH = re.compile(r"(?:-feiras?)? (?:in|of|de|do mês de|em|en) ")
_NEXT = 6  # characters between the two of a range
_UNTIL = re.compile(r"\b(?:até|hasta|until|till|through)(?: o dia| dia| el)?\s\Z", re.I)


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


class Timeline:
    """The days that sources tell, and what they support."""

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
                clock.append((minute + (minute % 60 == 59), False, fact_support(source, "valid_until", ends)))
            # The hours of "8 às 18 horas" are no lengths of time.
            near = [pair for pair in pairwise(times) if pair[1].start - pair[0].end <= _NEXT]
            told = {one.start for pair in near for one in pair}
            for length in calendar.lengths:
                if length.dimension == "time" and length.amount < 1440 and length.start not in told:
                    clock += [
                        (one.number + int(length.amount), one.vague, support(source, one.start, one.end, derived=True))
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

    def length(self, wanted: Measured, *, ahead: bool = True) -> list[Support]:
        """Whether some source tells that length, in whatever unit, or one that comes to it; or, where it may be the
        time that is `ahead`, a day that is so far off."""
        derived: list[Support] = []
        for source, calendar in self.told:
            for one in calendar.lengths:
                if same_length(one, wanted):
                    same = one.unit == wanted.unit
                    return [support(source, one.start, one.end, derived=not same)]
                if comes_to(one, wanted, calendar.counts):
                    derived.append(support(source, one.start, one.end, derived=True))
            if not derived and _GIVES.search(known_text(wording_of(source)).folded):
                for one, other in pairwise(calendar.lengths):  # six months and one for nothing
                    if (
                        one.dimension == other.dimension == wanted.dimension
                        and one.amount + other.amount == wanted.amount
                    ):
                        derived.append(support(source, one.start, other.end, derived=True))
        return derived or self._elapsed(wanted, ahead=ahead)

    def _elapsed(self, wanted: Measured, *, ahead: bool) -> list[Support]:
        """Whether it is the time from now to a day that is told, between two such, or between two times of day."""
        if wanted.dimension == "months":
            now = self.now.year * 12 + self.now.month
            found = self._derived(lambda day: ahead and abs(day.year * 12 + day.month - now) == wanted.amount)
            found = found or self.years_since(wanted) or self._between_months(wanted)
            return found or (self._in_month(wanted, now) if ahead else [])
        days = wanted.amount if wanted.dimension == "nights" else wanted.amount / 1440
        found = self._between_days(days, ahead=ahead) if wanted.unit not in ("minute", "hour") or days >= 1 else []
        return found or (self._between_times(wanted.amount) if wanted.dimension == "time" else [])

    def until_time(self, wanted: Measured) -> list[Support]:
        """What tells a time of day that is so far off today."""
        if wanted.dimension != "time" or wanted.amount >= 1440:
            return []
        minute = self.now.hour * 60 + self.now.minute + wanted.amount
        return [
            support(source, one.start, one.end, derived=True)
            for source, calendar in self.told
            if self._happens_today(calendar)
            for one in calendar.moments
            if one.kind == "time" and one.number == minute
        ][:2]

    def _happens_today(self, calendar: Agenda) -> bool:
        weekday = self.today.weekday()
        if weekday in calendar.closed:
            return False
        dated = any(one.on(self.now.year) == self.today for one in calendar.dates)
        return dated or calendar.daily is not None or weekday in calendar.weekly

    def about(self, wanted: Measured, hedge: Hedge | None) -> list[Support]:
        """What tells a time that words such as `more than` or `almost` make this one tell."""
        if (
            hedge
            and wanted.dimension == "time"
            and (found := self._derived(lambda day: self._left(day, wanted, hedge)))
        ):
            return found
        for source, calendar in self.told if hedge else ():
            for one in calendar.lengths:
                if one.dimension == wanted.dimension and hedge and hedge.holds(wanted.amount, one.amount):
                    return [support(source, one.start, one.end, derived=True)]
            for year, place in calendar.years.items() if wanted.dimension == "months" else ():
                if year < self.now.year and hedge and hedge.holds(wanted.amount, Decimal((self.now.year - year) * 12)):
                    return [support(source, *place, derived=True)]
        return []

    def _left(self, day: date, wanted: Measured, hedge: Hedge) -> bool:
        """Whether, so hedged, it tells how long that day is still to end."""
        ends = datetime.combine(day + timedelta(days=1), time(), self.now.tzinfo)
        return hedge.holds(wanted.amount, Decimal(int((ends - self.now).total_seconds()) // 60))

    def years_since(self, wanted: Measured) -> list[Support]:
        """What tells a year so long ago; decades and centuries are told in whole ones."""
        size = int(wanted.amount / wanted.value) // 12 if wanted.value else 0
        for source, calendar in self.told if size else ():
            for year, place in calendar.years.items():
                passed = self.now.year - year
                if passed > 0 and wanted.value in (passed // size, (passed - 1) // size):
                    return [support(source, *place, derived=True)]
        return []

    def _between_months(self, wanted: Measured) -> list[Support]:
        """Whether it is the time between two months that a source names with one year."""
        for source, calendar in self.told if wanted.amount < 12 else ():
            months = [one for one in calendar.moments if one.kind == "month"][:_MOST_MONTHS]
            for first, last in pairwise(months):
                if last.number - first.number == wanted.amount and len(calendar.years) == 1:
                    return [support(source, first.start, last.end, derived=True)]
        return []

    def _in_month(self, wanted: Measured, now: int) -> list[Support]:
        """What names the month that is so many months off."""
        return [
            support(source, one.start, one.end, derived=True)
            for source, calendar in self.told
            for one in calendar.moments
            if one.kind == "month" and wanted.amount < 12 and (one.number - now - wanted.amount) % 12 == 0
        ][:1]

    def _between_days(self, count: Decimal, *, ahead: bool) -> list[Support]:
        if found := self._derived(lambda day: ahead and (day - self.today).days == count):
            return found
        for source, calendar in self.told:
            days = sorted({day for one in calendar.dates if (day := one.on(self.now.year))})
            if any((last - first).days in (count, count - 1) for first, last in pairwise(days)):
                return [support(source, calendar.dates[0].start, calendar.dates[0].end, derived=True)]
        return [
            support(source, *calendar.daily, derived=True)
            for source, calendar in self.told
            if calendar.daily and count in (7, 365)
        ]

    def _between_times(self, minutes: Decimal) -> list[Support]:
        for source, calendar in self.told:
            if source.valid_until:
                left = (source.valid_until - self.now).total_seconds() / 60
                if 0 < left - float(minutes) < 60:
                    return [fact_support(source, "valid_until", source.valid_until, derived=True)]
            times = [one for one in calendar.moments if one.kind == "time"]
            for first, last in combinations(times, 2):
                if (last.number - first.number) % half(first, last) == minutes:
                    return [support(source, first.start, first.end, derived=True)]
        return []


def timeline(copy: Copy, sources: Sources) -> Timeline:
    """What sources tell at the copy's time, worked out once for the variants that are written then."""
    return _timeline(sources, copy.locale, copy.now, copy.now.tzinfo)


@lru_cache(maxsize=128)
def _timeline(sources: Sources, locale: Locale, now: datetime, _zone: tzinfo | None) -> Timeline:
    """Moments are equal that are one in two zones, and their days are not."""
    return Timeline(sources, locale, now)
