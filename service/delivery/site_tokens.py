"""How a browser names a known lead: a token that the site's own server signed, good for an hour at most. Pure.

A JWT (RFC 7519) with HS256 and nothing else: `sub` is the lead's external id, `exp` when it ends. A library that reads
JWTs takes many forms that nobody here sends, and each is a way in; this reads the one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any, TypeGuard
from urllib.parse import unquote_plus

import orjson

from service.errors import Invalid, Unauthorized

LONGEST_LIFE = 3_600
PICTURE = "picture"
PICTURE_LIFE = 30 * 86_400
"""A token in a picture's address says so (`aud`), lives as long as an e-mail is read, and opens nothing else."""
SKEW = 60
"""Seconds by which the site's clock may differ from ours."""

_LARGEST = 2_000
_LONGEST_NAME = 200
_PART = re.compile(r"[A-Za-z0-9_-]+")
_EMAIL = re.compile(r"[^\s@/?&=#:;,<>\"']+@[^\s@/?&=#:;,<>\"']+\.[^\s@/?&=#]{2,}")


def make_token(secret: str, lead: str, expires: int) -> str:
    """What a site's server makes; the helpers under `examples/server-helpers` do the same in ten lines."""
    header, payload = orjson.dumps({"alg": "HS256", "typ": "JWT"}), orjson.dumps({"sub": lead, "exp": expires})
    signed = f"{_encoded(header)}.{_encoded(payload)}"
    return f"{signed}.{_encoded(_signature(secret, signed))}"


def lead_of(token: str, secret: str, now: float, *, picture: bool = False) -> str:
    """Whose token it is, by external id; `picture` takes those for pictures as well. Raises `Unauthorized`
    (`token.invalid`, `token.expired`), and `Invalid` where the site uses e-mail addresses as names."""
    parts = token.split(".")
    if len(token) > _LARGEST or len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        raise _invalid("is not of the form header.payload.signature")
    header, payload, signature = (_decoded(part) for part in parts)
    if not hmac.compare_digest(signature, _signature(secret, f"{parts[0]}.{parts[1]}")):
        raise _invalid("is not signed with this workspace's site secret")
    head, told = _object(header), _object(payload)
    if head.get("alg") != "HS256" or "crit" in head:
        raise _invalid("is not of the algorithm HS256")
    for_pictures = told.get("aud") == PICTURE
    if for_pictures and not picture:
        raise _invalid("is for pictures only")
    _check_times(told, now, PICTURE_LIFE if for_pictures else LONGEST_LIFE)
    lead = told.get("sub")
    if not isinstance(lead, str) or not 0 < len(lead) <= _LONGEST_NAME:
        raise _invalid("names no lead: `sub` is an external id")
    refuse_emails([lead])
    return lead


def refuse_emails(texts: Iterable[str]) -> None:
    """Raises `Invalid` where one of them holds an e-mail address, however often it was encoded: addresses in URLs end
    up in logs, histories and other sites."""
    for text in texts:
        plain = unquote_plus(unquote_plus(text))
        if _EMAIL.search(plain) or _EMAIL.search(text):
            raise Invalid(
                "There is an e-mail address in it. Name a lead by a signed token with its external id, and leave "
                "addresses out of URLs.",
                code="recipient.email_in_url",
            )


def _check_times(told: dict[str, Any], now: float, life: int) -> None:
    expires = told.get("exp")
    if not _is_time(expires):
        raise _invalid("has no `exp`, in seconds since 1970")
    if expires <= now:
        raise Unauthorized("The site's token has expired; ask the site's server for a new one.", code="token.expired")
    if expires > now + life + SKEW:
        raise _invalid(f"lives longer than {life} seconds")
    for name in ("iat", "nbf"):
        if name in told and not (_is_time(told[name]) and told[name] <= now + SKEW):
            raise _invalid(f"is from the future: `{name}`")


def _is_time(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _invalid("holds no JSON object")
    return found


def _signature(secret: str, signed: str) -> bytes:
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise _invalid("is not written in URL-safe base64") from None


def _invalid(why: str) -> Unauthorized:
    return Unauthorized(f"The site's token {why}.", code="token.invalid")
