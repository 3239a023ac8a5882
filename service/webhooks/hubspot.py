"""HubSpot's webhooks: an array of changes to contacts and deals, signed over method, address, body and time (v3).

A change names its contact by number and nothing else, so the lead's external id is `hubspot:{number}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from service.events.models import Event, Incoming, Who
from service.webhooks.adapter import Mapped, Signed, each, in_base64, keyed, long_enough, recent, same
from service.webhooks.items import address, clean_traits, digest, inner, moment, text
from service.webhooks.mails import consent
from service.webhooks.models import Hook
from service.webhooks.stages import stage_changed

TOLERANCE = timedelta(minutes=5)  # as HubSpot asks

_DECODED = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.I)  # HubSpot signs these as they read
_CONTACT = "0-1"
_TRAITS = {
    "firstname": "firstName", "lastname": "lastName", "email": "email", "phone": "phone", "mobilephone": "phone",
    "jobtitle": "title", "company": "company", "city": "city", "state": "state", "zip": "postalCode",
    "country": "country", "address": "street", "date_of_birth": "birthday", "gender": "gender", "website": "website",
}  # fmt: skip


class HubSpot:
    """The secret is the app's client secret."""

    name = "hubspot"
    steps = (
        "In your HubSpot app, Webhooks: paste the URL as the target, subscribe to contact created, contact deleted and "
        "the contact properties you want (also lifecyclestage and hs_email_optout), and give the client secret of the "
        "app here as the secret."
    )

    def secret(self, given: str | None) -> str:
        """Raises `Invalid`."""
        return long_enough(given, "the client secret of your HubSpot app")

    def path(self, secret: str) -> str:
        """HubSpot signs."""
        return ""

    async def verify(self, request: Signed, hook: Hook, now: datetime) -> None:
        """Raises `Unauthorized`."""
        signature, timestamp = request.header("X-HubSpot-Signature-v3"), request.header("X-HubSpot-Request-Timestamp")
        url = _DECODED.sub(lambda found: unquote(found[0]), request.url)
        told = f"{request.method}{url}".encode() + request.body + timestamp.encode()
        same(signature, in_base64(keyed(hook.secret, told)))
        recent(timestamp[:-3], now, TOLERANCE)  # in milliseconds

    def events(self, body: Any, now: datetime) -> Mapped:
        """Each change, in the order in which they were made."""
        items = body if isinstance(body, list) else [body]
        changes = sorted(items, key=lambda item: _when(item, now) or now)
        emails = {
            str(item.get("objectId")): address(item.get("propertyValue"))
            for item in changes
            if isinstance(item, dict) and item.get("propertyName") == "email"
        }
        asked = sum(inner(item, "subscriptionType") == "contact.privacyDeletion" for item in items)
        return each(changes, lambda item: _event(item, emails, now))._replace(erasures=asked)


def _when(item: Any, now: datetime) -> datetime | None:
    return moment(inner(item, "occurredAt"), now, per_second=1_000)


def _event(item: Mapping[str, Any], emails: Mapping[str, str | None], now: datetime) -> list[Incoming]:
    """`emails` are those that the same call tells of contacts: by them a contact is known to be a lead we have."""
    contact, at = text(item.get("objectId"), 100), _when(item, now)
    thing, _, what = str(item.get("subscriptionType")).partition(".")
    if thing == "object" and item.get("objectTypeId") == _CONTACT:
        thing = "contact"
    if thing != "contact" or contact is None or at is None:
        return []
    # HubSpot does not promise that eventId is unique; attempts of one change differ in `attemptNumber` alone
    parts = ("eventId", "objectId", "occurredAt", "subscriptionType", "propertyName", "propertyValue")
    id_ = digest("hubspot", *(item.get(part) for part in parts))
    who = Who(user_id=f"hubspot:{contact}", email=emails.get(contact))
    if what == "creation":  # makes no lead of somebody of whom nothing is told yet
        return [Incoming(Event(id_, "identify", "", at, "hubspot"), who, unknown_is_new=who.email is not None)]
    if what == "propertyChange":
        return _property(id_, who, at, str(item.get("propertyName")).lower(), item.get("propertyValue"))
    return []


def _property(id_: str, who: Who, at: datetime, name: str, value: object) -> list[Incoming]:
    told = text(value, 10_000)
    if told is None:
        return []
    if name == "lifecyclestage":
        return [Incoming(stage_changed(id_, told[:200], at, "hubspot"), who)]
    if name == "hs_email_optout" and told.lower() == "true":
        left = Event(id_, "track", "Unsubscribed", at, "hubspot")
        return [Incoming(left, who, consents=[consent("hubspot", at, status="revoked")])]
    if name.startswith("hs_") or (name == "email" and not address(told)):
        return []
    traits = clean_traits({_TRAITS.get(name, name): told})
    return [Incoming(Event(id_, "identify", "", at, "hubspot", traits), who, traits)] if traits else []
