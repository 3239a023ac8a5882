"""Stops asking an endpoint that fails every time, so that callers need not wait for what will not come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from service.errors import ModelBreakerOpen, ModelUnreachable
from service.generation.client import Call, whole_seconds

State = Literal["closed", "half_open", "open"]

PATIENCE = 10.0  # seconds; a caller who hangs up later than this was kept waiting, earlier may have had other reasons
_TICK = 0.01  # a timer may fire that much before the clock says so


class Breaker:
    """Opens after so many failures in a row; after a pause lets one call through, which closes or opens it again."""

    def __init__(
        self,
        failures: int = 10,
        pause: float = 15.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        changed: Callable[[State], None] = lambda _: None,
    ) -> None:
        self._allowed = failures
        self._pause = pause
        self._clock = clock
        self._changed = changed
        self._failed = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        """Whether calls go through (closed), one does (half_open), or none."""
        if self._opened is None:
            return "closed"
        return "half_open" if self._probing or self._clock() >= self._opened + self._pause else "open"

    @contextmanager
    def guard(self, call: Call, host: str) -> Iterator[None]:
        """Around one request. Raises `ModelBreakerOpen` instead of making it."""
        probe = self._enter(host)
        started = self._clock()
        try:
            yield
        except ModelUnreachable:
            self._failure(probe)
            raise
        except Exception:
            self._success()  # an answer, if not a good one: somebody is there
            raise
        except BaseException:  # cancelled, by the time-out or by a caller who left
            if call.left() <= _TICK or self._clock() - started >= PATIENCE:
                self._failure(probe)
            elif probe:
                self._probing = False
            raise
        else:
            self._success()

    def _enter(self, host: str) -> bool:
        if self._opened is None:
            return False
        left = self._opened + self._pause - self._clock()
        if left > 0 or self._probing:
            raise ModelBreakerOpen(
                f"{host} failed {self._failed} times in a row; it is asked again after a pause.",
                retry_after=whole_seconds(left),
            )
        self._probing = True
        self._changed("half_open")
        return True

    def _failure(self, probe: bool) -> None:
        self._failed += 1
        if probe or (self._opened is None and self._failed >= self._allowed):
            self._opened, self._probing = self._clock(), False
            self._changed("open")

    def _success(self) -> None:
        self._failed, self._probing = 0, False
        if self._opened is not None:
            self._opened = None
            self._changed("closed")
