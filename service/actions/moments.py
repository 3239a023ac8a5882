"""When to write: outside quiet hours, around the hour at which this lead opens what it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.privacy.policy import QuietHours

HOURS = 24
HORIZON = timedelta(days=7)
PRIOR_CLICKS = 10
FLAT = (1 / HOURS,) * HOURS

_STEP = timedelta(minutes=15)  # every time zone in use begins its hours on a quarter of an hour of UTC


def zone_of(trait: object, otherwise: ZoneInfo) -> ZoneInfo:
    """The lead's own time zone where its trait names one, else the workspace's."""
    if not isinstance(trait, str) or not trait:
        return otherwise
    try:
        return ZoneInfo(trait)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no zone; no key; a folder or too long a name
        return otherwise


def is_quiet(local: time, quiet: QuietHours | None) -> bool:
    """Whether nobody is written to at that local time. `start` counts as quiet, `end` does not; hours that start when
    they end are none at all, as is no `quiet`."""
    if quiet is None or quiet.start == quiet.end:
        return False
    local, start, end = local.replace(tzinfo=None), quiet.start.replace(tzinfo=None), quiet.end.replace(tzinfo=None)
    return start <= local < end if start < end else local >= start or local < end


def shrunk(clicks: Sequence[int], towards: Sequence[float], prior: float = PRIOR_CLICKS) -> tuple[float, ...]:
    """The share of each local hour in a lead's clicks, shrunk towards the shares of others.

        share_h = (clicks_h + k * towards_h) / (n + k),    n = sum of clicks,    k = `prior`

    That is the posterior mean of a multinomial with a Dirichlet prior of `k` pseudo-clicks (Gelman et al., Bayesian
    Data Analysis, 3rd edition, section 3.4). With k = 10 a lead's own habit outweighs the others' after ten clicks.
    """
    total = sum(clicks) + prior
    return tuple((own + prior * share) / total for own, share in zip(clicks, towards, strict=True))


def best_moment(
    now: datetime, end: datetime, zone: ZoneInfo, quiet: QuietHours | None, shares: Sequence[float]
) -> datetime | None:
    """The next moment, from `now` on and before `end`, whose local hour has the greatest share outside quiet hours.

    Of hours with equal shares the one that comes first; None where quiet hours leave no time. In the lead's zone.
    """
    best: tuple[float, float] | None = None  # the share, and the earlier the better
    for moment in _moments(now, min(end, now + HORIZON), zone, quiet):
        local = moment.astimezone(zone)
        worth = (shares[local.hour], -moment.timestamp())
        if not is_quiet(local.time(), quiet) and (best is None or worth > best):
            best, found = worth, local
    return found if best else None


def _moments(now: datetime, end: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> Iterator[datetime]:
    """`now`, every quarter of an hour and the ends of quiet hours, in UTC: local time jumps, and UTC never does."""
    now, end = now.astimezone(UTC), end.astimezone(UTC)
    if now < end:
        yield now
    moment = datetime.fromtimestamp((now.timestamp() // _STEP.total_seconds() + 1) * _STEP.total_seconds(), UTC)
    while moment < end:
        yield moment
        moment += _STEP
    if quiet is not None:
        first = now.astimezone(zone).date()
        for day in range(HORIZON.days + 1):
            moment = datetime.combine(first + timedelta(days=day), quiet.end.replace(tzinfo=None), zone).astimezone(UTC)
            if now <= moment < end:
                yield moment
