"""Made-up leads for these tests: what they did follows from who they are, so that there is something to learn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.engine import Database
from service.db.tables import events, histories
from service.events.models import Event
from service.leads.arrivals import Arrival
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.leads.models import LeadInput
from service.leads.store import LeadStore
from service.profile.history import History

PROFILING = "personalize.content.profiling"
TRAINING = "train_ai_system"
CONTRACT = Contract.model_validate(
    {
        "attributes": {
            "first_name": {"use": "mention", "domain": {"kind": "name"}, "fallbacks": {"pt-BR": "cliente"}},
            "club": {
                "use": "select",
                "domain": {"kind": "enumeration", "values": ["root", "leaf"], "labels": {"root": "Raiz"}},
            },
            "income": {"use": "select", "domain": {"kind": "number_range", "min": 0, "max": 10_000}},
            "secret": {"use": "forbidden"},
        }
    }
)


def consents(*purposes: str) -> list[dict[str, str]]:
    """Rows of the ledger that grant those purposes."""
    row = {"channel": "*", "basis": "consent", "source": "site", "collected_at": "2025-01-10T10:00:00Z"}
    return [{**row, "purpose": purpose} for purpose in purposes]


async def settle(
    database: Database, workspace: UUID, leads: Sequence[LeadInput], done: dict[str, list[Event]], now: datetime
) -> dict[str, UUID]:
    """Put the contract, the leads and what they did into the records; gives their internal ids."""
    async with database.write() as connection:
        await ContractStore(connection, workspace).put(CONTRACT, now)
        store = LeadStore(connection, workspace)
        await store.put_many([Arrival(lead) for lead in leads], now, default_locale="pt-BR")
        found = {lead.external_id: lead.id for lead in await store.by_ids(await store.ids())}
        for name, happened in done.items():
            await _did(connection, workspace, found[name], happened, now)
    return found


async def _did(
    connection: AsyncConnection, workspace: UUID, lead: UUID, happened: Sequence[Event], now: datetime
) -> None:
    history = History.of({})
    rows = []
    for event in happened:
        history.add(event)
        rows.append(
            {
                "workspace_id": workspace, "message_id": event.message_id, "lead_id": lead, "type": event.type,
                "name": event.name, "source": event.source, "robot": event.robot, "occurred_at": event.occurred_at,
                "received_at": now, "properties": dict(event.properties), "context": dict(event.context),
            }
        )  # fmt: skip
    if rows:
        await connection.execute(sa.insert(events), rows)
    await connection.execute(sa.insert(histories).values(lead_id=lead, workspace_id=workspace, data=history.data()))


def page(at: datetime) -> Event:
    """A visit."""
    return Event(uuid4().hex, "page", "Home", at)


def order(at: datetime, category: str = "cafe", total: float = 80.0) -> Event:
    """An order of one product."""
    products = [{"product_id": f"{category}-1", "category": category, "price": total, "quantity": 1}]
    properties = {"order_id": uuid4().hex, "total": total, "revenue": total, "products": products}
    return Event(uuid4().hex, "track", "Order Completed", at, properties=properties)


def shoppers(
    count: int, now: datetime, *purposes: str, seed: int = 7
) -> tuple[list[LeadInput], dict[str, list[Event]]]:
    """Leads, every other of whom visits often and orders now and then; the others do neither. `secret` would give it
    away."""
    draw, leads, done = random.Random(seed), [], {}  # noqa: S311
    for number in range(count):
        keen = number % 2 == 0
        name = f"c-{number}"
        traits = {
            "firstName": f"Nome {chr(97 + number % 26)}", "club": draw.choice(["root", "leaf"]),
            "income": draw.randrange(10_000), "secret": keen,
        }  # fmt: skip
        leads.append(LeadInput.model_validate({"external_id": name, "traits": traits, "consents": consents(*purposes)}))
        visits = [page(now - timedelta(days=draw.uniform(0, 200))) for _ in range(draw.randint(8, 16) if keen else 2)]
        orders = [order(now - timedelta(days=draw.uniform(0, 200))) for _ in range(draw.randint(2, 6) if keen else 0)]
        done[name] = visits + orders
    return leads, done
