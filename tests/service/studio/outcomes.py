"""Decisions and what became of them, straight in the records, for tests of what is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import sqlalchemy as sa

from service.db.tables import decisions, outcomes
from service.delivery.outcome_models import outcome_row
from tests.service.delivery.support import Selling
from tests.support import NOW, Running


@dataclass
class Became:
    """How often a variant was decided on, and what became of that; without a variant leads were held out."""

    variant: UUID | None
    made: int
    clicks: int = 0
    orders: int = 0
    unsubscribes: int = 0
    rung: str = "audience"
    audience: str | None = None
    at: datetime = NOW - timedelta(days=3)


async def became(service: Running, selling: Selling, *told: Became, channel: str = "email") -> None:
    """Each decision is one lead's."""
    async with service.services.database.read() as connection:
        workspace = await connection.scalar(
            sa.text("SELECT workspace_id FROM campaigns WHERE slug = :slug"), {"slug": selling.slug}
        )
    workspace = UUID(str(workspace))
    made, rows = [], []
    for one in told:
        for number in range(one.made):
            id_ = uuid4()
            made.append(
                {
                    "id": id_, "workspace_id": workspace, "campaign_id": selling.id, "placement": None,
                    "channel": channel, "variant_id": one.variant, "revision": "r" if one.variant else None,
                    "rung": one.rung if one.variant else "none", "audience": one.audience,
                    "reason": None if one.variant else "holdout", "propensity": 1.0, "snapshot": "s", "key_id": uuid4(),
                    "receipt": b"{}", "signature": "", "at": one.at,
                }
            )  # fmt: skip
            for kind, count in (("click", one.clicks), ("unsubscribe", one.unsubscribes)):
                if number < count:
                    rows.append(outcome_row(workspace, id_, kind, uuid4().hex, "event", one.at, NOW))  # type: ignore[arg-type]
            if number < one.orders:
                money = {"value": Decimal("89.90"), "currency": "BRL"}
                rows.append(outcome_row(workspace, id_, "conversion", uuid4().hex, "event", one.at, NOW, **money))
    async with service.services.database.write() as connection:
        for table, some in ((decisions, made), (outcomes, rows)):
            for start in range(0, len(some), 500):
                await connection.execute(sa.insert(table), some[start : start + 500])
