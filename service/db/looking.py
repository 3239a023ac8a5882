"""One look at the changes sequence for everybody in the process who follows it.

Whoever appends in this process wakes the lookout when the transaction is through, and the lookout tells the workers; it
looks by itself only for what other processes append.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Protocol, get_args

from service.db import changes
from service.db.changes import ChangeKind
from service.db.engine import Database
from service.db.working import Worker

POLL_SECONDS = 0.25
GATHER = 0.25  # seconds for which changes of single leads are left to come together
OF_LEADS: frozenset[ChangeKind] = frozenset(("lead", "consent", "event", "membership"))
"""Kinds that come by the hundred a second: each round that takes many at once leaves the writer to others."""


class Told(Protocol):
    """Whoever follows the sequence."""

    def seen(self, latest: int, kinds: Collection[ChangeKind], asked: float) -> None:
        """The sequence ended there at that time, in seconds of the lookout's clock; what is new is of these kinds."""
        ...


class Lookout(Worker):
    """Tells `workers` how far the sequence goes, at once after a change and four times a second without one.

    `monotonic` is the clock by which those who must not be behind tell how long ago the sequence was looked at.
    """

    pause: ClassVar[float] = 0.02

    def __init__(
        self,
        database: Database,
        workers: Sequence[Told],
        monotonic: Callable[[], float] = time.monotonic,
        poll: float = POLL_SECONDS,
    ) -> None:
        super().__init__()
        self._database = database
        self._workers = workers
        self._monotonic = monotonic
        self._poll = poll
        self._latest: int | None = None
        self._told: dict[ChangeKind, float] = {}

    def appended(self, kinds: Collection[ChangeKind]) -> None:
        """A transaction of this process with changes of these kinds is through."""
        at, now = min(self._due(kind) for kind in kinds), asyncio.get_running_loop().time()
        if at <= now:
            self.wake()
        elif self._later is None:
            self.wake(at - now)
        else:
            return
        self._told |= dict.fromkeys(OF_LEADS.intersection(kinds), max(at, now))

    def _due(self, kind: ChangeKind) -> float:
        """When it is to be told of such a change."""
        return self._told.get(kind, float("-inf")) + GATHER

    async def run(self) -> None:
        """Look out until cancelled."""
        self._database.listeners.add(self.appended)
        try:
            await super().run()
        finally:
            self._database.listeners.discard(self.appended)

    async def round(self) -> float:
        """Look once, and tell everybody."""
        asked = self._monotonic()
        async with self._database.read() as connection:
            if self._latest is None:
                latest, kinds = await changes.latest(connection), frozenset(get_args(ChangeKind))
            else:
                news = await changes.news(connection, self._latest)
                latest, kinds = max(news.values(), default=self._latest), frozenset(news)
        self._latest = latest
        for worker in self._workers:
            worker.seen(latest, kinds, asked)
        return self._poll
