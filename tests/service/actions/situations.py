"""Leads and situations to choose in: one who may be written to in every channel, and a shop with one offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from service.actions.models import DIRECT
from service.actions.situation import Candidate, Situation
from service.events.models import Event
from service.leads.models import COMMUNICATIONS, PROFILING, Consent, Lead
from service.privacy.policy import Policy
from service.profile.history import History
from service.profile.store import Subject

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday, noon in São Paulo
ZONE = ZoneInfo("America/Sao_Paulo")
TRAITS = {"email": "ana@correio.example", "phone": "+55 31 90000-0101", "pushToken": "t-1"}
KIT = Candidate("kit", "Kit Café", "offer", "pt-BR", "newest_offer", valid_until=NOW + timedelta(days=30))

MOMENTS = st.integers(0, 2 * 366 * 24 * 3600).map(
    lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0, second)
)
"""Any moment of two years, to the second."""

_numbers = count()


def event(name: str, at: datetime = NOW, /, *, type_: Any = "track", robot: Any = None, **properties: Any) -> Event:
    """Something that happened."""
    return Event(f"m-{next(_numbers)}", type_, name, at, properties=properties, robot=robot)


def consent(purpose: str, **other: Any) -> Consent:
    """A row that allows, unless it says otherwise."""
    collected = NOW - timedelta(days=100)
    return Consent(**({"purpose": purpose, "basis": "consent", "source": "site", "collected_at": collected} | other))


EVERYTHING = (consent(PROFILING), *(consent(f"{COMMUNICATIONS}.{channel}") for channel in DIRECT))


def subject(
    events: Iterable[Event] = (),
    *,
    consents: Sequence[Consent] = EVERYTHING,
    traits: dict[str, Any] = TRAITS,
    locale: Any = "pt-BR",
) -> Subject:
    """A lead with that history."""
    history = History.of(None)
    for one in events:
        history.add(one)
    lead = Lead(
        id=UUID(int=1), external_id="c-1", traits=traits, locale=locale, created_at=NOW, updated_at=NOW,
        consents=list(consents),
    )  # fmt: skip
    return Subject(lead, history)


def situation(lead: Subject | None = None, **other: Any) -> Situation:
    """Everything is allowed and nothing is known, unless it says otherwise."""
    lead = lead or subject()
    plain = Situation(
        subject=lead, values={}, policy=Policy(), now=NOW, zone=ZONE, locale=lead.lead.locale, candidates=(KIT,)
    )
    return replace(plain, **other)
