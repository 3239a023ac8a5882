"""Errors as a page that says what to do, for people who came with a browser."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from service.auth import signed_in
from service.errors import SobMedidaError
from service.studio.rendering import open_page, page
from service.studio.visiting import reader_of, visit
from service.wiring import Services

ROOT = "/studio"


def for_people(request: Request) -> bool:
    """Whether a person looks at the answer: a page of the studio was asked for, and not by a script."""
    path = request.url.path
    return (path == ROOT or path.startswith(f"{ROOT}/")) and "text/html" in request.headers.get("accept", "")


async def problem_page(request: Request, error: SobMedidaError) -> Response:
    """Signing in, and then back to the same place, for whoever is not signed in; else the problem in a sentence."""
    if error.status == HTTPStatus.UNAUTHORIZED:
        return RedirectResponse(f"{ROOT}/sign-in?next={quote(reader_of(request).path)}", 303)
    services: Services = request.app.state.services
    visitor = await signed_in(request, services)
    if visitor is not None:
        return page(await visit(request, services, visitor), "problem.html", error.status, problem=error)
    return open_page(reader_of(request), "problem.html", services.clock(), error.status, problem=error)
