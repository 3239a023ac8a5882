"""Mautic's webhooks: event types, each with an array; signed with HMAC-SHA256 over the raw body.

The signature has no time. A replay stores nothing: its events have the ids of the first call's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from service.events.models import Incoming
from service.webhooks.adapter import Mapped, Signed, each, in_base64, keyed, long_enough, same
from service.webhooks.items import address, digest, first_text, inner, moment, text
from service.webhooks.mails import Kind, mail
from service.webhooks.models import Hook

_TYPE = "mautic.type"
_STATUSES: dict[str, Kind] = {"unsubscribed": "unsubscribed", "manual": "unsubscribed", "bounced": "bounced"}


class Mautic:
    """The secret is the one that stands in the webhook's form in Mautic."""

    name = "mautic"
    steps = (
        "Settings > Webhooks > New: paste the URL, give the secret that stands there here, and choose Email Send, "
        "Email Open, Page Hit and Contact Channel Subscription Change."
    )

    def secret(self, given: str | None) -> str:
        """Raises `Invalid`."""
        return long_enough(given, "the one that stands in the webhook's form in Mautic")

    def path(self, secret: str) -> str:
        """Mautic signs."""
        return ""

    async def verify(self, request: Signed, hook: Hook, now: datetime) -> None:
        """Raises `Unauthorized`."""
        same(request.header("Webhook-Signature"), in_base64(keyed(hook.secret, request.body)))

    def events(self, body: Any, now: datetime) -> Mapped:
        """Every item of every type."""
        return each(_items(body), lambda item: _event(item, now))


def _items(body: Any) -> Iterator[Any]:
    for type_, items in inner(body).items() if isinstance(body, dict) else [("", body)]:
        if type_ == "timestamp":
            continue
        for item in items if isinstance(items, list) else [items]:
            yield {**item, _TYPE: type_} if isinstance(item, dict) else item


def _event(item: Mapping[str, Any], now: datetime) -> list[Incoming]:
    match item[_TYPE]:
        case "mautic.email_on_send":
            return _mail(item, "delivered", now)  # Mautic tells no more of it than that it was sent
        case "mautic.email_on_open":
            return _mail(item, "opened", now)
        case "mautic.page_on_hit" if inner(item, "hit", "source") == "email":
            return _click(item, inner(item, "hit"), now)
        case "mautic.lead_channel_subscription_changed" if item.get("channel") == "email":
            return _subscription(item, now)
    return []


def _mail(item: Mapping[str, Any], kind: Kind, now: datetime) -> list[Incoming]:
    stat = item["stat"] if isinstance(item.get("stat"), dict) else item  # Mautic up to 2, and later
    details = inner(stat, "openDetails")
    last = details[-1] if isinstance(details, list) and details else {}
    return mail(
        "mautic", kind,
        id_=digest("mautic", item[_TYPE], first_text(stat.get("idHash"), stat.get("trackingHash"), stat.get("id")),
                   item.get("timestamp")),
        at=moment(item.get("timestamp"), now),
        to=first_text(stat.get("emailAddress")) or _email(inner(stat, "contact")) or _email(inner(stat, "lead")),
        email_id=first_text(stat.get("idHash"), stat.get("trackingHash")),
        campaign_id=text(inner(stat, "email", "id")),
        agent=inner(last, "useragent"),
        sent_at=moment(stat.get("dateSent"), now),
    )  # fmt: skip


def _click(item: Mapping[str, Any], hit: Mapping[str, Any], now: datetime) -> list[Incoming]:
    campaign = text(hit.get("sourceId"))
    return mail(
        "mautic", "clicked",
        id_=digest("mautic", item[_TYPE], text(hit.get("id")), item.get("timestamp")),
        at=moment(hit.get("dateHit"), now) or moment(item.get("timestamp"), now),
        to=_email(inner(hit, "lead")),
        email_id=campaign,  # the message itself is not named, and one person gets a mailing once
        campaign_id=campaign,
        link=hit.get("url"),
        agent=hit.get("userAgent"),
    )  # fmt: skip


def _subscription(item: Mapping[str, Any], now: datetime) -> list[Incoming]:
    kind = _STATUSES.get(str(item.get("new_status")))
    if kind is None:  # becoming contactable again proves no consent
        return []
    who = _email(inner(item, "contact"))
    return mail(
        "mautic", kind,
        id_=digest("mautic", item[_TYPE], who, item.get("new_status"), item.get("timestamp")),
        at=moment(item.get("timestamp"), now),
        to=who,
        bounce_type="hard" if kind == "bounced" else None,
    )  # fmt: skip


def _email(contact: Any) -> str | None:
    """Below `fields.core` as a record of the field, or plainly."""
    field = inner(contact, "fields", "core", "email")
    return address(inner(field, "value")) or address(field) or address(inner(contact, "email"))
