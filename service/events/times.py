"""When something happened, by our clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LEEWAY = timedelta(days=1)
_MILLISECONDS = 1e11  # a larger number of seconds would be after the year 5000


class Moment(NamedTuple):
    """A time by our clock; `note` says why the sender's was not believed: `future`, `past` or `unreadable`."""

    at: datetime
    note: str | None = None


def occurred(timestamp: object, sent_at: object, received: datetime) -> Moment:
    """When an event happened: as long before it was received as it was before it was sent, by the sender's clock.

    A clock that is wrong is wrong for both, which is why Segment's clients send the two. Nothing has happened yet that
    has not been received; what claims to be more than a day ahead even so is noted.
    """
    if timestamp is None:
        return Moment(received)
    said, sent = moment_of(timestamp), moment_of(sent_at)
    if said is None:
        return Moment(received, "unreadable")
    try:
        at = said if sent is None else received - (sent - said)
    except OverflowError:
        return Moment(received, "unreadable")
    if at < _EARLIEST:
        return Moment(received, "past")
    return Moment(min(at, received), "future" if at > received + _LEEWAY else None)


def moment_of(value: object) -> datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970; without a zone it is UTC. None for anything else."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip())
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
