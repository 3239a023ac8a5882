"""A route for hot paths: its one parameter is a model of the query, read without FastAPI's walk through dependencies.

That walk takes longer than everything else such a request needs. In the OpenAPI document, and in the problems that
wrong parameters get, the route is like any other: `query: Annotated[Model, Query()]`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import SobMedidaError

Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Tell = Callable[[Request, Exception], Awaitable[Response]]
"""Makes a problem of an error."""


class QueryRoute(APIRoute):
    """Calls `endpoint(request, query)`, with what its path names, as text, after these; it answers a `Response`. An
    endpoint without a `query` is called as by any other route."""

    def get_route_handler(self) -> Handle:
        endpoint = self.endpoint
        model: type[BaseModel] | None = get_type_hints(endpoint).get("query")
        if model is None:
            return super().get_route_handler()

        async def handle(request: Request) -> Response:
            given = dict(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
            try:
                query = model.model_validate(given)
            except ValidationError as error:
                raise RequestValidationError(
                    [{**one, "loc": ("query", *one["loc"])} for one in error.errors()]
                ) from None
            response: Response = await endpoint(request, query, **request.path_params)
            return response

        return handle


class Direct:
    """Takes what such routes are asked straight to them. Everything between here and there, which finds the one route
    of two hundred and prepares what these do not need, takes as long as they do. What is not theirs goes the usual way.

    A route may end in one name: `/v1/placements/{key}`.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[QueryRoute], told: Tell) -> None:
        self._app = app
        self._told = told
        self._routes: dict[str, tuple[QueryRoute, str, Handle]] = {}
        for route in routes:
            if "GET" not in (route.methods or ()):
                continue
            fixed, _, name = route.path.partition("{")
            self._routes[fixed] = (route, name.rstrip("}"), route.get_route_handler())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._found(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        (scope["route"], name, handle), value = found
        scope["path_params"] = {name: value} if name else {}
        request = Request(scope, receive, send)
        try:
            response = await handle(request)
        except (SobMedidaError, RequestValidationError) as error:
            response = await self._told(request, error)
        await response(scope, receive, send)

    def _found(self, path: str) -> tuple[tuple[QueryRoute, str, Handle], str] | None:
        if path in self._routes:
            return self._routes[path], ""
        before, _, last = path.rpartition("/")
        one = self._routes.get(f"{before}/")
        return (one, last) if one is not None and last else None
