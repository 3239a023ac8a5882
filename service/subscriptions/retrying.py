"""When a message that did not arrive is tried again, and when its receiver is given up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

DELAYS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds after the first try, the second, and so on: about three days in all, as Standard Webhooks recommends."""

JITTER = 0.2
LASTING = timedelta(days=5)
LONGEST_WISH = 86_400


def next_try(attempts: int, now: datetime, random: float, wish: int | None = None) -> datetime | None:
    """When to try again after that many tries, None when no more. `random` is from 0 to 1, so that what failed at once
    does not come back at once; `wish` is the receiver's own `Retry-After`, in seconds."""
    if attempts > len(DELAYS):
        return None
    delay = DELAYS[attempts - 1] * (1 + JITTER * random)
    return now + timedelta(seconds=max(delay, min(wish or 0, LONGEST_WISH)))


def given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether a receiver has failed for too long."""
    return now - failing_since >= LASTING
