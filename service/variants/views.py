"""Variants as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from service.checks.models import Claim, Finding
from service.variants.models import StoredVariant


class VariantView(BaseModel):
    """A stored variant: copy with its tokens, what it rests on and where it comes from.

    `revision` names what stands here, and `serving` the approved revision that answers are made from, null where there
    is none. In a `campaign` it is for `audience_slug`, or the control where that is null. `reasons` say why it is
    quarantined, and `version` is what `If-Match` names.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: str
    channel: str
    locale: str
    angle: str
    brief: dict[str, Any]
    audience: dict[str, Any]
    fields: dict[str, Any]
    claims: list[Claim]
    findings: list[Finding]
    evidence: list[Any]
    provenance: dict[str, Any]
    true_from: datetime | None
    true_until: datetime | None
    created_at: datetime
    campaign: str | None = None
    audience_slug: str | None
    revision: str
    serving: str | None
    generator: str
    author: str
    reasons: list[Any]
    version: int
    updated_at: datetime | None
    claimed_by: str | None
    claimed_until: datetime | None

    @classmethod
    def of(cls, stored: StoredVariant, slugs: Mapping[UUID, str]) -> Self:
        """A variant with the slug of its campaign."""
        view = cls.model_validate(stored)
        if stored.campaign_id is not None:
            view.campaign = slugs.get(stored.campaign_id)
        return view


class EntryView(BaseModel):
    """Something that was done to a variant, by whom, and the revision that it was done to or that came of it."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    actor: str
    action: str
    from_status: str | None
    to_status: str
    revision: str
    note: str
    details: dict[str, Any]


class History(BaseModel):
    """All that was done to a variant, the oldest first."""

    items: list[EntryView]


class RevisionView(BaseModel):
    """A state of a variant as it was judged; it never changes. `approved_by` is null where nobody approved it."""

    model_config = ConfigDict(from_attributes=True)

    revision: str
    fields: dict[str, Any]
    claims: list[Claim]
    findings: list[Finding]
    evidence: list[Any]
    provenance: dict[str, Any]
    true_from: datetime | None
    true_until: datetime | None
    author: str
    created_at: datetime
    approved_by: str | None
    approved_at: datetime | None


class Revisions(BaseModel):
    """The states of a variant that were put by, the oldest first."""

    items: list[RevisionView]
