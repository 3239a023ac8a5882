"""A variant as it is kept: its state, what it rests on, and who did what to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from service.variants.states import Status

Generator = str
"""`model`, `composer` or `human`."""


class StoredVariant(NamedTuple):
    """A variant as it lies in the records: copy with tokens, unbound.

    `revision` names what stands here and `serving` the approved revision that answers are made from, which may be an
    earlier one. With a campaign and no `audience_slug` it is that campaign's control. `version` counts writes, for
    `If-Match`.
    """

    id: UUID
    status: Status
    channel: str
    locale: str
    angle: str
    brief: dict[str, Any]
    audience: dict[str, Any]
    fields: dict[str, Any]
    claims: list[Any]
    findings: list[Any]
    evidence: list[Any]
    provenance: dict[str, Any]
    true_from: datetime | None
    true_until: datetime | None
    created_at: datetime
    campaign_id: UUID | None
    audience_slug: str | None
    revision: str
    serving: str | None
    rests_on: list[Any]
    generator: Generator
    author: str
    reasons: list[Any]
    version: int
    updated_at: datetime | None
    claimed_by: str | None
    claimed_until: datetime | None
    lead_id: UUID | None

    @property
    def blocked(self) -> bool:
        """Whether any finding keeps it from being approved."""
        return any(finding["severity"] == "block" for finding in self.findings)

    def claimed_by_another(self, actor: str, now: datetime) -> bool:
        """Whether somebody else is at work on it."""
        held = self.claimed_until is not None and self.claimed_until > now
        return held and self.claimed_by not in (None, actor)


class Glance(NamedTuple):
    """A variant as far as a table of many needs it."""

    id: UUID
    status: Status
    channel: str
    audience_slug: str | None


class Listed(NamedTuple):
    """A variant as far as a list of what variants say needs it: without its claims and its evidence."""

    id: UUID
    status: Status
    channel: str
    locale: str
    fields: dict[str, Any]
    version: int
    created_at: datetime
    generator: Generator
    claimed_by: str | None
    claimed_until: datetime | None


class Written(NamedTuple):
    """What an edit or a new generation puts in a variant's place: words, with all that the checks made of them."""

    revision: str
    angle: str
    fields: dict[str, Any]
    claims: list[Any]
    findings: list[Any]
    evidence: list[Any]
    rests_on: list[Any]
    provenance: dict[str, Any]
    true_from: datetime | None
    true_until: datetime | None
    generator: Generator
    author: str


class Revision(NamedTuple):
    """A state of a variant as somebody judged it, which never changes."""

    revision: str
    fields: dict[str, Any]
    claims: list[Any]
    findings: list[Any]
    evidence: list[Any]
    rests_on: list[Any]
    provenance: dict[str, Any]
    true_from: datetime | None
    true_until: datetime | None
    author: str
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None


class Entry(NamedTuple):
    """Something that was done to a variant."""

    revision: str
    action: str
    from_status: Status | None
    to_status: Status
    actor: str
    note: str
    details: dict[str, Any]
    at: datetime


class Place(NamedTuple):
    """Where in a campaign a variant belongs; without an audience it is the control."""

    campaign: UUID
    audience: str | None
