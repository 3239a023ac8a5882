"""What language models cost a workspace, as it is shown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from service.db.engine import Database
from service.generation.models import Notice
from service.generation.spending import Ledger
from service.generation.spending_store import by_day


class SpendingDay(BaseModel):
    """One model on one day: answered calls, tokens and US dollars."""

    model_config = ConfigDict(from_attributes=True)

    day: date
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: Decimal


class Spending(BaseModel):
    """What language models cost the workspace, the newest day first. `budget` and `spent_today` are US dollars."""

    today: date
    spent_today: Decimal
    budget: Decimal | None
    notices: list[Notice]
    items: list[SpendingDay]


async def spending_of(database: Database, ledger: Ledger, workspace: UUID, days: int) -> Spending:
    """The last days in the workspace's time zone, with what is not written down yet."""
    await ledger.flush()
    state = await ledger.state(workspace)
    async with database.read() as connection:
        items = await by_day(connection, workspace, state.day - timedelta(days=days - 1))
    notice = state.notice()
    return Spending(
        today=state.day, spent_today=state.spent, budget=state.budget, notices=[notice] if notice else [],
        items=[SpendingDay.model_validate(item) for item in items],
    )  # fmt: skip
