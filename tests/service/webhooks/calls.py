"""Each provider as it really calls: a body of its own shape, signed in its own way."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.webhooks.adapter import Signed
from service.webhooks.certificates import GivenCertificates

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EMAIL = "helena@correio.example"
TOPIC = "arn:aws:sns:sa-east-1:123456789012:mail-events"
CERTIFICATE_URL = "https://sns.sa-east-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
SECRET = "a-secret-of-the-provider-0123456789"
BASE = "http://test"


@dataclass(frozen=True)
class Call:
    """One call of a provider."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def signed(self, provider: str) -> Signed:
        """As an adapter gets it."""
        return Signed("POST", url_of(provider), dict(self.headers), dict(self.query), self.body)

    def altered(self) -> Call:
        """The same with a word of the body changed on the way."""
        return replace(self, body=self.body.replace(b"helena", b"heloisa"))


def url_of(provider: str) -> str:
    """Where a provider calls the workspace `casa`."""
    return f"{BASE}/v1/hooks/{provider}?workspace=casa"


def written(body: Any) -> bytes:
    """JSON, unless it is bytes already."""
    return body if isinstance(body, bytes) else orjson.dumps(body)


@cache
def private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def amazon() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public_key() -> str:
    """SendGrid's verification key, as it shows it."""
    raw = private_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(raw).decode()


def certificate(key: rsa.RSAPrivateKey | None = None, until: datetime = NOW + timedelta(days=90)) -> bytes:
    """A certificate for Amazon's key, as PEM."""
    key = key or amazon()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), NOW - timedelta(days=365), until
    )
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def certificates() -> GivenCertificates:
    return GivenCertificates({CERTIFICATE_URL: certificate()})


def sendgrid(body: Any, at: datetime = NOW) -> Call:
    raw, timestamp = written(body), str(int(at.timestamp()))
    signature = private_key().sign(timestamp.encode() + raw, ec.ECDSA(SHA256()))
    return Call(
        raw,
        {
            "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
            "x-twilio-email-event-webhook-timestamp": timestamp,
        },
    )


def mailgun(body: Any, at: datetime = NOW) -> Call:
    timestamp, token = str(int(at.timestamp())), "4c7d1f0d5e7a4b6f9c2a"
    signature = hmac.new(SECRET.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    signed = {"timestamp": timestamp, "token": token, "signature": signature}
    return Call(b'{"signature": %s, "event-data": %s}' % (written(signed), written(body)))


def ses(body: Any, at: datetime = NOW, version: str = "2", **changed: str) -> Call:
    """An SES event in an SNS notification; `changed` are fields of the envelope, signed as they are."""
    envelope = {
        "Type": "Notification",
        "MessageId": "1c9a1b6e-0d1f-5b7e-9a55-4f0c1d2e3f40",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": written(body).decode(),
        "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
    } | changed
    names: tuple[str, ...] = (
        "Message",
        "MessageId",
        "Subject",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    )
    if envelope["Type"] == "Notification":
        names = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
    else:
        envelope.pop("Subject")
    told = "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)
    hash_ = SHA256() if version == "2" else SHA1()  # noqa: S303 - as SNS does
    signature = amazon().sign(told.encode(), padding.PKCS1v15(), hash_)
    return Call(written(envelope | {"Signature": base64.b64encode(signature).decode()}))


def hubspot(body: Any, at: datetime = NOW) -> Call:
    raw, timestamp = written(body), str(int(at.timestamp() * 1000))
    told = f"POST{url_of('hubspot')}".encode() + raw + timestamp.encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), told, hashlib.sha256).digest()).decode()
    return Call(raw, {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": timestamp})


def mautic(body: Any, at: datetime = NOW) -> Call:
    raw = written(body)
    signature = base64.b64encode(hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()).decode()
    return Call(raw, {"webhook-signature": signature})


def with_token(body: Any, at: datetime = NOW) -> Call:
    """RD Station and Brevo do not sign."""
    return Call(written(body), query={"token": SECRET})


SIGN: dict[str, Callable[..., Call]] = {
    "rd_station": with_token,
    "hubspot": hubspot,
    "sendgrid": sendgrid,
    "mailgun": mailgun,
    "ses": ses,
    "brevo": with_token,
    "mautic": mautic,
}


def secret_of(provider: str) -> str:
    return {"sendgrid": public_key(), "ses": TOPIC}.get(provider, SECRET)


AT = int(NOW.timestamp()) - 60
AT_ISO = "2026-11-22T11:59:00+00:00"

BODIES: dict[str, Any] = {
    "rd_station": {
        "event_type": "WEBHOOK.CONVERTED",
        "entity_type": "CONTACT",
        "event_identifier": "e-book-de-cafe",
        "timestamp": "2026-11-22T08:59:30.724-03:00",
        "event_timestamp": "2026-11-22T08:59:00.000-03:00",
        "contact": {
            "uuid": "c2f3d2b3-7250-4d27-97f4-eef38be32f7f",
            "email": "Helena@correio.example",
            "name": "Helena Prado Lima",
            "job_title": "Barista",
            "personal_phone": "48 3025-2598",
            "mobile_phone": "48 99999-2598",
            "city": "Florianópolis",
            "tags": ["cafe", "newsletter"],
            "cf_metodo": ["Coado", "Espresso"],
            "cf_xicaras": 3,
            "legal_bases": [{"category": "communications", "type": "consent", "status": "granted"}],
            "company": {"name": "Café da Esquina"},
            "funnel": {"name": "default", "lifecycle_stage": "Lead Qualificado", "opportunity": False},
        },
    },
    "hubspot": [
        {
            "eventId": 714285774, "subscriptionId": 4849549, "portalId": 50687303, "appId": 25681700,
            "occurredAt": AT * 1000, "subscriptionType": "contact.propertyChange", "attemptNumber": 0,
            "objectId": 173595, "propertyName": "email", "propertyValue": EMAIL, "changeSource": "CRM_UI",
        },
    ],
    "sendgrid": [
        {
            "email": EMAIL, "timestamp": AT, "event": "click", "category": ["boas-vindas"],
            "sg_event_id": "Y2xpY2stMTA5OTQ5MTk", "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-1",
            "useragent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "ip": "203.0.113.7",
            "url": "https://casa.example/kit?utm_source=email",
        }
    ],
    "mailgun": {
        "event": "clicked", "id": "Ase7i2zsRYeDXztHGENqRA", "timestamp": AT + 0.25, "recipient": EMAIL,
        "message": {"headers": {"message-id": "20261122.1@casa.example"}}, "url": "https://casa.example/kit",
        "client-info": {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "bot": ""}, "tags": ["cafe"],
    },
    "ses": {
        "eventType": "Click",
        "mail": {
            "timestamp": "2026-11-22T11:50:00.000Z", "messageId": "0102018f-ses", "destination": [EMAIL],
            "tags": {"campaign": ["cafe"], "ses:configuration-set": ["marketing"]},
        },
        "click": {
            "timestamp": "2026-11-22T11:59:00.000Z", "link": "https://casa.example/kit", "ipAddress": "203.0.113.7",
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        },
    },
    "brevo": {
        "event": "click", "email": EMAIL, "id": 26224, "date": "2026-11-22 12:59:00", "ts": AT, "ts_event": AT,
        "ts_epoch": AT * 1000, "message-id": "<202611221159.1@smtp-relay.mailin.fr>", "template_id": 22,
        "tags": ["cafe"], "link": "https://casa.example/kit", "subject": "Café",
    },
    "mautic": {
        "mautic.page_on_hit": [
            {
                "hit": {
                    "id": 19, "dateHit": AT_ISO, "source": "email", "sourceId": 7, "url": "https://casa.example/kit",
                    "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
                    "lead": {"id": 52, "fields": {"core": {"email": {"alias": "email", "value": EMAIL}}}},
                },
                "timestamp": AT_ISO,
            }
        ],
    },
}  # fmt: skip
