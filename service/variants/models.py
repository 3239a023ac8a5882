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


class Place(NamedTuple):
    """Where in a campaign a variant belongs; without an audience it is the control."""

    campaign: UUID
    audience: str | None
