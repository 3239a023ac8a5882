"""Is it alive, is it ready, and how is it doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from service.auth import Wired
from service.db.migrate import HEAD, revision
from service.errors import SobMedidaError
from service.wiring import Services

router = APIRouter(tags=["health"])

CHECK_SECONDS = 2.0


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What the service stands on: `ok`, or what is missing."""

    status: Literal["ready", "not ready"]
    database: str
    embedder: str
    index: str
    model: str


@router.get("/livez", summary="The process answers")
async def livez() -> Alive:
    """Says nothing about what the service depends on."""
    return Alive()


@router.get(
    "/readyz", summary="Whether requests can be served, and what is missing", responses={503: {"model": Readiness}}
)
async def readyz(response: Response, services: Wired) -> Readiness:
    """503 names what is missing."""
    database = await _state(_database(services))
    index = await _state(_index(services))
    embedder = "ok" if services.embedder_ready() else "the model is still being loaded"
    ready = database == index == embedder == "ok"
    response.status_code = 200 if ready else 503
    return Readiness(
        status="ready" if ready else "not ready",
        database=database,
        embedder=embedder,
        index=index,
        model=services.model_name or "none configured; the composer writes",
    )


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(services: Wired) -> Response:
    """In Prometheus' text format."""
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _state(check: Awaitable[None]) -> str:
    try:
        await asyncio.wait_for(check, CHECK_SECONDS)
    except SobMedidaError as error:
        return error.detail
    except TimeoutError:
        return f"did not answer within {CHECK_SECONDS:g} s"
    except Exception as error:
        return f"does not answer ({type(error).__name__})"
    return "ok"


async def _database(services: Services) -> None:
    found = await revision(services.database)
    if found != HEAD:
        raise SobMedidaError(f"the tables are at {found}, not at {HEAD}; restart the service to migrate")


async def _index(services: Services) -> None:
    await services.index.identity()
