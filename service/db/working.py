"""What goes on beside the answers: a round of work when something woke it, or else when its time has come."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

import structlog

from service.errors import SobMedidaError

AGAIN = 0.5  # seconds until a round that failed is tried again

log = structlog.get_logger(__name__)


class Worker(ABC):
    """Rests between its rounds and asks nobody meanwhile: whoever has something for it wakes it."""

    pause: ClassVar[float] = 0.0
    """Seconds between two rounds, however often it is woken."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._later: asyncio.TimerHandle | None = None

    @abstractmethod
    async def round(self) -> float:
        """Do what there is to do, and tell in how many seconds the next round is due, should nothing wake it."""

    def wake(self, within: float = 0.0) -> None:
        """There is something to do: begin a round now, or within so many seconds."""
        if within and self._later is None:
            self._later = asyncio.get_running_loop().call_later(within, self.wake)
        elif not within:
            if self._later is not None:
                self._later.cancel()
                self._later = None
            self._woken.set()

    async def run(self) -> None:
        """Work until cancelled. An error is logged and tried again, since the records lose nothing meanwhile."""
        while True:
            self._woken.clear()
            rest = await self._tried()
            await asyncio.sleep(self.pause)
            try:
                async with asyncio.timeout(rest):  # `wait_for` loses a cancellation that comes with a wake
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _tried(self) -> float:
        try:
            return await self.round()
        except SobMedidaError as error:
            log.warning("round_failed", worker=type(self).__name__, code=error.code)
        except Exception:
            log.exception("round_failed", worker=type(self).__name__)
        return AGAIN
