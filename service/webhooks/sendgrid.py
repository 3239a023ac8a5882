"""SendGrid's Event Webhook: an array of events, signed with ECDSA over the timestamp and the raw body."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from service.errors import Invalid
from service.events.models import Incoming, Robot
from service.webhooks.adapter import Mapped, Signed, each, recent, refused
from service.webhooks.items import digest, first_text, message_id, moment, text
from service.webhooks.mails import Kind, mail
from service.webhooks.models import Hook

TOLERANCE = timedelta(minutes=15)  # SendGrid names none; a retry soon after a short stop still gets in

_SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
_TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
_KINDS: dict[str, Kind] = {
    "delivered": "delivered",
    "open": "opened",
    "click": "clicked",
    "bounce": "bounced",
    "spamreport": "spam",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",  # of one list: we have no lists, so the person is left in peace altogether
}


_PARTS = ("event", "email", "timestamp", "sg_message_id", "url")


class SendGrid:
    """The secret is the public key that SendGrid shows when signing is turned on."""

    name = "sendgrid"
    steps = (
        "Settings > Mail Settings > Event Webhook: paste the URL, choose Delivered, Opened, Clicked, Bounced, Spam "
        "Reports and Unsubscribes, turn on Signed Event Webhook, and give its verification key here as the secret."
    )

    def secret(self, given: str | None) -> str:
        """A P-256 public key in base64. Raises `Invalid`."""
        _key(given or "")
        return given or ""

    def path(self, secret: str) -> str:
        """SendGrid signs."""
        return ""

    async def verify(self, request: Signed, hook: Hook, now: datetime) -> None:
        """Raises `Unauthorized`."""
        signature, timestamp = request.header(_SIGNATURE), request.header(_TIMESTAMP)
        try:
            signed = base64.b64decode(signature, validate=True)
            _key(hook.secret).verify(signed, timestamp.encode() + request.body, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            raise refused("The signature does not fit this body and the verification key that is set here.") from None
        recent(timestamp, now, TOLERANCE)

    def events(self, body: Any, now: datetime) -> Mapped:
        """Each item of the array."""
        return each(body if isinstance(body, list) else [body], lambda item: _event(item, now))


def _event(item: Mapping[str, Any], now: datetime) -> list[Incoming]:
    kind = _KINDS.get(str(item.get("event")))
    if kind is None:
        return []
    robot: Robot | None = "proxy_open" if item.get("sg_machine_open") in (True, "true") else None
    told = text(item.get("sg_event_id"))
    return mail(
        "sendgrid", kind,
        id_=message_id("sendgrid", told) if told else digest("sendgrid", *(item.get(part) for part in _PARTS)),
        at=moment(item.get("timestamp"), now),
        to=item.get("email"),
        # what follows the first dot differs between the events of one message
        email_id=(text(item.get("sg_message_id")) or "").partition(".")[0] or None,
        campaign_id=first_text(
            item.get("singlesend_id"), item.get("marketing_campaign_id"), item.get("campaign_id"), item.get("category")
        ),
        link=item.get("url"),
        bounce_type=None if kind != "bounced" else "soft" if item.get("type") == "blocked" else "hard",
        agent=item.get("useragent"),
        robot=robot,
    )  # fmt: skip


def _key(given: str) -> ec.EllipticCurvePublicKey:
    lines = (line for line in given.splitlines() if not line.startswith("-----"))
    try:
        key = load_der_public_key(base64.b64decode("".join(lines), validate=True))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Invalid("This is no P-256 public key: copy SendGrid's verification key whole.", code="hook.secret")
    return key
