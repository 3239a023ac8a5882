"""Jobs in the records of one workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.tables import jobs
from service.errors import NotFound
from service.jobs.models import Job, Status


class JobStore:
    """The jobs of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def add(self, kind: str, parameters: dict[str, Any], now: datetime) -> Job:
        """A new job, not begun."""
        job = Job(
            id=uuid4(), workspace=self._workspace, kind=kind, status="queued", progress=0.0, parameters=parameters,
            created_at=now,
        )  # fmt: skip
        await self._connection.execute(
            sa.insert(jobs).values(
                id=job.id, workspace_id=self._workspace, kind=kind, status=job.status, progress=0.0,
                parameters=parameters, created_at=now,
            )
        )  # fmt: skip
        return job

    async def get(self, id_: UUID) -> Job:
        """That job. Raises `NotFound`."""
        row = (await self._connection.execute(self._mine().where(jobs.c.id == id_))).first()
        if row is None:
            raise NotFound(f"There is no job {id_} in this workspace.", code="job.unknown")
        return _job(row)

    async def page(self, limit: int) -> list[Job]:
        """The newest ones."""
        rows = await self._connection.execute(self._mine().order_by(jobs.c.created_at.desc()).limit(limit))
        return [_job(row) for row in rows]

    async def named(self, kind: str, parameter: str, value: str, limit: int) -> list[Job]:
        """The newest ones of that kind of which that parameter is that text."""
        same = jobs.c.parameters[parameter].as_string() == value
        rows = await self._connection.execute(
            self._mine().where(jobs.c.kind == kind, same).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
        )
        return [_job(row) for row in rows]

    async def undone(self, kind: str) -> list[Job]:
        """Those of that kind that are not ended, the newest first."""
        wanted = self._mine().where(jobs.c.kind == kind, jobs.c.status.in_(("queued", "running")))
        return [_job(row) for row in await self._connection.execute(wanted.order_by(jobs.c.created_at.desc()))]

    async def newest(self, kind: str) -> Job | None:
        """The newest of that kind, None where there was none yet."""
        newest = self._mine().where(jobs.c.kind == kind).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(1)
        row = (await self._connection.execute(newest)).first()
        return None if row is None else _job(row)

    async def note(self, id_: UUID, status: Status, **values: Any) -> None:
        """How it stands now."""
        await self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.workspace_id == self._workspace, jobs.c.id == id_)
            .values(status=status, **values)
        )
        if ended := values.get("finished_at"):
            await changes.append(self._connection, self._workspace, "job", [id_], ended)

    def _mine(self) -> sa.Select[Any]:
        return sa.select(jobs).where(jobs.c.workspace_id == self._workspace)


async def unfinished(connection: AsyncConnection) -> list[Job]:
    """What a process that stopped left behind, of all workspaces: only the runner, which answers to none, may ask."""
    rows = await connection.execute(
        sa.select(jobs).where(jobs.c.status.in_(("queued", "running"))).order_by(jobs.c.created_at)
    )
    return [_job(row) for row in rows]


def _job(row: sa.Row[Any]) -> Job:
    return Job(
        id=row.id, workspace=row.workspace_id, kind=row.kind, status=row.status, progress=row.progress,
        parameters=row.parameters, result=row.result, problem=row.problem, created_at=row.created_at,
        finished_at=row.finished_at,
    )  # fmt: skip
