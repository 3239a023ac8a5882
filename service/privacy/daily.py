"""Once a day, and after every start: what is old is thrown away, and unfinished erasures are seen through."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.engine import Database
from service.db.tables import jobs, workspaces
from service.errors import SobMedidaError
from service.jobs.runner import Jobs
from service.privacy.store import unfinished
from service.privacy.work import ERASURE, RETENTION
from service.types import Clock

log = structlog.get_logger(__name__)

DAY = timedelta(days=1)
LOOK_SECONDS = 600.0
FIRST_LOOK_SECONDS = 60


class RetentionClock:
    """Starts the jobs that are due."""

    def __init__(self, database: Database, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def run(self) -> None:
        """Look every ten minutes until cancelled, first after one: a start or a command has other things to do."""
        await asyncio.sleep(FIRST_LOOK_SECONDS)
        while True:
            try:
                await self.look()
            except SobMedidaError as error:
                log.warning("retention_not_started", code=error.code)
            except Exception:
                log.exception("retention_not_started")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Start what is due now."""
        async with self._database.read() as connection:
            retain = await retention_due(connection, self._clock())
            erase = await unfinished(connection)
        for workspace in retain:
            await self._jobs.start(workspace, RETENTION)
        for workspace in erase:
            await self._jobs.start(workspace, ERASURE)


async def retention_due(connection: AsyncConnection, now: datetime) -> Sequence[UUID]:
    """The workspaces without a round in the last 24 hours: only the daily clock, which answers to none, may ask."""
    recent = sa.select(jobs.c.workspace_id).where(jobs.c.kind == RETENTION, jobs.c.created_at > now - DAY)
    return (await connection.scalars(sa.select(workspaces.c.id).where(workspaces.c.id.not_in(recent)))).all()
