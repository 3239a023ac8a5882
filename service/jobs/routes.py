"""Jobs over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from service.auth import Anyone, Wired
from service.jobs.models import Job
from service.jobs.store import JobStore

router = APIRouter(prefix="/v1", tags=["jobs"])


class JobPage(BaseModel):
    """The newest jobs."""

    items: list[Job]


@router.get("/jobs", summary="Jobs")
async def page(services: Wired, caller: Anyone, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> JobPage:
    """Newest first."""
    async with services.database.read() as connection:
        return JobPage(items=await JobStore(connection, caller.workspace.id).page(limit))


@router.get("/jobs/{id}", summary="One job")
async def get(id: UUID, services: Wired, caller: Anyone) -> Job:  # noqa: A002
    """How far it is, and its result or what went wrong."""
    async with services.database.read() as connection:
        return await JobStore(connection, caller.workspace.id).get(id)
