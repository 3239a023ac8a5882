"""Spending over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.auth import Admin, Wired
from service.generation.spending_views import Spending, spending_of

router = APIRouter(prefix="/v1", tags=["spending"])


@router.get("/spending", summary="What language models cost, by day and model")
async def spending(services: Wired, caller: Admin, days: Annotated[int, Query(ge=1, le=366)] = 31) -> Spending:
    """The last `days` days in the workspace's time zone, and today's budget."""
    return await spending_of(services.database, services.ledger, caller.workspace.id, days)
