"""The mock model in a process of its own, whose latency is set over HTTP: `POST /latency/1.5`."""

from __future__ import annotations

import sys

import uvicorn
from starlette.types import Receive, Scope, Send

from service.generation.mock_model import MockModel


class Settable:
    """The mock model, and one path beside it."""

    def __init__(self) -> None:
        self._model = MockModel(keep=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI request."""
        before, _, seconds = scope.get("path", "").partition("/latency/")
        if before or not seconds:
            await self._model(scope, receive, send)
            return
        self._model.latency = float(seconds)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    uvicorn.run(Settable(), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False)
