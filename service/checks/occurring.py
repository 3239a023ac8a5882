"""On how many days something happens and how long that goes on, where a text lists its days or bounds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from service.checks.agenda import Agenda
from service.checks.calendar import days_of
from service.checks.measure import Measured

_NEAR_WEEKS = 2  # days by which what goes on for some weeks may fall short of them
_NEAR_MONTHS = 3
_LONGEST = 400  # days, beyond which nobody counts the Saturdays

Place = tuple[int, int]


def happenings(agenda: Agenda, year: int) -> Iterator[tuple[int, Place]]:
    """On how many days something happens: those of a list or a stretch, all that are named, and every weekday that is
    told between the first day and the last."""
    if not agenda.dates:
        return
    place = min(one.start for one in agenda.dates), max(one.end for one in agenda.dates)
    counts = list(days_of(agenda.dates))
    yield from ((count, place) for count in counts)
    if not any(one.through for one in agenda.dates) and len(agenda.dates) > 1:
        yield len(agenda.dates), place
    for first, last in _stretches(agenda, year):
        yield (last - first).days + 1, place
        if agenda.weekly:
            yield sum(_each(first, last, agenda)), place
        elif len(agenda.weekdays) == 1 and agenda.weekdays == {first.weekday()} == {last.weekday()}:
            yield (last - first).days // 7 + 1, place


def _each(first: date, last: date, agenda: Agenda) -> Iterator[bool]:
    for ahead in range(min(_LONGEST, (last - first).days + 1)):
        weekday = (first + timedelta(days=ahead)).weekday()
        yield weekday in agenda.weekly and weekday not in agenda.closed


def _stretches(agenda: Agenda, year: int) -> Iterator[tuple[date, date]]:
    days = sorted({day for one in agenda.dates if (day := one.on(year))})
    yield from pairwise(days)


def goes_on(wanted: Measured, agenda: Agenda, year: int) -> Place | None:
    """Where a text tells the first and the last day of what goes on for so many weeks or months, as people round: from
    Monday to the Friday of the fourth week are four weeks."""
    if wanted.unit not in ("week", "month") or wanted.value % 1 or wanted.value < 1:
        return None
    for first, last in _stretches(agenda, year):
        long = (last - first).days + 1
        if wanted.unit == "week":
            short = wanted.value * 7 - long
            weeks = Decimal((last - first + timedelta(days=first.weekday())).days // 7 + 1)
            held = -1 <= short <= _NEAR_WEEKS or (bool(agenda.weekdays) and weeks == wanted.value)
        else:
            held = abs((_later(first, int(wanted.value)) - last).days - 1) <= _NEAR_MONTHS
        if held:
            return min(one.start for one in agenda.dates), max(one.end for one in agenda.dates)
    return None


def _later(day: date, months: int) -> date:
    """The first of the month so many months later, and as many days on as that day is into its own."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1) + timedelta(days=day.day - 1)
