"""The jobs of this room: throwing away what is old, and seeing erasures through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.db.engine import Database
from service.errors import StorageUnavailable
from service.jobs.models import Job
from service.jobs.runner import Jobs, Report
from service.privacy.erasing import Eraser
from service.privacy.retention import Sweep
from service.types import Clock
from service.workspaces.store import WorkspaceStore

RETENTION = "retention"
ERASURE = "erasure"
_PATIENCE = 600.0  # seconds: nobody waits for a job


@dataclass(frozen=True, slots=True)
class PrivacyWork:
    """How those jobs are done; both bear being done twice."""

    database: Database
    eraser: Eraser
    clock: Clock

    def register(self, jobs: Jobs) -> None:
        """Tell the runner."""
        jobs.register(RETENTION, self.retain)
        jobs.register(ERASURE, self.erase)

    async def retain(self, job: Job, report: Report) -> dict[str, Any]:
        """Throw away what the workspace keeps no longer."""
        async with self.database.read() as connection:
            workspace = await WorkspaceStore(connection).by_id(job.workspace)
        thrown = await Sweep(workspace.id, workspace.policy.retention, self.clock()).apply(self.database, report)
        return thrown.model_dump()

    async def erase(self, job: Job, _: Report) -> dict[str, Any]:
        """Finish what a `DELETE` could not wait for. Raises `StorageUnavailable` where the index still lags behind."""
        if not await self.eraser.finish(job.workspace, _PATIENCE):
            raise StorageUnavailable("The index has not followed yet; the next daily round tries again.")
        return {}
