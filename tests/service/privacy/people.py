"""A lead with something of every kind, each with a word that is found nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from service.db import tables
from service.db.engine import Database
from tests.support import NOW, PATIENCE, Running

SECRET = "zqxk"  # begins every such word
PURPOSES = (("marketing.communications.email", "email"), ("personalize.content.profiling", "*"))


class Watch:
    """A clock that tests set forward."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)  # two rows of a ledger are never noted at once
        return self.now


def word(place: str) -> str:
    return f"{SECRET}{place}"


async def known(service: Running, external_id: str = word("id")) -> UUID:
    """A lead with traits, consents, events (its own, and a device's that it had before), a history, an audience, a
    cluster, a score, an action, a draft and an appointment; its internal id."""
    body = {
        "traits": {
            "firstName": word("name"), "email": f"{word('mail')}@correio.example", "notes": word("notes"),
            "categoria": "cafe", "clube": "raiz", "tags": [word("tag")],
        },
        "consents": [
            {
                "purpose": purpose, "channel": channel, "basis": "consent", "source": word("source"),
                "collected_at": "2026-01-10T10:00:00Z", "proof": word("proof"),
            }
            for purpose, channel in PURPOSES
        ],
    }  # fmt: skip
    async with service.client() as http:
        (await http.put(f"/v1/leads/{external_id}", json=body)).raise_for_status()
    database = service.services.database
    async with database.read() as connection:
        first = not await connection.scalar(sa.select(sa.func.count()).select_from(tables.audiences))
    # Whoever keeps the audiences would take back an appointment that it did not make; once there is that odd audience
    # below, it stops at it.
    assert not first or await service.services.audiences.wait(PATIENCE)
    async with database.write() as connection:
        found = sa.select(tables.leads.c.id, tables.leads.c.workspace_id).where(
            tables.leads.c.external_id == external_id
        )
        lead, workspace = (await connection.execute(found)).one()
        for table, row in _rows(workspace, lead, external_id):
            await connection.execute(sa.insert(table).values(workspace_id=workspace, **row))
    return UUID(str(lead))


def _rows(workspace: UUID, lead: UUID, name: str) -> list[tuple[sa.Table, dict[str, Any]]]:
    audience, clustering, trigger, slug = uuid4(), uuid4(), uuid4(), uuid4().hex
    device = word(f"device-{name}")
    return [
        (tables.identities, {"kind": "anonymous_id", "value": device, "lead_id": lead}),
        (tables.events, event(lead, word("event"), NOW - timedelta(days=2))),
        (tables.events, event(None, word("before"), NOW - timedelta(days=3)) | {"anonymous_id": device}),
        (tables.histories, {"lead_id": lead, "data": {"latest": {word("folded"): 1}}}),
        (tables.audiences, {
            "id": audience, "slug": slug, "name": "Café", "condition": {}, "origin": "own", "created_at": NOW,
            "updated_at": NOW,
        }),
        (tables.memberships, {"audience_id": audience, "lead_id": lead, "since": NOW}),
        (tables.appointments, {"lead_id": lead, "due_at": NOW}),
        (tables.clusterings, {"id": clustering, "clusters": [], "created_at": NOW}),
        (tables.cluster_members, {"clustering_id": clustering, "lead_id": lead, "cluster": 1, "distance": 0.5}),
        (tables.scores, {"lead_id": lead, "kind": "fit", "value": 71.0, "reasons": [word("reason")], "at": NOW}),
        (tables.triggers, {
            "id": trigger, "slug": slug, "kind": "cart", "settings": {}, "enabled": True, "created_at": NOW,
        }),
        (tables.actions, {
            "id": uuid4(), "trigger_id": trigger, "lead_id": lead, "occasion": word("occasion"),
            "action": {"why": word("why")}, "created_at": NOW,
        }),
        (tables.variants, draft(lead, word("draft"), NOW)),
    ]  # fmt: skip


def event(lead: UUID | None, said: str, at: datetime) -> dict[str, Any]:
    return {
        "message_id": f"{said}-{uuid4()}", "lead_id": lead, "anonymous_id": None, "type": "track", "name": said,
        "source": "segment", "occurred_at": at, "received_at": at, "properties": {"said": said},
        "context": {"ip": said},
    }  # fmt: skip


def draft(lead: UUID | None, said: str, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(), "lead_id": lead, "status": "draft", "channel": "push", "locale": "pt-BR", "angle": "benefit",
        "brief": {"objective": said}, "audience": {}, "fields": {"title": said}, "claims": [], "evidence": [],
        "provenance": {}, "created_at": at,
    }  # fmt: skip


async def said_anywhere(database: Database, text: str = SECRET) -> list[str]:
    """The tables in which that text is to be found, in whatever column."""
    found = []
    async with database.read() as connection:
        for table in tables.metadata.sorted_tables:
            rows = (await connection.execute(sa.select(table))).all()
            if text in repr(rows).lower():
                found.append(table.name)
    return found
