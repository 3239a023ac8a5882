"""What waits for a reviewer, worst first. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from unicodedata import normalize
from uuid import UUID

import orjson

from service.review.models import Counts, ReviewItem
from service.variants.models import Glance, StoredVariant
from service.variants.views import VariantView

Claimed = Literal["mine", "unclaimed", "others"]
Findings = Literal["blocked", "warned", "none"]
Rank = tuple[int, int, bool, float, str]

CONTROL = "*"
"""Stands among audiences for everyone in a campaign."""

_ACCENTS = re.compile("[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A variant that waits, with what makes it urgent and who is at work on it."""

    variant: Glance
    blocking: int
    warnings: int
    missing_control: bool
    claimed: Claimed

    @property
    def rank(self) -> Rank:
        """The worst first: findings that block, warnings, a control that is missing, then age."""
        age = self.variant.created_at.timestamp()
        return -self.blocking, -self.warnings, not self.missing_control, age, str(self.variant.id)

    @property
    def findings(self) -> Findings:
        """The worst of what was found."""
        return "blocked" if self.blocking else "warned" if self.warnings else "none"

    @property
    def audience(self) -> str | None:
        """The slug of whom it is for, or `CONTROL`; None outside of campaigns."""
        return self.variant.audience_slug or (CONTROL if self.variant.campaign_id else None)

    def shown(self, stored: StoredVariant, slugs: Mapping[UUID, str]) -> ReviewItem:
        """As the API tells it, with the copy."""
        view = VariantView.of(stored, slugs)
        return ReviewItem(
            **dict(view), blocking=self.blocking, warnings=self.warnings, missing_control=self.missing_control
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of all that waits. None says nothing; `audience` may be `CONTROL`, and `search` are
    words that all stand in the copy, whatever their case and accents."""

    campaign: UUID | None = None
    audience: str | None = None
    channel: str | None = None
    locale: str | None = None
    status: str | None = None
    claimed: Claimed | None = None
    findings: Findings | None = None
    generator: str | None = None
    missing_control: bool | None = None
    search: str = ""


Facets = Mapping[str, Counter[Any]]
"""By the name of a filter how many there are of each value, with all other filters as they are."""

_OF: Mapping[str, Callable[[Waiting], Any]] = {
    "campaign": lambda one: one.variant.campaign_id,
    "audience": lambda one: one.audience,
    "channel": lambda one: one.variant.channel,
    "locale": lambda one: one.variant.locale,
    "status": lambda one: one.variant.status,
    "claimed": lambda one: one.claimed,
    "findings": lambda one: one.findings,
    "generator": lambda one: one.variant.generator,
    "missing_control": lambda one: one.missing_control,
}


def waiting(
    found: Iterable[Glance], controls: Collection[tuple[UUID, str, str]], actor: str, now: datetime
) -> list[Waiting]:
    """Those variants in the order in which to look at them; `controls` are the campaigns, channels and locales that
    have an approved one, and `actor` is who looks."""
    return sorted((_waiting(one, controls, actor, now) for one in found), key=lambda one: one.rank)


def narrowed(found: Iterable[Waiting], asked: Asked) -> tuple[list[Waiting], Facets]:
    """What the filters let through, in the same order, and how many there would be with each filter set otherwise."""
    wanted = {name: value for name in _OF if (value := getattr(asked, name)) is not None}
    shown = list[Waiting]()
    facets = {name: Counter[Any]() for name in _OF}
    for one in found:
        missed = [name for name, value in wanted.items() if _OF[name](one) != value]
        if not missed:
            shown.append(one)
        if len(missed) < 2:
            for name in missed or _OF:
                facets[name][_OF[name](one)] += 1
    return shown, facets


def has_words(fields: Mapping[str, Any], words: Sequence[str]) -> bool:
    """Whether all of those, folded, stand anywhere in the copy."""
    copy = folded(" ".join(text for text in fields.values() if isinstance(text, str)))
    return all(word in copy for word in words)


def folded(text: str) -> str:
    """The text without case and accents."""
    text = text.casefold()
    return text if text.isascii() else _ACCENTS.sub("", normalize("NFKD", text))


def counts(found: Sequence[Waiting]) -> Counts:
    """How many there are of each kind."""
    told = Counts(total=len(found))
    for one in found:
        told.in_review += one.variant.status == "in_review"
        told.draft += one.variant.status == "draft"
        told.blocked += one.findings == "blocked"
        told.warned += one.findings == "warned"
        told.clean += one.findings == "none"
        told.missing_control += one.missing_control
        told.mine += one.claimed == "mine"
        told.unclaimed += one.claimed == "unclaimed"
    return told


def rank_of(text: str) -> Rank:
    """A rank as a cursor holds it. Raises `ValueError`."""
    return rank_from(orjson.loads(text))


def rank_from(value: object) -> Rank:
    """A rank that was JSON. Raises `ValueError`."""
    match value:
        case [int(blocking), int(warnings), bool(has), float() | int() as age, str(id_)]:
            return blocking, warnings, has, float(age), id_
    raise ValueError("not a rank")


def told(rank: object) -> str:
    """A rank, or several, for a cursor."""
    return orjson.dumps(rank).decode()


def _claim_of(variant: Glance, actor: str, now: datetime) -> Claimed:
    if variant.claimed_by is None or variant.claimed_until is None or variant.claimed_until <= now:
        return "unclaimed"
    return "mine" if variant.claimed_by == actor else "others"


def _waiting(variant: Glance, controls: Collection[tuple[UUID, str, str]], actor: str, now: datetime) -> Waiting:
    blocking = sum(one["severity"] == "block" for one in variant.findings)
    missing = (
        variant.campaign_id is not None
        and variant.audience_slug is None
        and (variant.campaign_id, variant.channel, variant.locale) not in controls
    )
    return Waiting(variant, blocking, len(variant.findings) - blocking, missing, _claim_of(variant, actor, now))
