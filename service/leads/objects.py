"""JSON objects to leads: our own form, or Segment's `identify`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from service.imports.faults import faults_of
from service.imports.languages import language
from service.imports.models import LineError
from service.imports.ndjson import JsonLine
from service.leads.arrivals import Arrival, Refused
from service.leads.basis import Basis, BasisCells, consents_of
from service.leads.columns import id_of
from service.leads.models import LeadInput

_SEGMENT = frozenset(("userId", "anonymousId", "traits"))
_ANONYMOUS_LIMIT = 320


def arrival(line: JsonLine, basis: Basis, now: datetime) -> Arrival:
    """The lead on a line; `basis` holds for one that has no `consents`. Raises Refused with all that is wrong."""
    value = line.value
    foreign = "external_id" not in value and bool(_SEGMENT & value.keys())
    try:
        lead = LeadInput.model_validate(_identified(line) if foreign else value)
    except ValidationError as error:
        raise Refused(faults_of(error, line.line, "line.invalid")) from None
    latest = now + timedelta(days=1)
    if future := [consent for consent in lead.consents if consent.collected_at > latest]:
        detail = f"{future[0].collected_at.isoformat()} lies in the future; no consent was given then"
        raise Refused([LineError(line.line, "/consents", "consent.date", detail)])
    if "consents" in value:
        return Arrival(lead, line.line, anonymous_id=_anonymous(line))
    said = consents_of(BasisCells({}), basis, now)
    if said.faults:
        raise Refused(LineError(line.line, "/consents", fault.code, fault.detail) for fault in said.faults)
    lead.consents = said.dated
    return Arrival(lead, line.line, assumed=tuple(said.assumed), anonymous_id=_anonymous(line))


def _identified(line: JsonLine) -> dict[str, Any]:
    value = line.value
    if value.get("type", "identify") != "identify":
        detail = f"{str(value['type'])[:40]!r} says nothing lasting of a lead; only identify is imported here"
        raise Refused([LineError(line.line, "/type", "line.type", detail)])
    traits, context = value.get("traits") or {}, value.get("context")
    email = traits.get("email") if isinstance(traits, dict) else None
    named = value.get("userId") or (id_of(email) if isinstance(email, str) else None)
    if not named:
        raise Refused([LineError(line.line, "/userId", "row.id", "the line has neither userId nor e-mail address")])
    tag = context.get("locale") if isinstance(context, dict) else None
    given = {"external_id": named, "traits": traits, "locale": language(tag) if isinstance(tag, str) else None}
    return given | ({"consents": value["consents"]} if "consents" in value else {})


def _anonymous(line: JsonLine) -> str | None:
    id_ = line.value.get("anonymousId")
    return id_ if isinstance(id_, str) and 0 < len(id_) <= _ANONYMOUS_LIMIT and id_.isprintable() else None
