"""A receiver of webhooks on loopback that answers what it is told to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

from evaluation.loopback import served


@dataclass
class Receiver:
    """What came, and the statuses to answer with: the last one for good."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.calls.append((scope["path"], {k.decode(): v.decode() for k, v in scope["headers"]}, body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def told(self) -> list[dict[str, Any]]:
        """The payloads, in order."""
        return [json.loads(body) for _, _, body in self.calls]

    def ids(self) -> list[str]:
        """The ids that they came under."""
        return [headers["webhook-id"] for _, headers, _ in self.calls]


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """One that is running."""
    made = Receiver()
    async with served(made) as url:
        made.url = f"{url}/hook"
        yield made
