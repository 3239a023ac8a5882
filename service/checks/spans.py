"""Whether days and lengths of time are the same, or come of one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from service.checks.agenda import Agenda, Delay
from service.checks.calendar import Date
from service.checks.measure import Measured
from service.checks.moment import CLOSED, Moment


def same_length(one: Measured, wanted: Measured) -> bool:
    if one.dimension == wanted.dimension:
        return one.amount == wanted.amount or (_fortnight(one) and _fortnight(wanted))
    pair = {one.dimension: one, wanted.dimension: wanted}
    if {"time", "nights"} == set(pair):
        nights = pair["nights"].amount
        weeks = nights % 7 == 0 and pair["time"].unit == "week"  # of seven nights people speak as of a week, too
        return pair["time"].amount == (nights if weeks else nights + 1) * 1440
    if {"nights", "months"} == set(pair):
        return pair["nights"].amount == pair["months"].amount * 30
    if {"time", "months"} == set(pair):
        months, days = pair["months"].amount, pair["time"].amount / 1440
        return days in (months * 30, months * 28, months / 12 * 365, months / 12 * 364)
    return False


def _fortnight(one: Measured) -> bool:
    """Fifteen days are two weeks to who speaks Portuguese or Spanish."""
    return one.value == {"day": 15, "week": 2}.get(one.unit)


def comes_to(one: Measured, wanted: Measured, counts: Iterable[Decimal]) -> bool:
    if one.dimension != wanted.dimension:
        return False
    return any(wanted.amount in (one.amount * count, one.amount / count) for count in counts if count)


def half(first: Moment, last: Moment) -> int:
    """Of times from nine to five, nobody says which half of the day they are in."""
    return 720 if first.vague and last.vague and last.number <= first.number else 1440


def recurring(calendar: Agenda, name: str, first: date, last: date) -> tuple[int, int] | None:
    """Where it tells what happens on one of those days without a date."""
    for ahead in range(min(7, (last - first).days + 1)):
        weekday = (first + timedelta(days=ahead)).weekday()
        if weekday in calendar.weekly:
            return calendar.weekly[weekday]
        named = weekday in calendar.weekdays and calendar.weekly and not calendar.dates
        if named and (once := next((one for one in calendar.moments if _is_on(one, weekday)), None)):
            return once.start, once.end  # "orders by Saturday are delivered on Mondays"
        if calendar.daily and weekday not in calendar.closed:
            return calendar.daily
    for one in calendar.moments:
        month = one.kind == "month" and one.number == last.month and name in ("month", "next_month", "end")
        if month or (one.kind == "relative" and one.name == name):
            return one.start, one.end
    if name == "last_year":
        return calendar.years.get(first.year)
    return calendar.next_day if name == "tomorrow" else None


def _is_on(one: Moment, weekday: int) -> bool:
    return one.kind == "weekday" and one.number == weekday and one.name != CLOSED


def weekdays_in(weekday: int, month: int, year: int) -> Iterator[date]:
    """Every such weekday of a month."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day.month == month:
        yield day
        day += timedelta(days=7)


def later(today: date, delay: Delay) -> date:
    if not delay.working:
        return today + timedelta(days=delay.days)
    weeks, left = divmod(delay.days, 5)
    weekday = min(today.weekday(), 4)  # what is begun at the weekend counts from Monday
    begun = today - timedelta(days=today.weekday() - weekday)
    over = 2 if weekday + left > 4 else 0
    return begun + timedelta(days=weeks * 7 + left + over)


def is_that(one: Date | Moment, day: date, today: date) -> bool:
    if isinstance(one, Date):
        return one.matches(Date(day.day, day.month, day.year))
    match one.kind:
        case "weekday":
            return day.weekday() == one.number and (day - today).days <= 7
        case "relative":
            return (one.name, (day - today).days) in (("tomorrow", 1), ("after", 2))
        case "day":
            return day.day == one.number
    return False


def local_days(moment: datetime, now: datetime) -> tuple[date, ...]:
    """The days a reader may call that moment. Where nobody gave the readers' zone, its own counts as well."""
    local = moment.astimezone(now.tzinfo).date()
    unsure = now.tzinfo == UTC or now.utcoffset() == UTC.utcoffset(None)
    return (local, moment.date()) if unsure and moment.date() != local else (local,)
