"""Scores and groups over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from service.auth import Admin, Anyone, Read, Wired
from service.jobs.models import Job
from service.leads.contract_store import ContractStore
from service.leads.models import ExternalId
from service.learning import cluster_routes
from service.learning.examples import check_target
from service.learning.jobs import REFRESH, TRAIN
from service.learning.models import ModelReport, ModelView, ScoreKind, Scores, Training
from service.learning.page import page_of
from service.learning.refreshing import scores_now
from service.learning.store import ModelStore
from service.profile.store import SubjectStore

router = APIRouter(prefix="/v1", tags=["learning"])
router.include_router(cluster_routes.router)

Version = Annotated[int, Path(ge=1, lt=2**31)]


class Models(BaseModel):
    """Score models, newest first. A kind with no active model is scored by rules."""

    items: list[ModelView]


@router.get("/leads/{external_id:path}/scores", summary="A lead's scores")
async def of_lead(external_id: ExternalId, services: Wired, caller: Read) -> Scores:
    """Fit and intent as of now, each with what gave it points. Without consent to profiling there is none."""
    async with services.database.read() as connection:
        subject = await SubjectStore(connection, caller.workspace.id).get(external_id)
        return (await scores_now(connection, caller.workspace, [subject], services.clock()))[0]


@router.post("/scores:train", summary="Train a score model", status_code=202)
async def train(training: Training, response: Response, services: Wired, caller: Admin) -> Job:
    """A job: it fails with `scores.too_little` where there is too little to learn from, and says what is missing."""
    async with services.database.read() as connection:
        check_target(training.target, await ContractStore(connection, caller.workspace.id).current())
    job = await services.jobs.start(caller.workspace.id, TRAIN, training.model_dump(mode="json"))
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job


@router.post("/scores:refresh", summary="Score all leads", status_code=202)
async def refresh(response: Response, services: Wired, caller: Admin) -> Job:
    """A job: stored scores, which audiences and conditions use, become those of now."""
    job = await services.jobs.start(caller.workspace.id, REFRESH)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job


@router.get("/scores/models", summary="Score models")
async def models(services: Wired, caller: Anyone) -> Models:
    """Newest first, with how good each is in brief."""
    async with services.database.read() as connection:
        return Models(items=await ModelStore(connection, caller.workspace.id).all())


@router.get(
    "/scores/models/{version}/report",
    summary="How good a score model is",
    response_model=ModelReport,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
async def report(
    version: Version,
    services: Wired,
    caller: Anyone,
    format: Literal["json", "html"] = "json",  # noqa: A002
) -> ModelReport | HTMLResponse:
    """Ranking, calibration and lift on leads that it had not seen, beside a logistic regression; `html` is a page."""
    async with services.database.read() as connection:
        store = ModelStore(connection, caller.workspace.id)
        found, model = await store.report(version), await store.get(version)
    return HTMLResponse(page_of(found, model, caller.workspace.name)) if format == "html" else found


@router.post("/scores/models/{version}:activate", summary="Let a score model serve", status_code=202)
async def activate(version: Version, response: Response, services: Wired, caller: Admin) -> Job:
    """In place of the one of its kind before; answers with the job that scores all leads by it."""
    async with services.database.write() as connection:
        await ModelStore(connection, caller.workspace.id).activate(version)
    return await refresh(response, services, caller)


@router.post("/scores/{kind}:deactivate", summary="Score by rules again", status_code=202)
async def deactivate(kind: ScoreKind, response: Response, services: Wired, caller: Admin) -> Job:
    """The models stay; answers with the job that scores all leads by rules."""
    async with services.database.write() as connection:
        await ModelStore(connection, caller.workspace.id).deactivate(kind)
    return await refresh(response, services, caller)
