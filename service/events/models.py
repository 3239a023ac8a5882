"""Something a lead did or received, on its way in and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from service.leads.models import Consent
from service.types import Locale

EventType = Literal["track", "page", "identify", "group", "alias"]

Robot = Literal["proxy_open", "scanner_click", "head_request", "bot_agent", "too_fast"]
"""Why an event is no person's doing: such events are kept, and never count as behaviour."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `name` is that of a `track` call or a page; `message_id` names it once and for all in its
    workspace; `occurred_at` is by our clock, corrected where the sender's is wrong."""

    message_id: str
    type: EventType
    name: str
    occurred_at: datetime
    source: str = "segment"
    properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    robot: Robot | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Whom an event is about, by any of the names that it gives. `previous_id` is what `alias` joins to `user_id`."""

    user_id: str | None = None
    anonymous_id: str | None = None
    email: str | None = None
    previous_id: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event with whom it is about and what it says of them: the one form that every source is mapped to.

    `traits` are laid over those of the lead; `consents` are appended to its ledger. `unknown_is_new` makes a lead of a
    user id or e-mail address that nobody has yet; without it such an event is stored and belongs to nobody. A locale is
    that of a new lead, and with `identify` also that of one that is there.
    """

    event: Event
    who: Who
    traits: Mapping[str, Any] = field(default_factory=dict)
    consents: Sequence[Consent] = ()
    locale: Locale | None = None
    unknown_is_new: bool = True


class Ingested(NamedTuple):
    """What became of a batch: how many events are new, how many were there already, how many leads they changed, and
    how many belong to nobody and never will, since they name neither a lead nor a device."""

    stored: int
    duplicates: int
    leads: int
    unmatched: int = 0


class Kept(NamedTuple):
    """An event as it is stored, with the lead that it belongs to, None as long as nobody claims its device."""

    event: Event
    lead: UUID | None
    anonymous_id: str | None
    received_at: datetime
