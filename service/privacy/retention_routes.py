"""Retention over HTTP: what is due, and throwing it away."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.auth import Admin, Wired
from service.jobs.models import Job
from service.privacy.models import Due
from service.privacy.retention import Sweep
from service.privacy.work import RETENTION

router = APIRouter(prefix="/v1", tags=["privacy"])


@router.post(
    "/retention:apply",
    summary="Throw away what is kept no longer",
    status_code=202,
    response_model=Job,
    responses={200: {"model": Due, "description": "With `dry_run`: how much that would be."}},
)
async def apply(services: Wired, caller: Admin, response: Response, dry_run: bool = False) -> Job | Response:
    """Each kind of data after the days that the workspace's policy gives it. It happens once a day by itself."""
    workspace = caller.workspace
    if dry_run:
        async with services.database.read() as connection:
            due = await Sweep(workspace.id, workspace.policy.retention, services.clock()).due(connection)
        return Response(due.model_dump_json(), 200, media_type="application/json")
    job = await services.jobs.start(workspace.id, RETENTION)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job
