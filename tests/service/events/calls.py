"""Events and calls for tests, with as little said as they need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from service.db.engine import Database
from service.events.ingest import ingest
from service.events.models import Ingested, Kept
from service.events.segment import Envelope, read
from service.events.store import EventStore
from service.leads.models import Lead
from service.leads.store import LeadStore
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from tests.support import NOW


async def send(database: Database, workspace: Workspace, *messages: dict[str, Any], now: datetime = NOW) -> Ingested:
    """Ingest Segment's messages as one batch."""
    incoming = [read(message, Envelope(now), place).incoming for place, message in enumerate(messages)]
    return await ingest(database, workspace, incoming, now)


async def casa(database: Database, slug: str = "casa") -> Workspace:
    """A workspace of that name."""
    async with database.write() as connection:
        return await WorkspaceStore(connection).create(slug, NOW)


async def lead(database: Database, workspace: Workspace, external_id: str) -> Lead:
    """That lead."""
    async with database.read() as connection:
        return await LeadStore(connection, workspace.id).get(external_id)


async def done_by(database: Database, workspace: Workspace, external_id: str) -> list[Kept]:
    """What a lead did, newest first."""
    async with database.read() as connection:
        found = await LeadStore(connection, workspace.id).get(external_id)
        return (await EventStore(connection, workspace.id).of_lead(found.id, 200))[0]


async def ids_of(database: Database, workspace: Workspace, external_id: str) -> set[str]:
    """The names of what a lead did."""
    return {kept.event.message_id for kept in await done_by(database, workspace, external_id)}


def call(kind: str, message_id: str, ago: float = 0, **said: Any) -> dict[str, Any]:
    """A message of that type, `ago` minutes before now."""
    at = (NOW - timedelta(minutes=ago)).isoformat()
    named = {"event": "Product Viewed"} if kind == "track" else {}
    return {"type": kind, "messageId": message_id, "timestamp": at, **named, **said}


def batch(messages: Sequence[object], **beside: Any) -> dict[str, Any]:
    """The body of a batch."""
    return {"batch": list(messages), "sentAt": NOW.isoformat(), **beside}
