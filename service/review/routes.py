"""What writers do with copy, over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from service.auth import Review, Wired
from service.review.inspect import CheckRequest, CheckResponse, inspect

router = APIRouter(prefix="/v1", tags=["review"])


@router.post("/checks", summary="Check a writer's own words")
async def checks(body: CheckRequest, services: Wired, caller: Review) -> CheckResponse:
    """Every claim with the evidence behind it, and every finding, as for copy that was generated. Nothing is kept."""
    return await inspect(services.database, services.search, caller.workspace, body, services.clock())
