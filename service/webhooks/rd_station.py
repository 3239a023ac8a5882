"""RD Station's webhooks: `WEBHOOK.CONVERTED` with a contact, the older `leads[]`, and its own CDP events.

RD Station does not sign. A contact is known by `rd_station:{uuid}` and by its e-mail address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, get_args

from service.events.models import Event, Incoming, Who
from service.leads.models import Basis, Consent, ConsentStatus
from service.webhooks.adapter import Mapped, Signed, each
from service.webhooks.items import address, clean_traits, digest, first_text, inner, moment, text
from service.webhooks.mails import consent
from service.webhooks.models import Hook
from service.webhooks.stages import Stage, stage_changed, stage_of
from service.webhooks.tokens import check_token, in_query, token

_NAMES = {
    "WEBHOOK.CONVERTED": "Converted",
    "WEBHOOK.MARKED_OPPORTUNITY": "Opportunity Marked",
    "CONVERSION": "Converted",
    "OPPORTUNITY": "Opportunity Marked",
    "SALE": "Sale Marked",
}
_STAGES = {"WEBHOOK.MARKED_OPPORTUNITY": "Oportunidade", "OPPORTUNITY": "Oportunidade", "SALE": "Cliente"}
_TRAITS = {
    "name": "name", "job_title": "title", "city": "city", "state": "state", "country": "country",
    "website": "website", "tags": "tags",
}  # fmt: skip
_BEFORE_OPPORTUNITY = ("subscriber", "lead", "mql", "sql")
_STATUSES: dict[str, ConsentStatus] = {"granted": "granted", "declined": "denied"}


class _Told(NamedTuple):
    """What a payload of any of the three kinds tells."""

    name: str
    conversion: str | None
    contact: Mapping[str, Any]
    at: datetime | None
    stage: str | None
    opportunity: bool


class RdStation:
    """The secret is a token in the URL."""

    name = "rd_station"
    steps = (
        "RD Station Marketing > Integrações > Webhooks: paste the whole URL with its token, and choose the trigger "
        "Conversão; make another for Marcado como oportunidade. Include company and funnel where you are asked."
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
        """The one contact, or each of `leads`."""
        older = inner(body, "leads")
        items = older if isinstance(older, list) else body if isinstance(body, list) else [body]
        return each(items, lambda item: _events(item, now))


def _events(item: Mapping[str, Any], now: datetime) -> list[Incoming]:
    told = _told(item, now)
    who = _who(told.contact) if told else None
    if told is None or who is None or told.at is None:
        return []
    parts = (told.name, told.conversion, who.user_id, who.email, told.at.isoformat())
    event = Event(
        digest("rd_station", *parts), "track", told.name, told.at, "rd_station",
        {"conversion_identifier": told.conversion} if told.conversion else {},
    )  # fmt: skip
    consents = _consents(inner(told.contact, "legal_bases"), told.at)
    found = [Incoming(event, who, _traits(told.contact), consents)]
    if told.stage:
        stage: Stage | None = (
            "opportunity" if told.opportunity and stage_of(told.stage) in _BEFORE_OPPORTUNITY else None
        )
        id_ = digest("rd_station", "stage", told.stage, *parts)
        found.append(Incoming(stage_changed(id_, told.stage, told.at, "rd_station", stage), who))
    return found


def _told(item: Mapping[str, Any], now: datetime) -> _Told | None:
    type_ = str(item.get("event_type"))
    name = _NAMES.get(type_)
    if name and isinstance(item.get("contact"), dict):
        contact = item["contact"]
        at = moment(item.get("event_timestamp"), now) or moment(item.get("timestamp"), now)
        stage = text(inner(contact, "funnel", "lifecycle_stage"), 200) or _STAGES.get(type_)
        marked = inner(contact, "funnel", "opportunity") is True or type_ in _STAGES
        return _Told(name, text(item.get("event_identifier"), 200), contact, at, stage, marked)
    if name and isinstance(item.get("payload"), dict):
        payload = item["payload"]
        at = moment(item.get("event_timestamp"), now) or moment(item.get("timestamp"), now) or now
        conversion = first_text(payload.get("conversion_identifier"))
        return _Told(name, conversion, payload, at, _STAGES.get(type_), opportunity=False)
    if isinstance(item.get("last_conversion"), dict):
        return _older(item, now)
    return None


def _older(item: Mapping[str, Any], now: datetime) -> _Told:
    last = item["last_conversion"]
    fields = inner(item, "custom_fields")
    # the labels of custom fields as they read in RD Station are no names; those that are begin with cf_
    own = fields if isinstance(fields, dict) else {}
    marked = str(item.get("opportunity")).lower() == "true"
    return _Told(
        "Converted",
        text(inner(last, "content", "identificador"), 200),
        {**own, **item},
        moment(last.get("created_at"), now),
        text(item.get("lead_stage"), 200),
        marked,
    )


def _who(contact: Mapping[str, Any]) -> Who | None:
    email, uuid = address(contact.get("email")), text(contact.get("uuid"), 100)
    if email is None and uuid is None:
        return None
    return Who(user_id=f"rd_station:{uuid}" if uuid else None, email=email)


def _traits(contact: Mapping[str, Any]) -> dict[str, Any]:
    company = contact.get("company") or contact.get("company_name")
    traits: dict[str, Any] = {
        "email": address(contact.get("email")),
        "phone": first_text(contact.get("mobile_phone"), contact.get("personal_phone")),
        "company": text(inner(company, "name")) if isinstance(company, dict) else text(company),
    }
    traits |= {trait: contact[field] for field, trait in _TRAITS.items() if field in contact}
    traits |= {field: value for field, value in contact.items() if field.startswith("cf_")}
    name = text(contact.get("name"))
    if name and " " in name:
        traits["firstName"], _, traits["lastName"] = name.partition(" ")
    elif name:
        traits["firstName"] = name
    return clean_traits(traits)


def _consents(bases: Any, at: datetime) -> list[Consent]:
    """Those for communications, as consents to e-mail: RD Station does not tell channels apart."""
    found: list[Consent] = []
    for base in bases if isinstance(bases, list) else []:
        if inner(base, "category") == "communications" and inner(base, "type") in get_args(Basis):
            status = _STATUSES.get(str(inner(base, "status")))
            found += [consent("rd_station", at, status=status, basis=base["type"])] if status else []
    return found
