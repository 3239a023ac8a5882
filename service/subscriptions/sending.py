"""One message to one receiver, signed as Standard Webhooks says. Nothing is followed, and next to nothing is read."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import httpcore
import httpx
import orjson
from standardwebhooks import Webhook

from service.subscriptions.addresses import Allowed, Checking, Resolve, resolve

SECONDS = 15.0
GONE = 410
_OK = range(200, 300)
_REDIRECTS = range(300, 400)


class Sent(NamedTuple):
    """What became of a try: the status that came back, or why none did. `wish` is when to come back, in seconds."""

    status: int | None
    error: str | None = None
    wish: int | None = None

    @property
    def arrived(self) -> bool:
        """Whether the receiver has it."""
        return self.error is None


class Sender:
    """Sends to addresses that are `allowed`, each message over a connection of its own."""

    def __init__(self, allowed: Allowed, resolve: Resolve = resolve, *, seconds: float = SECONDS) -> None:
        self.allowed = allowed
        self._resolve = resolve
        self._seconds = seconds
        self._tls: ssl.SSLContext | None = None

    async def send(
        self, url: str, secrets: Sequence[str], message: UUID, payload: Mapping[str, Any], now: datetime
    ) -> Sent:
        """Try once; never raises for what the receiver does."""
        body = orjson.dumps(payload)
        headers = {"User-Agent": "sob-medida", "Content-Type": "application/json"}
        headers |= signed(secrets, message, body, now)
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._pool() as pool,
                pool.stream("POST", url, headers=list(headers.items()), content=body) as answer,
            ):
                return _judged(answer)
        except TimeoutError:
            return Sent(None, f"no answer within {self._seconds:g} s")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.UnsupportedProtocol,
                OSError) as error:  # fmt: skip
            return Sent(None, f"{type(error).__name__}: {error}"[:500])

    def _pool(self) -> httpcore.AsyncConnectionPool:
        self._tls = self._tls or httpx.create_ssl_context()
        backend = Checking(self.allowed, self._resolve)
        return httpcore.AsyncConnectionPool(ssl_context=self._tls, max_connections=1, network_backend=backend)


def signed(secrets: Sequence[str], message: UUID, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers by which a receiver knows us."""
    name = str(message)
    signatures = (Webhook(secret).sign(name, now, body.decode()) for secret in secrets)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _judged(answer: httpcore.Response) -> Sent:
    if answer.status in _OK:
        return Sent(answer.status)
    if answer.status in _REDIRECTS:
        return Sent(answer.status, "the receiver redirects, and no redirect is followed; change the URL")
    wish = {name.lower(): value for name, value in answer.headers}.get(b"retry-after", b"")[:9]
    return Sent(answer.status, f"answered {answer.status}", int(wish) if wish.isdigit() else None)
