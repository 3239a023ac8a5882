"""What every provider's module is: a way to tell that a call is the provider's, and its events in our words."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import orjson

from service.errors import Invalid, Unauthorized
from service.events.models import Incoming
from service.webhooks.models import Hook


@dataclass(frozen=True, slots=True)
class Signed:
    """A call as it came: header names in lower case, `url` as the provider wrote it."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """That header. Raises `Unauthorized` where it is missing."""
        value = self.headers.get(name.lower(), "")
        if not value:
            raise refused(f"The header {name} is missing: turn on signing at the provider.")
        return value

    def json(self) -> Any:
        """The body. Raises `Invalid` where it is no JSON."""
        try:
            return orjson.loads(self.body)
        except ValueError:
            raise Invalid("The body is not JSON in UTF-8.", code="hook.body") from None


class Mapped(NamedTuple):
    """A call's events and how many of its items we do not use.

    `confirm_url` is a link for an administrator to open; `erasures` counts people who asked to be forgotten there.
    """

    incoming: list[Incoming]
    skipped: int = 0
    confirm_url: str | None = None
    erasures: int = 0


class Adapter(Protocol):
    """One provider. `steps` tells in a few words what to set there."""

    @property
    def name(self) -> str:
        """The provider in URLs and as the source of its events."""
        ...

    @property
    def steps(self) -> str:
        """What an administrator does at the provider."""
        ...

    def secret(self, given: str | None) -> str:
        """The secret to keep. Raises `Invalid` where what is given cannot be one."""
        ...

    def path(self, secret: str) -> str:
        """What the secret adds to the query of the URL, nothing where the provider signs."""
        ...

    async def verify(self, request: Signed, hook: Hook, now: datetime) -> None:
        """Raises `Unauthorized` unless the provider sent this, and lately."""
        ...

    def events(self, body: Any, now: datetime) -> Mapped:
        """What the body tells, in our words. Whatever it holds, nothing is raised for it."""
        ...


def refused(detail: str) -> Unauthorized:
    """The error for a call that is not shown to be the provider's."""
    error = Unauthorized(detail, code="hook.signature")
    error.title = "The webhook's signature is missing or wrong"
    return error


def same(given: str | bytes, expected: str | bytes) -> None:
    """Compare in constant time. Raises `Unauthorized`."""
    if not hmac.compare_digest(_bytes(given), _bytes(expected)):
        raise refused("The signature does not fit this body and the secret that is set here.")


def keyed(secret: str, message: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def in_base64(raw: bytes) -> str:
    """Standard base64, as text."""
    return base64.b64encode(raw).decode()


def recent(seconds: str | float, now: datetime, tolerance: timedelta) -> None:
    """Refuse a replay: what was signed longer ago than that, or is dated that far ahead. Raises `Unauthorized`."""
    try:
        signed = datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise refused("The signature's timestamp is not a time.") from None
    if abs(now - signed) > tolerance:
        minutes = int(tolerance.total_seconds() // 60)
        raise refused(f"The signature is more than {minutes} minutes away from now: a replay, or a clock is wrong.")


def long_enough(given: str | None, what: str) -> str:
    """A shared secret of at least 16 characters. Raises `Invalid`."""
    if not given or len(given) < 16:
        raise Invalid(f"Give the secret: {what}, at least 16 characters.", code="hook.secret")
    return given


def each(items: Iterable[Any], one: Callable[[Mapping[str, Any]], Sequence[Incoming]]) -> Mapped:
    """Map item by item; what makes no event is counted."""
    incoming: list[Incoming] = []
    skipped = 0
    for item in items:
        made = one(item) if isinstance(item, dict) else ()
        incoming += made
        skipped += not made
    return Mapped(incoming, skipped)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
