"""A moment in a workspace's calendar: which day it is there, and when days begin."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from service.profile.folding import EARLIEST, HOUR, LATEST, millis

_DAY = timedelta(days=1)
_QUARTER = HOUR // 4  # days begin at full quarters of an hour everywhere


class Moment(NamedTuple):
    """Now. `midnight` is when today ends."""

    now: datetime
    millis: int
    zone: tzinfo
    today: date
    midnight: datetime

    def day_of(self, at: int) -> date:
        """The day that a time in milliseconds lies in."""
        return _day_of(at // _QUARTER, self.zone)

    def date_of(self, at: datetime) -> date:
        """The day that a time lies in, of those that can be meant."""
        return _day_of(millis(at) // _QUARTER, self.zone)

    def hour_of(self, hour: str) -> int:
        """Which hour of the day an hour of a history is."""
        return _hour_of(hour, self.zone)

    def starts(self, day: date) -> datetime | None:
        """When that day begins, in UTC; None beyond the end of the calendar."""
        return _starts(day, self.zone)

    def since(self, days: int) -> str:
        """The first hour, as histories keep hours, of the last so many days, today among them."""
        return _first_hour(self.today, days, self.zone)


def moment_of(now: datetime) -> Moment:
    """The calendar at that time, in its own time zone."""
    return _moment(now, now.tzinfo or UTC)


@lru_cache(maxsize=64)  # all leads of a pass are looked at as of the same moment
def _moment(now: datetime, zone: tzinfo) -> Moment:
    today = now.astimezone(zone).date()
    at = now.astimezone(UTC)
    midnight = _starts(today + _DAY, zone) or at + _DAY
    return Moment(at, int(at.timestamp() * 1000), zone, today, midnight)


@lru_cache(maxsize=65_536)
def _starts(day: date, zone: tzinfo) -> datetime | None:
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return None


@lru_cache(maxsize=65_536)  # a date in a time zone takes a microsecond, and leads share theirs
def _day_of(quarter: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(quarter * _QUARTER // 1000, zone).date()


@lru_cache(maxsize=65_536)
def _hour_of(hour: str, zone: tzinfo) -> int:
    return datetime.fromtimestamp(int(hour) * HOUR // 1000, zone).hour


@lru_cache(maxsize=256)
def _first_hour(today: date, days: int, zone: tzinfo) -> str:
    start = _starts(today - timedelta(days=days - 1), zone)
    at = int(start.timestamp() * 1000) if start else EARLIEST
    return str(-(-min(max(at, EARLIEST), LATEST) // HOUR))
