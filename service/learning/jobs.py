"""The long work of learning: training, scoring everybody, finding groups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from retrieval.index import Index
from service.db.engine import Database
from service.errors import NotFound
from service.jobs.models import Job
from service.jobs.runner import Jobs, Report
from service.learning.cluster_models import CLUSTERS, FindClusters
from service.learning.finding import Search, find
from service.learning.models import Training
from service.learning.refreshing import refresh
from service.learning.training import Order, train
from service.types import Clock
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

TRAIN = "scores:train"
REFRESH = "scores:refresh"


def register_jobs(jobs: Jobs, database: Database, index: Index, clock: Clock) -> None:
    """Teach the runner these kinds."""
    work = _Work(database, index, clock)
    jobs.register(TRAIN, work.train)
    jobs.register(REFRESH, work.refresh)
    jobs.register(CLUSTERS, work.clusters)


class _Work:
    def __init__(self, database: Database, index: Index, clock: Clock) -> None:
        self._database = database
        self._index = index
        self._clock = clock

    async def train(self, job: Job, report: Report) -> dict[str, Any]:
        workspace = await self._workspace(job.workspace)
        training = Training.model_validate(job.parameters)
        model = await train(self._database, Order(job.id, workspace, training, self._clock()), report)
        found = {"version": model.version, "kind": model.kind, "active": model.active, "auc": model.auc}
        return found | (await self._scored(workspace, report) if model.active else {})

    async def refresh(self, job: Job, report: Report) -> dict[str, Any]:
        return await self._scored(await self._workspace(job.workspace), report)

    async def clusters(self, job: Job, report: Report) -> dict[str, Any]:
        search = Search(
            job.id,
            await self._workspace(job.workspace),
            FindClusters.model_validate(job.parameters),
            self._clock(),
        )
        return await find(self._database, self._index, search, report)

    async def _scored(self, workspace: Workspace, report: Report) -> dict[str, int]:
        return await refresh(self._database, workspace, self._clock(), report)

    async def _workspace(self, id_: UUID) -> Workspace:
        async with self._database.read() as connection:
            for workspace in await WorkspaceStore(connection).all():
                if workspace.id == id_:
                    return workspace
        raise NotFound("The job's workspace is gone.", code="workspace.unknown")
