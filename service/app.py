"""The HTTP application: routes, the one error handler, request ids, metrics and the service's life."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import health
from service.actions import routes as action_routes
from service.audiences import routes as audience_routes
from service.campaigns import placement_routes as site_routes
from service.campaigns import routes as campaign_routes
from service.content import routes as content_routes
from service.delivery import (
    copy_routes,
    decision_routes,
    embed_routes,
    export_routes,
    messenger_routes,
    outcome_routes,
    picture_routes,
    placement_routes,
    using_routes,
)
from service.errors import Fault, Invalid, NotFound, SobMedidaError
from service.events import routes as event_routes
from service.generation import rewriting_routes, spending_routes
from service.generation import routes as generation_routes
from service.indexing import routes as indexing_routes
from service.jobs import routes as job_routes
from service.leads import contract_routes
from service.leads import routes as lead_routes
from service.learning import routes as learning_routes
from service.privacy import routes as privacy_routes
from service.privacy.daily import RetentionClock
from service.query_route import Direct
from service.review import draft_routes, link_routes, rule_routes
from service.review import routes as review_routes
from service.studio import routes as studio_routes
from service.studio import static_files
from service.studio.problems import for_people, problem_page
from service.subscriptions import routes as subscription_routes
from service.users import routes as user_routes
from service.variants import quarantine_routes
from service.variants import routes as variant_routes
from service.webhooks import routes as webhook_routes
from service.wiring import Services
from service.workspaces import key_routes, voice_routes
from service.workspaces import routes as workspace_routes

log = structlog.get_logger("service.http")
_LINES = logging.getLogger("service.http")
_TOLD_ELSEWHERE = frozenset(("/v1/copy", "/v1/placements/{key}"))  # every answer of theirs stands in the decision log

PROBLEM = "application/problem+json"
DESCRIPTION = """
Copy made to measure: e-mails, banners and other short copy for leads and audiences, from your own content,
with every claim tied to its source. Send an API key as `Authorization: Bearer smk_...`.
"""


def create_app(opened: AbstractAsyncContextManager[Services]) -> FastAPI:
    """The application over a service that is opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened as services:
            app.state.services = services
            running = (
                services.lookout.run(), services.follower.run(), services.audiences.run(), services.jobs.run(),
                services.metrics.watch_loop(), services.shelf.run(), services.crowd.run(), services.keeper.run(),
                services.taker.run(), services.dispatcher.run(),
                RetentionClock(services.database, services.jobs, services.clock).run(),
            )  # fmt: skip
            tasks = [asyncio.create_task(work) for work in running]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await services.crowd.close()
                await services.decisions.close()

    app = FastAPI(
        title="Sob Medida", version="0.1.0", description=DESCRIPTION, lifespan=lifespan,
        responses={"4XX": {"description": "Problem (RFC 9457)", "content": {PROBLEM: {"schema": PROBLEM_SCHEMA}}}},
    )  # fmt: skip
    for routes in (
        copy_routes,  # first: finding a route takes longer the further down it stands
        placement_routes,
        event_routes,
        webhook_routes,
        privacy_routes,
        audience_routes,
        learning_routes,
        action_routes,
        lead_routes,
        contract_routes,
        content_routes,
        indexing_routes,
        generation_routes,
        rewriting_routes,
        variant_routes,
        quarantine_routes,
        using_routes,
        campaign_routes,
        site_routes,
        export_routes,
        messenger_routes,
        picture_routes,
        decision_routes,
        embed_routes,
        review_routes,
        link_routes,
        rule_routes,
        draft_routes,
        outcome_routes,
        subscription_routes,
        spending_routes,
        workspace_routes,
        voice_routes,
        key_routes,
        user_routes,
        job_routes,
        health,
        studio_routes,
    ):
        app.include_router(routes.router)
    static_files.mount(app)
    app.add_middleware(Direct, routes=[*copy_routes.hot(), *placement_routes.hot()], told=_told)
    app.add_middleware(_Observed)
    app.add_exception_handler(SobMedidaError, _tell)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_exception_handler(Exception, _tell_unexpected)
    return app


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}}},
        },
    },
}


def problem(error: SobMedidaError) -> JSONResponse:
    """An error as RFC 9457 problem+json."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(error.problem(), error.status, headers, PROBLEM)


async def _told(request: Request, error: Exception) -> Response:
    return await (_tell if isinstance(error, SobMedidaError) else _tell_invalid)(request, error)


async def _tell(request: Request, error: Exception) -> Response:
    assert isinstance(error, SobMedidaError)  # noqa: S101 - the handler is registered for this class only
    return await problem_page(request, error) if for_people(request) else problem(error)


async def _tell_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [Fault(_pointer(item["loc"]), _clean(item["msg"])) for item in error.errors()]
    told = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults[:5])
    return await _tell(request, Invalid(told, faults=faults))


async def _tell_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == HTTPStatus.NOT_FOUND:
        return await _tell(request, NotFound("There is no such address here; see /docs.", code="route.unknown"))
    told = SobMedidaError(str(error.detail), code=f"http.{error.status_code}")
    told.status, told.title = error.status_code, HTTPStatus(error.status_code).phrase
    answer = problem(told)
    answer.headers.update(error.headers or {})
    return answer


async def _tell_unexpected(request: Request, _error: Exception) -> Response:
    return await _tell(request, SobMedidaError("An unexpected error was logged under this request's id."))


def _pointer(location: tuple[int | str, ...]) -> str:
    where, *rest = location
    path = "".join(f"/{part}" for part in rest)
    return path or "/" if where == "body" else f"{where}:{path.removeprefix('/')}"


def _clean(message: str) -> str:
    return message.removeprefix("Value error, ")


class _Observed:
    """Gives each request an id, logs its route template, status and time, and counts it. A pure ASGI layer: it costs a
    tenth of what a `BaseHTTPMiddleware` does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started, status = uuid4().hex, time.perf_counter(), 500

        async def observed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, observed_send)
            except Exception:
                log.exception("request_failed", route=_route(scope))
                raise
            finally:
                self._note(scope, status, time.perf_counter() - started)

    @staticmethod
    def _note(scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], _route(scope)
        level = logging.DEBUG if route in _TOLD_ELSEWHERE and status < HTTPStatus.BAD_REQUEST else logging.INFO
        if _LINES.isEnabledFor(level):  # to find out later that a line is not wanted takes longer than all else here
            log.log(level, "request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
        services: Services | None = getattr(scope["app"].state, "services", None)
        if services is not None:
            services.metrics.answered(method, route, status, seconds)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "unmatched")
