"""The lengths of time that evidence tells, and those between the days and times that it does."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations, pairwise

from service.checks.agenda import Agenda
from service.checks.copy import fact_support, support, wording_of
from service.checks.hedges import Hedge
from service.checks.known_days import Days
from service.checks.measure import Measured
from service.checks.models import Support
from service.checks.phrases import known_text
from service.checks.spans import comes_to, half, same_length

_MOST_MONTHS = 6  # named by one source
_GIVES = re.compile(r"\b(?:gratis|free|ganh\w+|bonus|extra|regal\w+|de graca|gratuit\w+|on us)\b")


class Lengths(Days):
    """How long something takes by what sources tell, how far off it is and how long it has gone on."""

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
