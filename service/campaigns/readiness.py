"""Whether a campaign is ready: how many leads stand on which rung, channel by channel, and what is missing. Pure.

It is decided as if the campaign were live now, by the same function that decides when copy is asked for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pydantic import BaseModel

from service.campaigns.models import Campaign, Status
from service.delivery.decide import decide
from service.delivery.models import Ask, LeadView, Shelved
from service.variants.models import StoredVariant


class Rungs(BaseModel):
    """How many leads get what. `none` is told by its reasons; `audiences` are the leads that each audience's copy
    serves, as itself or as a parent."""

    audience: int = 0
    parent: int = 0
    control: int = 0
    none: int = 0
    reasons: dict[str, int] = {}
    audiences: dict[str, int] = {}


class ChannelReadiness(BaseModel):
    """A channel: who gets what, and what is missing. `without_variant` are audiences that nothing approved is for."""

    channel: str
    control: bool
    rungs: Rungs
    without_variant: list[str]
    drafts: int
    in_review: int
    quarantined: int


class Readiness(BaseModel):
    """A campaign as it would serve now. `ready` where each channel has its control; `complete` is false while leads
    are still being read, and `leads` are those that have been. `holdout` is the share of the leads on any rung that get
    nothing on purpose; they are counted on their rungs."""

    campaign: str
    status: Status
    ready: bool
    leads: int
    complete: bool
    unknown_audiences: list[str]
    holdout: float
    channels: list[ChannelReadiness]


class Crowded(NamedTuple):
    """Leads that stand on the same rung: what that depends on, and how many there are."""

    view: LeadView
    leads: int


def alike(views: Iterable[LeadView]) -> list[Crowded]:
    """The leads, in groups for which deciding is the same: there are few, however many leads there are."""
    first: dict[tuple[object, ...], LeadView] = {}
    counts: Counter[tuple[object, ...]] = Counter()
    for view in views:
        same = (view.audiences, view.locale, view.may)
        first.setdefault(same, view)
        counts[same] += 1
    return [Crowded(view, counts[same]) for same, view in first.items()]


def rungs(shelved: Shelved, channel: str, leads: Sequence[Crowded], now: float) -> Rungs:
    """Who would get what in that channel, were the campaign live at `now` and nobody held out."""
    live = replace(shelved, live=True, opens=-math.inf, closes=math.inf, holdout=0.0)
    steps: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    audiences: Counter[str] = Counter()
    for view, count in leads:
        choice = decide(live, view, Ask(channel), now, fresh=True)
        steps[choice.rung] += count
        if choice.reason is not None:
            reasons[choice.reason] += count
        if choice.audience is not None:
            audiences[choice.audience] += count
    return Rungs(**steps, reasons=dict(reasons), audiences=dict(audiences))


def readiness(
    campaign: Campaign,
    shelved: Shelved,
    leads: Sequence[Crowded],
    variants: Sequence[StoredVariant],
    without_control: Sequence[str],
    now: float,
    *,
    complete: bool,
) -> Readiness:
    """All of it."""
    states: Mapping[str, Counter[str]] = {name: Counter() for name in campaign.channels}
    for variant in variants:
        if variant.channel in states:
            states[variant.channel][variant.status] += 1
    channels = [
        ChannelReadiness(
            channel=name, control=name not in without_control, rungs=rungs(shelved, name, leads, now),
            without_variant=_bare(campaign, variants, name), drafts=states[name]["draft"],
            in_review=states[name]["in_review"], quarantined=states[name]["quarantined"],
        )
        for name in campaign.channels
    ]  # fmt: skip
    return Readiness(
        campaign=campaign.slug, status=campaign.status, ready=not without_control,
        leads=sum(one.leads for one in leads), complete=complete,
        unknown_audiences=[slug for slug in campaign.audiences if slug not in shelved.parents],
        holdout=campaign.settings.holdout, channels=channels,
    )  # fmt: skip


def _bare(campaign: Campaign, variants: Sequence[StoredVariant], channel: str) -> list[str]:
    served = {one.audience_slug for one in variants if one.channel == channel and one.serving is not None}
    return [slug for slug in campaign.audiences if slug not in served]
