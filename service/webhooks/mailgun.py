"""Mailgun's webhooks: one event a call, with a signature over a timestamp and a token inside the body.

The signature does not cover the event itself: what keeps others from changing it is TLS.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from service.events.models import Incoming, Robot
from service.webhooks.adapter import Mapped, Signed, each, keyed, long_enough, recent, refused, same
from service.webhooks.items import digest, first_text, inner, message_id, moment, text
from service.webhooks.mails import Kind, mail
from service.webhooks.models import Hook

TOLERANCE = timedelta(minutes=15)  # Mailgun tries again after 10 minutes

_KINDS: dict[str, Kind] = {
    "delivered": "delivered",
    "opened": "opened",
    "clicked": "clicked",
    "failed": "bounced",
    "complained": "spam",
    "unsubscribed": "unsubscribed",
}


class Mailgun:
    """The secret is the account's HTTP webhook signing key."""

    name = "mailgun"
    steps = (
        "Sending > Webhooks: add the URL for delivered, opened, clicked, permanent and temporary failure, spam "
        "complaints and unsubscribes; give the HTTP webhook signing key here as the secret."
    )

    def secret(self, given: str | None) -> str:
        """Raises `Invalid`."""
        return long_enough(given, "Mailgun's HTTP webhook signing key")

    def path(self, secret: str) -> str:
        """Mailgun signs."""
        return ""

    async def verify(self, request: Signed, hook: Hook, now: datetime) -> None:
        """Raises `Unauthorized`."""
        given = inner(request.json(), "signature")
        timestamp, token, signature = (text(inner(given, name)) for name in ("timestamp", "token", "signature"))
        if timestamp is None or token is None or signature is None:
            raise refused("The body has no `signature` with `timestamp`, `token` and `signature`.")
        same(signature, keyed(hook.secret, f"{timestamp}{token}".encode()).hex())
        recent(timestamp, now, TOLERANCE)

    def events(self, body: Any, now: datetime) -> Mapped:
        """The one event."""
        return each([inner(body, "event-data")], lambda item: _event(item, now))


def _event(item: Mapping[str, Any], now: datetime) -> list[Incoming]:
    kind = _KINDS.get(str(item.get("event")))
    at = moment(item.get("timestamp"), now)
    if kind is None or at is None:
        return []
    bot = text(inner(item, "client-info", "bot"))
    robot: Robot | None = None
    if bot:
        robot = "proxy_open" if kind == "opened" else "scanner_click"
    return mail(
        "mailgun", kind,
        id_=_id(item, at),
        at=at,
        to=item.get("recipient"),
        email_id=text(inner(item, "message", "headers", "message-id")),
        campaign_id=first_text(
            inner(item, "user-variables", "campaign_id"), inner(item, "campaigns"), inner(item, "tags")
        ),
        link=item.get("url"),
        bounce_type=None if kind != "bounced" else "soft" if item.get("severity") == "temporary" else "hard",
        agent=inner(item, "client-info", "user-agent"),
        robot=robot,
    )  # fmt: skip


def _id(item: Mapping[str, Any], at: datetime) -> str:
    told = text(item.get("id"))
    if told:
        return message_id("mailgun", told, f"{at:%Y%m%d}")  # Mailgun's ids are unique within a day
    return digest("mailgun", item.get("event"), at.isoformat(), item.get("recipient"), item.get("url"))
