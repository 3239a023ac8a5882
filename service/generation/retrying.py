"""Asking again: full jitter, the server's `Retry-After`, and never past the caller's time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from service.errors import ModelBreakerOpen, ModelUnreachable
from service.generation.client import Call

T = TypeVar("T")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0


class Retries:
    """At most so many attempts at one call. `sleep` and `rng` are arguments, so that tests need not wait."""

    def __init__(
        self,
        attempts: int = 3,
        *,
        rng: random.Random | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        retried: Callable[[], None] = lambda: None,
    ) -> None:
        self._attempts = attempts
        self._rng = rng or random.Random()  # noqa: S311 - spreads callers out, keeps no secret
        self._sleep = sleep
        self._retried = retried

    async def run(self, call: Call, once: Callable[[], Awaitable[T]], *, hopeless: Callable[[], bool]) -> T:
        """What `once` gives in the end. Raises its last error.

        Asked again is only what can pass by itself, and of which nobody has heard a part; not where it is `hopeless`.
        """
        for attempt in range(1, self._attempts):
            try:
                return await once()
            except ModelBreakerOpen:
                raise
            except ModelUnreachable as error:
                pause = self.pause(attempt, error.retry_after)
                if call.said or hopeless() or pause >= call.left():
                    raise
            self._retried()
            await self._sleep(pause)
        return await once()

    def pause(self, attempt: int, retry_after: int | None) -> float:
        """Seconds before the next attempt; not all callers come back in the moment the server named."""
        ceiling = min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE)
        return (retry_after or 0) + self._rng.uniform(0, FIRST_PAUSE if retry_after else ceiling)
