"""Who sends events: Segment's clients put the key where others put a user name, or into the body."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.security.http import HTTPAuthorizationCredentials

from service.auth import principal, require
from service.wiring import Services
from service.workspaces.models import Principal

_may_ingest = require("ingest")


async def sender(request: Request, services: Services, body: Mapping[str, Any]) -> Principal:
    """Whoever holds the key in the Authorization header, as Bearer or as the user of Basic, or in the body's
    `writeKey`. Raises `Unauthorized`, and `Forbidden` for a key without the scope `ingest`."""
    header = request.headers.get("authorization")
    key = _key_in(header) if header else body.get("writeKey")
    credentials = HTTPAuthorizationCredentials(scheme="Bearer", credentials=key) if isinstance(key, str) else None
    return await _may_ingest(await principal(request, services, credentials, request.headers.get("x-workspace")))


def _key_in(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return None
