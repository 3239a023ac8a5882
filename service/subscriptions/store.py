"""Subscriptions and their messages, in the records of one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.inserts import insert_missing
from service.db.paging import cursor_of, value_of
from service.db.tables import dispatches, subscriptions
from service.errors import Conflict, NotFound
from service.subscriptions.models import (
    TEST,
    Delivery,
    EventType,
    Happening,
    Secrets,
    State,
    Subscription,
    SubscriptionInput,
    SubscriptionPatch,
)

MOST = 50
DISABLED = "the subscription was disabled; replay it once it is enabled"


class SubscriptionStore:
    """The subscriptions of one workspace. What they wait for is kept with the moment from which they do."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def all(self) -> list[Subscription]:
        """The oldest first."""
        order = self._mine().order_by(subscriptions.c.created_at, subscriptions.c.id)
        return [_subscription(row) for row in await self._connection.execute(order)]

    async def get(self, id_: UUID) -> Subscription:
        """That one. Raises `NotFound`."""
        return _subscription(await self._row(id_))

    async def create(self, body: SubscriptionInput, secret: str, now: datetime) -> Subscription:
        """Raises `Conflict` where there are too many. Needs a transaction."""
        there = await self._connection.scalar(
            sa.select(sa.func.count()).select_from(subscriptions).where(subscriptions.c.workspace_id == self._workspace)
        )
        if (there or 0) >= MOST:
            raise Conflict(f"A workspace has at most {MOST} subscriptions.", code="subscription.too_many")
        id_ = uuid4()
        await self._connection.execute(
            sa.insert(subscriptions).values(
                id=id_, workspace_id=self._workspace, url=body.url, secret=Secrets(secret).text(),
                events=_since(body.events, {}, now), enabled=True, created_at=now,
            )
        )  # fmt: skip
        return await self.get(id_)

    async def change(self, id_: UUID, patch: SubscriptionPatch, now: datetime) -> Subscription:
        """Raises `NotFound`. What it is enabled for anew, or waits for from now on, is what happens from now on."""
        row = await self._row(id_)
        values: dict[str, Any] = {}
        if patch.url is not None:
            values["url"] = patch.url
        if patch.events is not None:
            values["events"] = _since(patch.events, row.events, now)
        if patch.enabled is not None:
            values |= {"enabled": patch.enabled, "disabled_reason": None if patch.enabled else "by hand"}
            values["failing_since"] = None
        if values:
            await self._connection.execute(sa.update(subscriptions).where(self._is(id_)).values(values))
            await changes.append(self._connection, self._workspace, "subscription", [id_], now)
        return await self.get(id_)

    async def rotate(self, id_: UUID, secret: str, now: datetime) -> Subscription:
        """Another secret from now on; the one before it signs along for a day. Raises `NotFound`."""
        row = await self._row(id_)
        kept = Secrets.of(row.secret).rotated(secret, now).text()
        await self._connection.execute(sa.update(subscriptions).where(self._is(id_)).values(secret=kept))
        return await self.get(id_)

    async def delete(self, id_: UUID) -> None:
        """With its messages. Raises `NotFound`."""
        await self._row(id_)
        await self._connection.execute(sa.delete(subscriptions).where(self._is(id_)))

    async def _row(self, id_: UUID) -> sa.Row[Any]:
        row: sa.Row[Any] | None = (
            await self._connection.execute(self._mine().where(subscriptions.c.id == id_))
        ).first()
        if row is None:
            raise NotFound(f"There is no subscription {id_} in this workspace.", code="subscription.unknown")
        return row

    def _mine(self) -> sa.Select[Any]:
        return sa.select(subscriptions).where(subscriptions.c.workspace_id == self._workspace)

    def _is(self, id_: UUID) -> sa.ColumnElement[bool]:
        return sa.and_(subscriptions.c.workspace_id == self._workspace, subscriptions.c.id == id_)


class DispatchStore:
    """The messages of one workspace's subscriptions."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def derive(self, happenings: Sequence[Happening], now: datetime) -> int:
        """The messages of what happened to whoever waits for it, each once; how many are new. One whose subscription is
        disabled is kept for a replay."""
        waiting = await self._connection.execute(
            sa.select(subscriptions.c.id, subscriptions.c.events, subscriptions.c.enabled).where(
                subscriptions.c.workspace_id == self._workspace
            )
        )
        rows = [
            self._row(one.message(id_), id_, one.type, one.payload(), now, place, enabled=enabled)
            for id_, since, enabled in waiting
            for place, one in enumerate(happenings)
            if one.type in since and one.at >= datetime.fromisoformat(since[one.type])
        ]
        return len(await insert_missing(self._connection, dispatches, rows, dispatches.c.id))

    async def test(self, subscription: UUID, now: datetime) -> Delivery:
        """A message that tells of nothing."""
        payload = {"type": TEST, "timestamp": now.isoformat(), "data": {"subscription_id": str(subscription)}}
        row = self._row(uuid4(), subscription, TEST, payload, now, 0, enabled=True)
        await self._connection.execute(sa.insert(dispatches).values(row))
        await changes.append(self._connection, self._workspace, "subscription", [subscription], now)
        return await self.get(subscription, row["id"])

    async def replay(self, subscription: UUID, id_: UUID, now: datetime) -> Delivery:
        """Send it again, at once and under the same id. Raises `NotFound`."""
        await self.get(subscription, id_)
        await self._connection.execute(
            sa.update(dispatches)
            .where(dispatches.c.workspace_id == self._workspace, dispatches.c.id == id_)
            .values(attempts=0, next_at=now, delivered_at=None, last_status=None, last_error=None)
        )
        await changes.append(self._connection, self._workspace, "subscription", [subscription], now)
        return await self.get(subscription, id_)

    async def get(self, subscription: UUID, id_: UUID) -> Delivery:
        """That message. Raises `NotFound`, also for another subscription's."""
        row = (await self._connection.execute(self._of(subscription).where(dispatches.c.id == id_))).first()
        if row is None:
            raise NotFound(f"There is no delivery {id_} of this subscription.", code="delivery.unknown")
        return _delivery(row)

    async def page(
        self, subscription: UUID, state: State | None, limit: int, cursor: str | None
    ) -> tuple[list[Delivery], str | None]:
        """The newest first, and the cursor of the next page. Raises `Invalid` for a bad cursor."""
        wanted = self._of(subscription)
        if state is not None:
            wanted = wanted.where(_STATES[state])
        if cursor is not None:
            end = value_of(cursor, _Place.of)
            same = sa.and_(dispatches.c.created_at == end.at, dispatches.c.id < end.id)
            wanted = wanted.where(sa.or_(dispatches.c.created_at < end.at, same))
        order = wanted.order_by(dispatches.c.created_at.desc(), dispatches.c.id.desc()).limit(limit + 1)
        found = [_delivery(row) for row in await self._connection.execute(order)]
        last = found[limit - 1] if len(found) > limit else None
        return found[:limit], cursor_of(f"{last.created_at.isoformat()}|{last.id}") if last else None

    def _of(self, subscription: UUID) -> sa.Select[Any]:
        return sa.select(dispatches).where(
            dispatches.c.workspace_id == self._workspace, dispatches.c.subscription_id == subscription
        )

    def _row(
        self,
        id_: UUID,
        subscription: UUID,
        type_: str,
        payload: dict[str, Any],
        now: datetime,
        place: int,
        *,
        enabled: bool,
    ) -> dict[str, Any]:
        return {
            "id": id_, "workspace_id": self._workspace, "subscription_id": subscription, "type": type_,
            "payload": dict(payload), "attempts": 0, "next_at": now if enabled else None,
            "last_error": None if enabled else DISABLED, "created_at": now + place * _NEXT,
        }  # fmt: skip


_NEXT = timedelta(microseconds=1)  # what is derived at once keeps its order


class _Place(NamedTuple):
    """Where a page ended."""

    at: datetime
    id: UUID

    @classmethod
    def of(cls, text: str) -> Self:
        at, id_ = text.split("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")
        return cls(moment, UUID(id_))


_STATES: dict[State, sa.ColumnElement[bool]] = {
    "delivered": dispatches.c.delivered_at.is_not(None),
    "waiting": sa.and_(dispatches.c.delivered_at.is_(None), dispatches.c.next_at.is_not(None)),
    "failed": sa.and_(dispatches.c.delivered_at.is_(None), dispatches.c.next_at.is_(None)),
}


def _since(events: Sequence[EventType], before: dict[str, str], now: datetime) -> dict[str, str]:
    """Each type with the moment from which it is waited for."""
    return {type_: before.get(type_, now.isoformat()) for type_ in dict.fromkeys(events)}


def _subscription(row: sa.Row[Any]) -> Subscription:
    return Subscription(
        id=row.id, url=row.url, events=sorted(row.events), enabled=row.enabled, disabled_reason=row.disabled_reason,
        failing_since=row.failing_since, created_at=row.created_at,
    )  # fmt: skip


def _delivery(row: sa.Row[Any]) -> Delivery:
    state: State = "delivered" if row.delivered_at else "waiting" if row.next_at else "failed"
    return Delivery(
        id=row.id, type=row.type, payload=row.payload, state=state, attempts=row.attempts, next_at=row.next_at,
        delivered_at=row.delivered_at, last_status=row.last_status, last_error=row.last_error,
        created_at=row.created_at,
    )  # fmt: skip
