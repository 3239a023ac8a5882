"""Deciding: what is on the shelf, who asks, what was chosen and why. All of it is plain data in memory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from service.delivery.prepared import Prepared
from service.types import Locale

Rung = Literal["audience", "parent", "control", "none"]
Reason = Literal[
    "no_consent", "unknown_recipient", "not_started", "ended", "paused", "nothing_approved", "nothing_stands", "behind",
    "starting", "platform_refuses", "not_written", "holdout",
]  # fmt: skip
"""Why nothing is said. `nothing_stands`: what was approved does not hold at this moment. `behind`: this process has not
read what changed for too long, and only facts were left to say. `platform_refuses`: the platform asked for has no way
to write this copy. `not_written`: the decision could not be written down, since the disk is full. `holdout`:
there would have been something to say, and the campaign leaves a share of leads out on purpose."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved revision of a live campaign, ready to be handed out. `audience` is None for the control.

    It is true from `opens` (included) until `closes` (excluded), seconds since the epoch. `factual` copy states
    something that could change; `evidence` is what it rests on, as content ids and versions.
    """

    variant: UUID
    revision: str
    audience: str | None
    channel: str
    locale: Locale
    factual: bool
    prepared: Prepared = field(compare=False, repr=False)
    evidence: Sequence[tuple[str, int]] = ()
    opens: float = -math.inf
    closes: float = math.inf
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Shelved:
    """A campaign as it stands on the shelf. `parents` tells each audience's parent; `candidates` are by channel and
    locale, then by audience, in the order of their ids. `settings` are those of the workspace that copy is made ready
    with. `snapshot` names all of it but the prepared outputs. `holdout` is the share of leads that get nothing."""

    id: UUID
    slug: str
    workspace: UUID
    locale: Locale
    live: bool
    audiences: Sequence[str]
    parents: Mapping[str, str | None]
    candidates: Mapping[tuple[str, Locale], Mapping[str | None, Sequence[Candidate]]]
    opens: float = -math.inf
    closes: float = math.inf
    snapshot: str = ""
    unknown_recipient: Literal["control", "skip"] = "control"
    settings: Mapping[str, Any] = field(default_factory=dict)
    holdout: float = 0.0


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead as far as deciding needs it. `values` are what tokens may be bound to, by channel; `may` the channels in
    which it lets itself be written to; `consents` the ruling purposes behind both, for receipts. `good_until` is when
    a consent runs out, in seconds since the epoch. `salt` stands for the lead in hashes."""

    id: UUID
    key_id: UUID
    key: bytes
    salt: str
    locale: Locale
    audiences: frozenset[str]
    values: Mapping[str, Mapping[str, str]]
    may: frozenset[str]
    consents: Sequence[str] = ()
    good_until: float = math.inf


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for. `context` names audiences that a page or a visitor's segment puts the reader in."""

    channel: str
    placement: str | None = None
    delivery: str | None = None
    recipient: str | None = None
    context: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: a candidate, or none for a reason. `alternative` is what would have come next, `lot` all that
    stood in that place, among which the reader's lot decided."""

    candidate: Candidate | None
    rung: Rung
    reason: Reason | None = None
    audience: str | None = None
    propensity: float = 1.0
    alternative: UUID | None = None
    lot: Sequence[Candidate] = field(default=(), compare=False, repr=False)
