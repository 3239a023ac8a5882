"""What waits for a reviewer, worst first. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, NamedTuple
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


class Waiting(NamedTuple):
    """A variant that waits, with what makes it urgent and who is at work on it.

    `rank` puts the worst first: findings that block, warnings, a control that is missing, then age. `findings` are the
    worst of what was found, and `audience` whom it is for, `CONTROL`, or None outside of campaigns.
    """

    rank: Rank
    id: UUID
    campaign: UUID | None
    audience: str | None
    channel: str
    locale: str
    status: str
    claimed: Claimed
    findings: Findings
    generator: str
    blocking: int
    warnings: int
    missing_control: bool

    @property
    def together(self) -> bool:
        """Whether it can be approved together with others: without findings, and nobody else is at work on it."""
        return self.findings == "none" and self.claimed != "others"

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
    name: attrgetter(name)
    for name in (
        "campaign", "audience", "channel", "locale", "status", "claimed", "findings", "generator", "missing_control"
    )
}  # fmt: skip


def waiting(
    found: Iterable[Glance], controls: Collection[tuple[UUID, str, str]], actor: str, now: datetime
) -> list[Waiting]:
    """Those variants in the order in which to look at them; `controls` are the campaigns, channels and locales that
    have an approved one, and `actor` is who looks."""
    return sorted([_waiting(one, controls, actor, now) for one in found])


def narrowed(found: Sequence[Waiting], asked: Asked) -> tuple[Sequence[Waiting], Facets]:
    """What the filters let through, in the same order, and how many there would be with each filter set otherwise."""
    wanted = {name: value for name in _OF if (value := getattr(asked, name)) is not None}
    shown = _like(found, wanted)
    facets = {name: Counter(map(_OF[name], shown)) for name in _OF if name not in wanted}
    for name in wanted:
        others = {other: value for other, value in wanted.items() if other != name}
        facets[name] = Counter(map(_OF[name], _like(found, others)))
    return shown, facets


def _like(found: Sequence[Waiting], wanted: Mapping[str, Any]) -> Sequence[Waiting]:
    for name, value in wanted.items():
        found = [one for one in found if getattr(one, name) == value]
    return found


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
    statuses, findings, claims, missing = (
        Counter(map(_OF[name], found)) for name in ("status", "findings", "claimed", "missing_control")
    )
    return Counts(
        total=len(found), in_review=statuses["in_review"], draft=statuses["draft"], blocked=findings["blocked"],
        warned=findings["warned"], clean=findings["none"], missing_control=missing[True], mine=claims["mine"],
        unclaimed=claims["unclaimed"],
    )  # fmt: skip


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
    found = variant.findings
    blocking = sum([one["severity"] == "block" for one in found]) if found else 0
    campaign, audience = variant.campaign_id, variant.audience_slug
    control = campaign is not None and audience is None
    missing = control and (campaign, variant.channel, variant.locale) not in controls
    warnings = len(found) - blocking
    return Waiting(
        (-blocking, -warnings, not missing, variant.created_at.timestamp(), str(variant.id)), variant.id, campaign,
        CONTROL if control else audience if campaign else None, variant.channel, variant.locale, variant.status,
        _claim_of(variant, actor, now), "blocked" if blocking else "warned" if warnings else "none",
        variant.generator, blocking, warnings, missing,
    )  # fmt: skip
