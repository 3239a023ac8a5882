"""Groups over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from service.audiences.models import Audience
from service.auth import Generate, Read, Wired
from service.jobs.models import Job
from service.learning.adopt import adopt
from service.learning.cluster_models import CLUSTERS, Adopt, Clustering, FindClusters
from service.learning.cluster_store import ClusterStore

router = APIRouter()


@router.post("/clusters", summary="Find groups of leads", status_code=202)
async def find(wanted: FindClusters, response: Response, services: Wired, caller: Generate) -> Job:
    """A job: it fails with `clusters.too_few` or, where the leads form no stable groups, `clusters.none`."""
    job = await services.jobs.start(caller.workspace.id, CLUSTERS, wanted.model_dump(mode="json"))
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job


@router.get("/clusters", summary="The newest groups of leads")
async def newest(services: Wired, caller: Read) -> Clustering:
    """Each with a name, what sets it apart, leads from its middle, and a condition that marks it off."""
    async with services.database.read() as connection:
        return await ClusterStore(connection, caller.workspace.id).newest()


@router.post("/clusters/{clustering_id}/{number}:adopt", summary="Make an audience of a group", status_code=201)
async def adopt_(
    clustering_id: UUID,
    number: Annotated[int, Path(ge=1, le=100)],
    wanted: Adopt,
    services: Wired,
    caller: Generate,
) -> Audience:
    """By the condition proposed for it, which from then on decides who is in."""
    async with services.database.write() as connection:
        return await adopt(connection, caller.workspace.id, clustering_id, number, wanted, services.clock())
