"""Leads by the ten thousand, straight into the records: traits, consents and what they did in a shop."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import consents, histories, leads
from service.events.models import Event
from service.leads.contract import Attribute, Contract, Enumeration, NumberRange
from service.leads.models import COMMUNICATIONS, PROFILING
from service.profile.history import History

CITIES = ("Recife", "Natal", "Belém", "Curitiba", "Goiânia", "Vitória", "Manaus", "Salvador")
CLUBS = ("raiz", "broto", "flor")
CATEGORIES = ("cafe", "plantas", "cozinha", "jardim", "livros", "moda", "infantil", "pet")
CONTRACT = Contract(
    attributes={
        "city": Attribute(use="select", domain=Enumeration(values=list(CITIES))),
        "clube": Attribute(use="imply", domain=Enumeration(values=list(CLUBS))),
        "points": Attribute(use="select", domain=NumberRange(min=0, max=1_000)),
    }
)
PATTERNS = 2_000  # histories that differ; leads share them, since folding one of its own for each would take a minute
AT_ONCE = 5_000


async def fill(
    database: Database, workspace: UUID, count: int, now: datetime, done: Callable[[int], None] = lambda _: None
) -> None:
    """So many leads; nine in ten allow profiling."""
    chance = random.Random(7)  # noqa: S311 - the same leads in each run
    patterns = [_history(chance, now) for _ in range(PATTERNS)]
    for start in range(0, count, AT_ONCE):
        made = [_lead(chance, workspace, number, now) for number in range(start, min(start + AT_ONCE, count))]
        granted = [row for lead in made for row in _consents(chance, workspace, lead["id"], now)]
        kept = [{"lead_id": lead["id"], "workspace_id": workspace, "data": chance.choice(patterns)} for lead in made]
        async with database.write() as connection:
            for table, rows in ((leads, made), (consents, granted), (histories, kept)):
                await connection.execute(sa.insert(table), rows)
        done(start + len(made))


def _lead(chance: random.Random, workspace: UUID, number: int, now: datetime) -> dict[str, Any]:
    born = datetime(1950, 1, 1) + timedelta(days=chance.randrange(20_000))  # noqa: DTZ001 - a day, no moment
    traits = {
        "email": f"lead{number}@correio.example",
        "firstName": "Ana",
        "birthday": born.date().isoformat(),
        "city": chance.choice(CITIES),
        "clube": chance.choice(CLUBS),
        "points": chance.randrange(1_000),
        "renewalDate": (now + timedelta(days=chance.randrange(-60, 300))).date().isoformat(),
    }
    return {
        "id": uuid4(), "workspace_id": workspace, "external_id": f"lead-{number}", "traits": traits,
        "locale": "pt-BR", "created_at": now - timedelta(days=chance.randrange(900)), "updated_at": now,
    }  # fmt: skip


def _consents(chance: random.Random, workspace: UUID, lead: UUID, now: datetime) -> Sequence[dict[str, Any]]:
    allowed = {f"{COMMUNICATIONS}.email": "email", PROFILING: "*"}
    return [
        {
            "workspace_id": workspace, "lead_id": lead, "purpose": purpose, "channel": channel, "basis": "consent",
            "status": "granted" if chance.random() < 0.9 else "denied", "source": "site",
            "collected_at": now - timedelta(days=400),
        }
        for purpose, channel in allowed.items()
    ]  # fmt: skip


def _history(chance: random.Random, now: datetime) -> dict[str, Any]:
    """Up to thirty events in two years, more of them lately."""
    history = History.of(None)
    for _ in range(chance.randrange(2, 30)):
        at = now - timedelta(hours=24 * 700 * chance.random() ** 3)
        history.add(_event(chance, at))
    return history.data()


def _event(chance: random.Random, at: datetime) -> Event:
    category = chance.choice(CATEGORIES)
    product = {
        "product_id": f"{category}-{chance.randrange(20)}", "category": category, "price": chance.randrange(20, 300),
        "quantity": 1,
    }  # fmt: skip
    name = chance.choices(("page", "Product Viewed", "Product Added", "Order Completed", "Email Link Clicked"),
                          (6, 6, 3, 1, 2))[0]  # fmt: skip
    if name == "Order Completed":
        said: dict[str, Any] = {"order_id": uuid4().hex, "total": product["price"], "products": [product]}
    else:
        said = {} if name in ("page", "Email Link Clicked") else product
    return Event(uuid4().hex, "page" if name == "page" else "track", name, at, properties=said)
