"""For providers that cannot sign: a long random token in the URL or the Authorization header."""

from __future__ import annotations

import base64
import re
import secrets
from urllib.parse import urlencode

from service.errors import Invalid
from service.webhooks.adapter import Signed, refused, same

_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{24,200}")


def token(given: str | None) -> str:
    """The token to keep, a new one of 256 random bits where none is given. Raises `Invalid`."""
    if given is None:
        return secrets.token_urlsafe(32)
    if not _TOKEN.fullmatch(given):
        raise Invalid(
            "A token has 24 to 200 letters, digits, - and _; leave it out and one is made.", code="hook.secret"
        )
    return given


def in_query(secret: str) -> str:
    """The token as a part of the URL that the provider calls."""
    return "&" + urlencode({"token": secret})


def check_token(request: Signed, secret: str) -> None:
    """Look in the URL, then for `Authorization: Bearer` or `Basic`. Raises `Unauthorized`."""
    given = request.query.get("token") or _authorized(request.headers.get("authorization", ""))
    if not given:
        raise refused("The token is missing: paste the whole URL, as it was given when this webhook was set.")
    same(given, secret)


def _authorized(header: str) -> str:
    scheme, _, told = header.partition(" ")
    if scheme.lower() == "bearer":
        return told.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(told.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
