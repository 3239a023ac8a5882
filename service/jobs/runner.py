"""Runs jobs one after the other in this process; what a stopped process left undone is begun again at the next start.

A kind's work must therefore bear being done twice. Several processes over one PostgreSQL would each begin it again:
durable runs over many machines come with campaigns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

import structlog

from service.db.engine import Database
from service.errors import Invalid, SobMedidaError
from service.jobs.models import Job
from service.jobs.store import JobStore, unfinished
from service.types import Clock

log = structlog.get_logger(__name__)


class Report(Protocol):
    """Told how far the work is, from 0 to 1, and what it has come to so far."""

    def __call__(self, progress: float, so_far: dict[str, Any] | None = None, /) -> Awaitable[None]:
        """Note it."""
        ...


Work = Callable[[Job, Report], Awaitable[dict[str, Any]]]
"""Does the work and gives its result, which names things by id only."""


class Jobs:
    """The work that this process knows how to do, and the queue of what is to be done."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._kinds: dict[str, Work] = {}
        self._queue: asyncio.Queue[Job] = asyncio.Queue()

    def register(self, kind: str, work: Work) -> None:
        """How jobs of that kind are done."""
        self._kinds[kind] = work

    async def start(self, workspace: UUID, kind: str, parameters: dict[str, Any] | None = None) -> Job:
        """Put a job into the queue; `run` does it."""
        async with self._database.write() as connection:
            job = await JobStore(connection, workspace).add(kind, parameters or {}, self._clock())
        self._queue.put_nowait(job)
        return job

    async def run(self) -> None:
        """Do jobs until cancelled, first those that were left undone."""
        async with self._database.read() as connection:
            for job in await unfinished(connection):
                self._queue.put_nowait(job)
        while True:
            await self._do(await self._queue.get())

    async def _do(self, job: Job) -> None:
        try:
            if (work := self._kinds.get(job.kind)) is None:
                raise Invalid(f"This version does not know the kind of work {job.kind!r}.", code="job.kind")
            await self._note(job, "running", progress=0.0)
            result = await work(job, self._reporting(job))
            await self._note(job, "done", progress=1.0, result=result, finished_at=self._clock())
        except SobMedidaError as error:
            await self._failed(job, error)
        except Exception:
            log.exception("job_failed", kind=job.kind)
            await self._failed(job, SobMedidaError("An unexpected error was logged under this job's kind."))

    def _reporting(self, job: Job) -> Report:
        def report(progress: float, so_far: dict[str, Any] | None = None, /) -> Awaitable[None]:
            told = {} if so_far is None else {"result": so_far}
            return self._note(job, "running", progress=progress, **told)

        return report

    async def _failed(self, job: Job, error: SobMedidaError) -> None:
        try:
            await self._note(job, "failed", problem=error.problem(), finished_at=self._clock())
        except SobMedidaError:  # the database is away: the next start begins the job again
            log.warning("job_not_noted", kind=job.kind)

    async def _note(self, job: Job, status: Any, **values: Any) -> None:
        async with self._database.write() as connection:
            await JobStore(connection, job.workspace).note(job.id, status, **values)
