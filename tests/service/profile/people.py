"""Leads and what they did, for tests of what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from service.events.models import Event, EventType
from service.leads.models import Consent, Lead
from service.profile.computed import profile_of
from service.profile.history import History
from service.profile.store import Subject

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 22, 9, tzinfo=ZONE)  # a Sunday morning
PROFILING = "personalize.content.profiling"
_numbers = count()


def event(name: str, at: datetime | timedelta = NOW, /, **properties: Any) -> Event:
    """Something that happened at that time, or so long before `NOW`; a page where its name is `page`."""
    kind: EventType = "page" if name == "page" else "track"
    moment = NOW - at if isinstance(at, timedelta) else at
    return Event(f"m{next(_numbers)}", kind, name, moment.astimezone(UTC), properties=properties)


def folded(events: Sequence[Event]) -> History:
    """The history of those events, kept and read again."""
    history = History.of(None)
    for one in events:
        history.add(one)
    return History.of(history.data())


def consent(purpose: str = PROFILING, **other: Any) -> Consent:
    """A row of the ledger."""
    given = {"purpose": purpose, "basis": "consent", "source": "site", "collected_at": NOW - timedelta(days=9)}
    return Consent.model_validate(given | other)


def subject(
    *events: Event, traits: Mapping[str, Any] | None = None, consents: Sequence[Consent] | None = None, **other: Any
) -> Subject:
    """A lead that did that; it consents to profiling unless `consents` says otherwise."""
    given = [consent()] if consents is None else list(consents)
    created = NOW - timedelta(days=40)
    lead = Lead(
        id=UUID(int=1), external_id="a", traits=dict(traits or {}), locale="pt-BR", created_at=created,
        updated_at=created, consents=given,
    )  # fmt: skip
    return Subject(lead, folded(events), **other)


def values(of: Subject, now: datetime = NOW) -> dict[str, Any]:
    """What is known of it."""
    return dict(profile_of(of, now).values)
