"""What is read of events for a choice: what a lead bought and was shown, and when and where the others click."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.actions.channel_rules import CLICKED, DELIVERED, WEEK
from service.actions.models import DirectChannel
from service.actions.moments import FLAT, HOURS, shrunk
from service.actions.situation import Crowd
from service.db.tables import events, memberships

RECENT = 2_000
"""The newest events of a workspace, from which the others' habits are read: reading takes no longer as it grows."""
BOUGHT_LATELY = timedelta(days=180)
_MOST_OF_ONE = 200
_ORDER = "Order Completed"
_CHANNEL_CLICKED = {name: channel for channel, name in CLICKED.items()}


class Had(NamedTuple):
    """Products that a lead has bought, and content that it was written to about in the last week: ids and titles in
    small letters."""

    bought: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


class Audience(NamedTuple):
    """An audience that a lead is in."""

    id: UUID
    slug: str


async def had(connection: AsyncConnection, workspace: UUID, lead: UUID, now: datetime) -> Had:
    """What the lead has had. Whoever sends says in `content_id` of the delivery what the message was about."""
    mine = (events.c.workspace_id == workspace, events.c.lead_id == lead, events.c.robot.is_(None))
    rows = await connection.execute(
        sa.select(events.c.name, events.c.properties)
        .where(*mine)
        .where(
            sa.or_(
                sa.and_(events.c.name == _ORDER, events.c.occurred_at >= now - BOUGHT_LATELY),
                sa.and_(events.c.name.in_(DELIVERED), events.c.occurred_at >= now - WEEK),
            )
        )
        .order_by(events.c.occurred_at.desc())
        .limit(_MOST_OF_ONE)
    )
    bought: set[str] = set()
    shown: set[str] = set()
    for name, properties in rows:
        if name == _ORDER:
            bought.update(_products(properties))
        else:
            shown.update(_texts(properties, "content_id"))
    return Had(frozenset(bought), frozenset(shown))


async def crowd(connection: AsyncConnection, workspace: UUID, zone: ZoneInfo, audience: Audience | None) -> Crowd:
    """The habits of everyone in the workspace and, of the hours, those of an audience shrunk towards them."""
    recent = (
        sa.select(events.c.name, events.c.occurred_at, events.c.lead_id, events.c.robot)
        .where(events.c.workspace_id == workspace)
        .order_by(events.c.received_at.desc())
        .limit(RECENT)
        .subquery()
    )
    is_member = sa.and_(
        memberships.c.lead_id == recent.c.lead_id, memberships.c.audience_id == (audience.id if audience else None)
    )
    rows = await connection.execute(
        sa.select(recent.c.name, recent.c.occurred_at, memberships.c.lead_id.is_not(None))
        .select_from(recent.outerjoin(memberships, is_member))
        .where(recent.c.robot.is_(None), recent.c.name.in_([*DELIVERED, *_CHANNEL_CLICKED]))
    )
    sent: Counter[DirectChannel] = Counter()
    clicked: Counter[DirectChannel] = Counter()
    everyone, members = [0] * HOURS, [0] * HOURS
    for name, at, member in rows:
        if channel := _CHANNEL_CLICKED.get(name):
            clicked[channel] += 1
            everyone[at.astimezone(zone).hour] += 1
            members[at.astimezone(zone).hour] += bool(member)
        else:
            sent[DELIVERED[name]] += 1
    hours = shrunk(members, shrunk(everyone, FLAT))
    return Crowd(hours, sent, clicked, audience.slug if audience else None)


def _products(properties: Mapping[str, Any]) -> Iterator[str]:
    listed = properties.get("products")
    for product in [properties, *(listed if isinstance(listed, list) else ())]:
        if isinstance(product, Mapping):
            yield from _texts(product, "product_id", "sku", "name")


def _texts(properties: Mapping[str, Any], *keys: str) -> Iterator[str]:
    for key in keys:
        value = properties.get(key)
        if isinstance(value, str) and value:
            yield value.casefold()
