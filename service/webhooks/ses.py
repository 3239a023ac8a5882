"""Amazon SES through an SNS topic: a signed envelope whose message is an SES event.

Anybody with an AWS account can have SNS sign messages, so the topic is checked as well: it is the secret here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from service.errors import Invalid
from service.events.models import Incoming
from service.webhooks.adapter import Mapped, Signed, recent, refused
from service.webhooks.certificates import TRUSTED, Certificates
from service.webhooks.items import first_text, inner, message_id, moment, text
from service.webhooks.mails import Kind, mail
from service.webhooks.models import Hook

TOLERANCE = timedelta(hours=1)  # SNS may be told to go on trying for 3,600 s, and signs once

_TOPIC = re.compile(r"arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES: dict[str, HashAlgorithm] = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - SNS signs with SHA-1 by default
_CONFIRM = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/\?[\x21-\x7e]{1,2000}")
_KINDS: dict[str, Kind] = {
    "Delivery": "delivered",
    "Open": "opened",
    "Click": "clicked",
    "Bounce": "bounced",
    "Complaint": "spam",
    "Subscription": "unsubscribed",
}
_RECIPIENTS = {"Delivery": "recipients", "Bounce": "bouncedRecipients", "Complaint": "complainedRecipients"}


class Ses:
    """The secret is the ARN of the topic."""

    name = "ses"
    steps = (
        "SES > Configuration sets > Event destinations: send deliveries, opens, clicks, bounces, complaints and "
        "subscriptions to an SNS topic; give the topic's ARN here as the secret, subscribe this URL to it over HTTPS "
        "without raw delivery, and open the confirm_url that `GET /v1/hooks` shows a moment later."
    )

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates

    def secret(self, given: str | None) -> str:
        """Raises `Invalid`."""
        if not _TOPIC.fullmatch(given or ""):
            raise Invalid("This is no SNS topic: write its ARN, arn:aws:sns:region:account:name.", code="hook.secret")
        return given or ""

    def path(self, secret: str) -> str:
        """Amazon signs."""
        return ""

    async def verify(self, request: Signed, hook: Hook, now: datetime) -> None:
        """Raises `Unauthorized`, and `SobMedidaError` 503 where the certificate cannot be fetched."""
        envelope = request.json()
        fields = _CONFIRMATION if str(inner(envelope, "Type")).endswith("Confirmation") else _NOTIFICATION
        signed, hash_ = _signed(envelope, fields), _HASHES.get(str(inner(envelope, "SignatureVersion")))
        url = inner(envelope, "SigningCertURL")
        if not isinstance(url, str) or hash_ is None or not signed:
            raise refused("The body is not a message signed by Amazon SNS; turn raw message delivery off.")
        if not TRUSTED.fullmatch(url):
            raise refused("The message names a certificate that is not at sns.<region>.amazonaws.com.")
        if inner(envelope, "TopicArn") != hook.secret:
            raise refused("The message comes from another topic than the one that is set here.")
        key = _public_key(await self._certificates.get(url), now)
        try:
            key.verify(_decoded(inner(envelope, "Signature")), signed, padding.PKCS1v15(), hash_)
        except InvalidSignature:
            raise refused("The signature does not fit this message.") from None
        at = moment(inner(envelope, "Timestamp"), now + TOLERANCE * 2)
        recent(at.timestamp() if at else "", now, TOLERANCE)

    def events(self, body: Any, now: datetime) -> Mapped:
        """The SES event in the envelope, once for each of its recipients."""
        if inner(body, "Type") == "SubscriptionConfirmation":
            url = inner(body, "SubscribeURL")
            return Mapped([], 0, url if isinstance(url, str) and _CONFIRM.fullmatch(url) else None)
        try:
            event = orjson.loads(str(inner(body, "Message")))
        except ValueError:
            event = None
        made = _events(event, str(inner(body, "MessageId")), now) if isinstance(event, dict) else []
        return Mapped(made, int(not made))


def _signed(envelope: Any, fields: tuple[str, ...]) -> bytes:
    """The canonical text: each name and each value on a line of its own, without what is not there."""
    pairs = ((name, inner(envelope, name)) for name in fields)
    return "".join(f"{name}\n{value}\n" for name, value in pairs if isinstance(value, str)).encode()


def _public_key(pem: bytes, now: datetime) -> rsa.RSAPublicKey:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except ValueError:
        key = None
    if not isinstance(key, rsa.RSAPublicKey):
        raise refused("What lies at SigningCertURL is no RSA certificate.")
    if not certificate.not_valid_before_utc <= now.astimezone(UTC) <= certificate.not_valid_after_utc:
        raise refused("The certificate is not valid now.")
    return key


def _decoded(signature: object) -> bytes:
    try:
        return base64.b64decode(str(signature), validate=True)
    except ValueError:
        raise refused("The signature is not base64.") from None


def _events(event: Mapping[str, Any], id_: str, now: datetime) -> list[Incoming]:
    type_ = str(event.get("eventType") or event.get("notificationType"))
    kind, told = _KINDS.get(type_), inner(event, type_.lower())
    if kind is None or _means_nothing(kind, told):
        return []
    recipients = _recipients(event, type_, told)
    found: list[Incoming] = []
    for number, recipient in enumerate(recipients):
        found += mail(
            "ses", kind,
            id_=message_id("ses", id_) if len(recipients) == 1 else message_id("ses", id_, number),
            at=moment(inner(told, "timestamp"), now) or moment(inner(event, "mail", "timestamp"), now),
            to=recipient,
            email_id=text(inner(event, "mail", "messageId")),
            campaign_id=first_text(
                inner(event, "mail", "tags", "campaign_id"), inner(event, "mail", "tags", "campaign")
            ),
            link=inner(told, "link"),
            bounce_type=_bounce(told) if kind == "bounced" else None,
            agent=inner(told, "userAgent"),
            sent_at=moment(inner(event, "mail", "timestamp"), now) if kind == "clicked" else None,
        )  # fmt: skip
    return found


def _means_nothing(kind: Kind, told: Any) -> bool:
    """A complaint taken back, and a change of topics by somebody who stays subscribed."""
    if kind == "spam":
        return bool(inner(told, "complaintFeedbackType") == "not-spam")
    return kind == "unsubscribed" and inner(told, "newTopicPreferences", "unsubscribeAll") is not True


def _recipients(event: Mapping[str, Any], type_: str, told: Any) -> list[Any]:
    """Whom it is about. Of a message to several, SES does not tell who opened it: then nobody did."""
    if field := _RECIPIENTS.get(type_):
        listed = inner(told, field)
        return [inner(one, "emailAddress") if isinstance(one, dict) else one for one in _list(listed)]
    destination = _list(inner(event, "mail", "destination"))
    return destination if len(destination) == 1 else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _bounce(told: Any) -> Literal["hard", "soft"]:
    return "hard" if inner(told, "bounceType") == "Permanent" else "soft"
