"""Brevo's webhooks, transactional and marketing: one event a call, or an array of them. Brevo does not sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.events.models import Incoming
from service.webhooks.adapter import Mapped, Signed, each
from service.webhooks.items import digest, first_text, moment
from service.webhooks.mails import Kind, mail
from service.webhooks.models import Hook
from service.webhooks.tokens import check_token, in_query, token

_KINDS: dict[str, Kind] = {
    "delivered": "delivered",
    "opened": "opened",
    "uniqueopened": "opened",
    "proxyopen": "opened",
    "uniqueproxyopen": "opened",
    "click": "clicked",
    "clicked": "clicked",
    "hardbounce": "bounced",
    "softbounce": "bounced",
    "invalidemail": "bounced",
    "spam": "spam",
    "unsubscribe": "unsubscribed",
    "unsubscribed": "unsubscribed",
}


class Brevo:
    """The secret is a token in the URL, or the one that Brevo is told to send as `Authorization: Bearer`."""

    name = "brevo"
    steps = (
        "Transactional > Settings > Webhook, and Contacts > Settings > Webhooks: paste the whole URL with its token, "
        "and choose delivered, opened, proxy open, clicked, bounces, spam and unsubscribed."
    )

    def secret(self, given: str | None) -> str:
        """A token, made where none is given. Raises `Invalid`."""
        return token(given)

    def path(self, secret: str) -> str:
        """The token."""
        return in_query(secret)

    async def verify(self, request: Signed, hook: Hook, now: datetime) -> None:
        """Raises `Unauthorized`."""
        check_token(request, hook.secret)

    def events(self, body: Any, now: datetime) -> Mapped:
        """One event, or each of an array."""
        return each(body if isinstance(body, list) else [body], lambda item: _event(item, now))


def _event(item: Mapping[str, Any], now: datetime) -> list[Incoming]:
    name = str(item.get("event")).replace("_", "").lower()  # hard_bounce in one product, hardBounce in another
    kind = _KINDS.get(name)
    # `date` is in the account's own time zone, which nobody tells; these are in UTC, the first in milliseconds
    at = moment(item.get("ts_epoch"), now, per_second=1_000)
    at = at or moment(item.get("ts_event"), now) or moment(item.get("ts"), now)
    if kind is None:
        return []
    parts = ("id", "message-id", "camp_id", "event", "email", "ts_epoch", "ts_event", "ts", "link", "URL")
    return mail(
        "brevo", kind,
        id_=digest("brevo", *(item.get(part) for part in parts)),
        at=at,
        to=item.get("email"),
        email_id=first_text(item.get("message-id"), item.get("camp_id")),
        campaign_id=first_text(item.get("camp_id"), item.get("template_id"), item.get("tags"), item.get("tag")),
        link=item.get("link") or item.get("URL"),
        bounce_type=None if kind != "bounced" else "soft" if name == "softbounce" else "hard",
        agent=item.get("user_agent"),
        robot="proxy_open" if "proxyopen" in name else None,
    )  # fmt: skip
