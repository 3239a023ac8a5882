"""Certificates that Amazon SNS signs with, by the URL that each message names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import httpx

from service.errors import SobMedidaError

# Amazon's own, on the standard port; a message names any URL it likes, and whoever serves the certificate signs
TRUSTED = re.compile(r"https://sns\.[a-z]{2}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?/[A-Za-z0-9_.-]+\.pem")

_MOST_BYTES = 64 << 10
_MOST_KEPT = 32


class Certificates(Protocol):
    """Where certificates come from."""

    async def get(self, url: str) -> bytes:
        """The certificate at that URL, as PEM. Raises `SobMedidaError` where it cannot be had now."""
        ...


class HttpCertificates:
    """Fetched once and kept: Amazon names a new one a new URL. `transport` is for tests."""

    def __init__(self, timeout: float = 5.0, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._timeout = timeout
        self._transport = transport
        self._kept: dict[str, bytes] = {}

    async def get(self, url: str) -> bytes:
        """No redirect is followed."""
        if url not in self._kept:
            found = await self._fetch(url)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[url] = found
        return self._kept[url]

    async def _fetch(self, url: str) -> bytes:
        found = b""
        try:
            async with (
                httpx.AsyncClient(timeout=self._timeout, transport=self._transport) as client,
                client.stream("GET", url) as answer,
            ):
                answer.raise_for_status()
                async for chunk in answer.aiter_bytes():
                    found += chunk
                    if len(found) > _MOST_BYTES:
                        raise httpx.HTTPError("too large")
        except httpx.HTTPError:
            raise unavailable() from None
        return found


class GivenCertificates:
    """Certificates at hand: for tests, and for machines that may not call out."""

    def __init__(self, certificates: Mapping[str, bytes]) -> None:
        self._certificates = certificates

    async def get(self, url: str) -> bytes:
        """Raises `SobMedidaError` for one that is not at hand."""
        if url not in self._certificates:
            raise unavailable()
        return self._certificates[url]


def unavailable() -> SobMedidaError:
    """A 503, so that Amazon tries again: on a 401 it would give the message up."""
    error = SobMedidaError("Amazon's signing certificate cannot be fetched now; try again.", code="hook.certificate")
    error.status, error.title = 503, "The webhook's signature cannot be checked now"
    return error
