"""Something a lead did or received, on its way in and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from service.leads.models import Consent

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
    user id or e-mail address that nobody has yet; without it such an event is kept for whoever claims the name later.
    """

    event: Event
    who: Who
    traits: Mapping[str, Any] = field(default_factory=dict)
    consents: Sequence[Consent] = ()
    locale: str | None = None
    unknown_is_new: bool = True


class Ingested(NamedTuple):
    """What became of a batch: how many events are new, how many were there already, and how many leads they changed."""

    stored: int
    duplicates: int
    leads: int
