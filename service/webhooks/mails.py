"""What happens to a sent e-mail, in Segment's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from service.events.models import Event, Incoming, Robot, Who
from service.leads.models import COMMUNICATIONS, Basis, Consent, ConsentStatus
from service.webhooks.items import address, text

Kind = Literal["delivered", "opened", "clicked", "bounced", "spam", "unsubscribed"]

NAMES: dict[Kind, str] = {
    "delivered": "Email Delivered",
    "opened": "Email Opened",
    "clicked": "Email Link Clicked",
    "bounced": "Email Bounced",
    "spam": "Email Marked as Spam",
    "unsubscribed": "Unsubscribed",
}

_PERSONAL_NAMES = re.compile(r"mail|name|nome|phone|fone|celular|cpf|token|user|subscriber|contact|recipient", re.I)
_PERSONAL_VALUES = re.compile(r"@|\d{8,}")


def mail(
    source: str,
    kind: Kind,
    *,
    id_: str,
    at: datetime | None,
    to: object,
    email_id: str | None = None,
    campaign_id: str | None = None,
    link: object = None,
    bounce_type: Literal["hard", "soft"] | None = None,
    agent: object = None,
    sent_at: datetime | None = None,
    robot: Robot | None = None,
) -> list[Incoming]:
    """One event, none where nobody can say whom it is about or when it was.

    Whoever unsubscribes or complains may not be written to from then on, even where we did not know them before.
    """
    email = address(to)
    if email is None or at is None:
        return []
    properties: dict[str, Any] = {
        "email_id": email_id,
        "campaign_id": campaign_id,
        "link_url": clean_link(link),
        "bounce_type": bounce_type,
        "sent_at": sent_at and sent_at.isoformat(),
    }
    told = text(agent)
    event = Event(id_, "track", NAMES[kind], at, source, _given(properties), {"userAgent": told} if told else {}, robot)
    consents = [consent(source, at, status="revoked")] if kind in ("spam", "unsubscribed") else []
    return [Incoming(event, Who(email=email), consents=consents, unknown_is_new=bool(consents))]


def consent(source: str, at: datetime, *, status: ConsentStatus, basis: Basis = "consent") -> Consent:
    """A row of the ledger for marketing by e-mail."""
    return Consent(
        purpose=f"{COMMUNICATIONS}.email", channel="email", basis=basis, status=status, source=source, collected_at=at
    )


def clean_link(link: object) -> str | None:
    """A link without what tells who clicked it: no fragment, no query that looks personal, no path with an address."""
    told = text(link, 2_000)
    try:
        parts = urlsplit(told or "")
        host = parts.hostname
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    path = "/" if "@" in unquote(parts.path) else parts.path
    query = "" if _personal(parts.query) else parts.query
    return urlunsplit((parts.scheme, f"{host}{port}", path, query, ""))


def _personal(query: str) -> bool:
    pairs = parse_qsl(query, keep_blank_values=True)
    return any(
        not name.startswith("utm_") and (_PERSONAL_NAMES.search(name) or _PERSONAL_VALUES.search(f"{name} {value}"))
        for name, value in pairs
    ) or "@" in unquote(query)


def _given(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}
