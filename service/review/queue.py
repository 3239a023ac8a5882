"""What waits for a reviewer, worst first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import orjson

from service.review.models import Counts, ReviewItem
from service.variants.models import Glance, StoredVariant
from service.variants.views import VariantView

Claimed = Literal["mine", "unclaimed", "others"]
Findings = Literal["blocked", "warned", "none"]
Rank = tuple[int, int, bool, float, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A variant that waits, with what makes it urgent."""

    variant: Glance
    blocking: int
    warnings: int
    missing_control: bool

    @property
    def rank(self) -> Rank:
        """The worst first: findings that block, warnings, a control that is missing, then age."""
        age = self.variant.created_at.timestamp()
        return -self.blocking, -self.warnings, not self.missing_control, age, str(self.variant.id)

    @property
    def findings(self) -> Findings:
        """The worst of what was found."""
        return "blocked" if self.blocking else "warned" if self.warnings else "none"

    def shown(self, stored: StoredVariant, slugs: Mapping[UUID, str]) -> ReviewItem:
        """As the API tells it, with the copy."""
        view = VariantView.of(stored, slugs)
        return ReviewItem(
            **dict(view), blocking=self.blocking, warnings=self.warnings, missing_control=self.missing_control
        )


def waiting(found: Iterable[Glance], controls: Collection[tuple[UUID, str, str]]) -> list[Waiting]:
    """Those variants in the order in which to look at them; `controls` are the campaigns, channels and locales that
    have an approved one."""
    return sorted((_waiting(one, controls) for one in found), key=lambda one: one.rank)


def claim_of(variant: Glance, actor: str, now: datetime) -> Claimed:
    """Who is at work on it."""
    if variant.claimed_by is None or variant.claimed_until is None or variant.claimed_until <= now:
        return "unclaimed"
    return "mine" if variant.claimed_by == actor else "others"


def counts(found: Sequence[Waiting], actor: str, now: datetime) -> Counts:
    """How many there are of each kind."""
    told = Counts(total=len(found))
    for one in found:
        told.in_review += one.variant.status == "in_review"
        told.draft += one.variant.status == "draft"
        told.blocked += one.findings == "blocked"
        told.warned += one.findings == "warned"
        told.clean += one.findings == "none"
        told.missing_control += one.missing_control
        claimed = claim_of(one.variant, actor, now)
        told.mine += claimed == "mine"
        told.unclaimed += claimed == "unclaimed"
    return told


def rank_of(text: str) -> Rank:
    """A rank as a cursor holds it. Raises `ValueError`."""
    match orjson.loads(text):
        case [int(blocking), int(warnings), bool(has), float() | int() as age, str(id_)]:
            return blocking, warnings, has, float(age), id_
    raise ValueError("not a rank")


def told(rank: Rank) -> str:
    """A rank for a cursor."""
    return orjson.dumps(rank).decode()


def _waiting(variant: Glance, controls: Collection[tuple[UUID, str, str]]) -> Waiting:
    blocking = sum(one["severity"] == "block" for one in variant.findings)
    missing = (
        variant.campaign_id is not None
        and variant.audience_slug is None
        and (variant.campaign_id, variant.channel, variant.locale) not in controls
    )
    return Waiting(variant, blocking, len(variant.findings) - blocking, missing)
