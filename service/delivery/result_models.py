"""What a campaign brought, as far as one can be sure: rates with their intervals, and what follows from them. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from service.leads.models import Channel
from service.types import Locale

Told = Literal["nothing", "alone", "early", "ahead", "behind", "alike", "open"]
HoldoutTold = Literal["none", "early", "brings", "costs", "alike", "open"]


class Rate(BaseModel):
    """`count` of `of`, and the interval (Wilson) in which the true rate lies in 95 of 100 cases; null of nothing."""

    count: int
    of: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Difference(BaseModel):
    """How much higher a rate is than another one's: 0.01 is one point. The interval (Newcombe) is as wide as all the
    comparisons of the answer together need it."""

    value: float
    low: float
    high: float


class Lead(BaseModel):
    """By how much the leading variant is ahead of another one of the same place."""

    variant_id: UUID
    name: str
    by: Difference


class VariantResult(BaseModel):
    """A variant. `name` is its letter in its place, by age. `shown` is what its rates are of: what was sent in channels
    in which leads are written to, what was seen elsewhere. `rungs` tell on which rungs it was said."""

    variant_id: UUID
    name: str
    angle: str
    generator: str
    status: str
    shown: int
    rungs: dict[str, int]
    clicks: Rate
    conversions: Rate
    unsubscribes: Rate
    orders: int
    revenue: dict[str, Decimal] = Field(default_factory=dict, description="By currency.")


class Verdict(BaseModel):
    """What can be said of the variants of a place, by people's clicks.

    `nothing`: none was shown. `alone`: there is one variant, so nothing to compare. `early`: too few were shown.
    `ahead`: the best is ahead of all others. `behind`: some are surely behind the best (`retire`). `alike`: no two are
    more than a point apart. `open`: no difference can be told yet. `more` is about how many more it takes to tell a
    difference of a point. `unsubscribes`: the best one also has surely more of those."""

    told: Told
    best: str | None = None
    leads: list[Lead] = Field(default_factory=list)
    retire: list[str] = Field(default_factory=list)
    more: int = 0
    unsubscribes: bool = False


class PlaceResult(BaseModel):
    """The variants of one audience (null: the control) in a channel and a locale. Who gets which of them is drawn by
    lot, so they can be compared; `against_control` compares different readers, and says nothing of the copy alone."""

    channel: Channel
    locale: Locale
    audience: str | None
    variants: list[VariantResult]
    clicks: Rate
    conversions: Rate
    verdict: Verdict
    against_control: Difference | None = None


class SideResult(BaseModel):
    """Leads that were treated alike, and how many of them bought."""

    leads: int
    buyers: Rate
    orders: int
    revenue: dict[str, Decimal]


class HoldoutResult(BaseModel):
    """What the campaign brings: who got something beside who was left out by lot. `none`: nobody was left out."""

    told: HoldoutTold
    held_out: SideResult
    served: SideResult
    difference: Difference | None = None
    more: int = 0


class Results(BaseModel):
    """All of a campaign. `comparisons` is how many differences are told: intervals of differences are as wide as it
    takes for all of them to be right together in 95 of 100 cases."""

    campaign: str
    comparisons: int
    least_shown: int
    apart: float
    places: list[PlaceResult]
    holdout: HoldoutResult
