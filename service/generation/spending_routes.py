"""Spending over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from service.auth import Admin, Wired
from service.generation.models import Notice
from service.generation.spending_store import by_day

router = APIRouter(prefix="/v1", tags=["spending"])


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


@router.get("/spending", summary="What language models cost, by day and model")
async def spending(services: Wired, caller: Admin, days: Annotated[int, Query(ge=1, le=366)] = 31) -> Spending:
    """The last `days` days in the workspace's time zone, and today's budget."""
    await services.ledger.flush()
    state = await services.ledger.state(caller.workspace.id)
    async with services.database.read() as connection:
        items = await by_day(connection, caller.workspace.id, state.day - timedelta(days=days - 1))
    notice = state.notice()
    return Spending(
        today=state.day, spent_today=state.spent, budget=state.budget, notices=[notice] if notice else [],
        items=[SpendingDay.model_validate(item) for item in items],
    )  # fmt: skip
