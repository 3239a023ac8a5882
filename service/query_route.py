"""A route for hot paths: its one parameter is a model of the query, read without FastAPI's walk through dependencies.

That walk takes longer than everything else such a request needs. In the OpenAPI document, and in the problems that
wrong parameters get, the route is like any other: `query: Annotated[Model, Query()]`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError


class QueryRoute(APIRoute):
    """Calls `endpoint(request, query)`, with what its path names, as text, after these; it answers a `Response`. An
    endpoint without a `query` is called as by any other route."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
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
