"""From what happened to messages, and from messages to receivers. One process does it at a time.

A message is derived from the records under an id that follows from what it tells, so that deriving it again changes
nothing. It is sent until the receiver has it; a receiver that does not answer keeps only itself waiting. A process that
dies between sending and noting sends once more, under the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.changes import Change
from service.db.engine import Database
from service.db.following import Follower, grouped
from service.db.tables import dispatches, subscriptions
from service.errors import SobMedidaError
from service.subscriptions.happening import emitted, finished, judged, subscribed
from service.subscriptions.models import Happening, Secrets
from service.subscriptions.retrying import LASTING, given_up, next_try
from service.subscriptions.sending import GONE, Sender, Sent
from service.subscriptions.store import DispatchStore
from service.types import Clock

HORIZON = timedelta(days=30)  # how far back messages are derived, and how long those that are over are kept
OVERLAP = timedelta(minutes=1)  # a run that ended may come into the records a little after its own time
SWEEP = timedelta(hours=1)
AT_ONCE = 20  # receivers
IN_A_ROW = 20  # messages to one of them before others get their turn

log = structlog.get_logger(__name__)


class Due(NamedTuple):
    """A message whose time has come."""

    id: UUID
    workspace: UUID
    subscription: UUID
    url: str
    secret: str
    payload: dict[str, Any]
    attempts: int
    failing_since: datetime | None


class Dispatcher(Follower):
    """Follows what happens to variants and leads, and looks for runs that ended."""

    kinds = ("variant", "membership", "job", "subscription")

    def __init__(self, database: Database, sender: Sender, clock: Clock, random: Callable[[], float]) -> None:
        super().__init__(database, clock)
        self.sender = sender
        self._random = random
        self._looked: datetime | None = None
        self._ended: frozenset[str] = frozenset()
        self._swept: datetime | None = None
        self._sending: dict[UUID, asyncio.Task[None]] = {}

    async def name(self) -> str:
        """One for all."""
        return "subscriptions"

    async def take(self, batch: Sequence[Change]) -> None:
        """Derive the messages of these changes."""
        async with self._database.read() as connection:
            mine = await subscribed(connection)
            happened: list[Happening] = []
            for (workspace, kind), entities in grouped(batch).items():
                if workspace in mine and kind in ("variant", "membership"):  # the rest is what `tick` looks for
                    read = judged if kind == "variant" else emitted
                    happened += await read(connection, workspace, entities, self._clock() - HORIZON)
        await self._derive(happened)

    async def tick(self) -> datetime | None:
        """Look for runs that ended, and send what is due."""
        async with self._database.read() as connection:
            mine = await subscribed(connection)
        if not mine or not await self.lead():
            self._looked = None
            return None
        now = self._clock()
        since = self._looked - OVERLAP if self._looked else now - HORIZON
        async with self._database.read() as connection:
            ended = {one.name: one for one in await finished(connection, mine, since)}
        await self._derive([one for name, one in ended.items() if name not in self._ended])
        self._looked, self._ended = now, frozenset(ended)
        await self._begin(now)
        if self._swept is None or now - self._swept > SWEEP:
            await self._sweep(now)
        async with self._database.read() as connection:
            return await _next_due(connection, now)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await super().run()
        finally:
            for task in list(self._sending.values()):
                task.cancel()
            await asyncio.gather(*self._sending.values(), return_exceptions=True)

    async def settled(self) -> None:
        """Return when everything that is due by now was tried."""
        await self.catch_up()
        await self.tick()
        while tasks := list(self._sending.values()):
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.tick()

    async def _derive(self, happened: Sequence[Happening]) -> None:
        for workspace in dict.fromkeys(one.workspace for one in happened):
            mine = [one for one in happened if one.workspace == workspace]
            async with self._database.write() as connection:
                await DispatchStore(connection, workspace).derive(mine, self._clock())

    async def _begin(self, now: datetime) -> None:
        """Start with each receiver that has something due and is not being sent to."""
        async with self._database.read() as connection:
            for subscription in await _due(connection, now):
                if subscription not in self._sending and len(self._sending) < AT_ONCE:
                    self._sending[subscription] = asyncio.create_task(self._deliver(subscription))

    async def _deliver(self, subscription: UUID) -> None:
        try:
            async with self._database.read() as connection:
                due = await _due_of(connection, subscription, self._clock())
            for one in due:
                now = self._clock()
                secrets = Secrets.of(one.secret).good(now)
                try:
                    sent = await self.sender.send(one.url, secrets, one.id, one.payload, now)
                except Exception:
                    log.exception("not_sent")  # a bug: noted as a failure, or it would be met again at once
                    sent = Sent(None, "an unexpected error, which was logged")
                await self._note(one, sent)
                if not sent.arrived:
                    break  # the next one would meet the same
            self.wake()  # to send what is left, and to know when to try again
        except SobMedidaError as error:
            log.warning("not_dispatched", code=error.code)
        except Exception:
            log.exception("not_dispatched")
        finally:
            self._sending.pop(subscription, None)

    async def _note(self, one: Due, sent: Sent) -> None:
        now, attempts = self._clock(), one.attempts + 1
        values: dict[str, Any] = {"attempts": attempts, "last_status": sent.status, "last_error": sent.error}
        since = one.failing_since or now
        reason: str | None = None
        if sent.arrived:
            values |= {"next_at": None, "delivered_at": now}
        else:
            values["next_at"] = next_try(attempts, now, self._random(), sent.wish)
            if sent.status == GONE:
                reason, values["next_at"] = "the receiver answered 410 Gone", None
            elif given_up(since, now):
                reason = f"the receiver has failed for {LASTING.days} days"
        async with self._database.write(brief=True) as connection:
            await connection.execute(sa.update(dispatches).where(dispatches.c.id == one.id).values(values))
            mine = sa.update(subscriptions).where(subscriptions.c.id == one.subscription)
            await connection.execute(mine.values(failing_since=None if sent.arrived else since))
            if reason:
                await connection.execute(mine.values(enabled=False, disabled_reason=reason))
        if reason:
            log.warning("subscription_disabled", reason=reason)

    async def _sweep(self, now: datetime) -> None:
        """Throw away what is long over: nothing that old is derived any more."""
        async with self._database.write() as connection:
            old = dispatches.c.created_at < now - HORIZON - SWEEP
            await connection.execute(sa.delete(dispatches).where(old, dispatches.c.next_at.is_(None)))
        self._swept = now


async def _next_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When the time of the first message comes whose time has not come yet."""
    wanted = sa.select(sa.func.min(dispatches.c.next_at)).where(dispatches.c.next_at > now)
    first: datetime | None = await connection.scalar(wanted)
    return first


async def _due(connection: AsyncConnection, now: datetime) -> Sequence[UUID]:
    """The subscriptions that have something due."""
    first = sa.func.min(dispatches.c.next_at)
    return list(
        await connection.scalars(
            sa.select(dispatches.c.subscription_id)
            .join(subscriptions, subscriptions.c.id == dispatches.c.subscription_id)
            .where(dispatches.c.next_at <= now, subscriptions.c.enabled)
            .group_by(dispatches.c.subscription_id)
            .order_by(first)
            .limit(AT_ONCE * 2)
        )
    )


async def _due_of(connection: AsyncConnection, subscription: UUID, now: datetime) -> list[Due]:
    """What is due of it, in the order in which it happened."""
    rows = await connection.execute(
        sa.select(
            dispatches.c.id, dispatches.c.workspace_id, dispatches.c.subscription_id, subscriptions.c.url,
            subscriptions.c.secret, dispatches.c.payload, dispatches.c.attempts, subscriptions.c.failing_since,
        )
        .join(subscriptions, subscriptions.c.id == dispatches.c.subscription_id)
        .where(dispatches.c.subscription_id == subscription, dispatches.c.next_at <= now, subscriptions.c.enabled)
        .order_by(dispatches.c.created_at, dispatches.c.id)
        .limit(IN_A_ROW)
    )  # fmt: skip
    return [Due(*row) for row in rows]
