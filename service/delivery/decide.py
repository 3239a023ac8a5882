"""Which copy a reader gets: down the ladder, from the exact audience to nothing at all. Pure.

The exact audiences come first, in the campaign's order, then their parents, then the campaign's control; a locale of
the reader's own comes before the campaign's. Within a rung each variant draws a number from growthbook's hash of the
reader, the campaign and the placement, and the highest wins (weighted rendezvous hashing, Schindelhauer and Schomaker
2005: -ln(u) / w, the least): the same reader gets the same variant, and one more variant moves only those who get it.

A campaign may leave out a share of the leads to whom it would have had something to say. Who that is, another hash of
the lead and the campaign tells, for each channel and placement alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from growthbook.core import fnv1a32, gbhash

from service.delivery.models import Ask, Candidate, Choice, LeadView, Reason, Rung, Shelved
from service.leads.models import Channel
from service.types import Locale

WRITTEN_TO: frozenset[Channel] = frozenset(("email", "push", "sms", "whatsapp"))
"""Channels in which a lead is written to, and must have agreed to that; the others are places it comes to."""


REFUSED = Choice(None, "none", "platform_refuses")
"""What becomes of a choice that the platform asked for has no way to write."""


class _Step(NamedTuple):
    rung: Rung
    audience: str | None


def decide(shelved: Shelved, lead: LeadView | None, ask: Ask, now: float, *, fresh: bool) -> Choice:
    """What to say at `now`, seconds since the epoch. Without `fresh`, nothing that states a fact."""
    choice = _chosen(shelved, lead, ask, now, fresh=fresh)
    if choice.candidate is not None and lead is not None and held_out(shelved.id, lead.salt, shelved.holdout):
        return Choice(None, "none", "holdout", choice.audience)
    return choice


def held_out(campaign: UUID, salt: str, share: float) -> bool:
    """Whether the lead that `salt` stands for gets nothing of that campaign, so that the others can be compared with
    it. It draws a number of its own, which has nothing to do with the variants' draws; a share takes the lowest."""
    drawn = gbhash(f"holdout:{campaign}", salt, 2) if share > 0 else None
    return drawn is not None and drawn < share


def _chosen(shelved: Shelved, lead: LeadView | None, ask: Ask, now: float, *, fresh: bool) -> Choice:
    """What there is to say, or why there is nothing."""
    if refused := _refused(shelved, lead, ask, now):
        return Choice(None, "none", refused)
    who = _who(shelved, lead, ask)
    reason: Reason = "nothing_approved"
    for locale in _locales(shelved, lead):
        by_audience = shelved.candidates.get((ask.channel, locale), {})
        steps = list(_ladder(shelved, lead, ask))
        for place, step in enumerate(steps):
            offered = by_audience.get(step.audience, ())
            standing = [one for one in offered if one.opens <= now < one.closes and (fresh or not one.factual)]
            if standing:
                first, *others = _drawn(standing, who)
                later = (one for after in steps[place + 1 :] for one in by_audience.get(after.audience, ()))
                nearest = next(iter(others), None) or next(later, None)
                share = first.weight / sum(one.weight for one in standing)
                alternative = nearest.variant if nearest else None
                return Choice(first, step.rung, None, step.audience, share, alternative, standing)
            if offered:
                reason = "behind" if any(one.opens <= now < one.closes for one in offered) else "nothing_stands"
    return Choice(None, "none", reason)


def _refused(shelved: Shelved, lead: LeadView | None, ask: Ask, now: float) -> Reason | None:
    """Why nothing may be said, whatever there is."""
    if not shelved.live:
        return "paused"
    if now < shelved.opens:
        return "not_started"
    if now >= shelved.closes:
        return "ended"
    if ask.channel in WRITTEN_TO:
        if lead is None:
            return "unknown_recipient" if shelved.unknown_recipient == "skip" else None
        return None if ask.channel in lead.may else "no_consent"
    return None


def _locales(shelved: Shelved, lead: LeadView | None) -> Sequence[Locale]:
    if lead is None or lead.locale == shelved.locale:
        return (shelved.locale,)
    return (lead.locale, shelved.locale)


def _ladder(shelved: Shelved, lead: LeadView | None, ask: Ask) -> Iterator[_Step]:
    """The rungs for that reader, each audience once."""
    mine = (lead.audiences if lead else frozenset()).union(ask.context)
    exact = [slug for slug in shelved.audiences if slug in mine]
    seen = set(exact)
    for slug in exact:
        yield _Step("audience", slug)
    for slug in exact:
        parent = shelved.parents.get(slug)
        while parent is not None and parent not in seen:
            seen.add(parent)
            yield _Step("parent", parent)
            parent = shelved.parents.get(parent)
    yield _Step("control", None)


def _who(shelved: Shelved, lead: LeadView | None, ask: Ask) -> int:
    """The reader in this campaign and placement: growthbook's hash, 32 bits."""
    name = lead.salt if lead else ask.recipient or ",".join(ask.context)
    return fnv1a32(f"{shelved.slug}{ask.placement or ''}{name}")


def _drawn(standing: Sequence[Candidate], who: int) -> Sequence[Candidate]:
    """The candidates in the order in which that reader gets them."""
    if len(standing) == 1:
        return standing
    return sorted(standing, key=lambda one: (_draw(one.variant.int, who, one.weight), one.variant.int))


def _draw(variant: int, who: int, weight: float) -> float:
    """Hashing the reader takes time for each letter, so it is done once and mixed with each variant (the finaliser of
    MurmurHash3, which is a bijection: no reader is more likely to draw anything than another)."""
    mixed = who ^ (variant & 0xFFFFFFFF)
    mixed = ((mixed ^ mixed >> 16) * 0x85EBCA6B) & 0xFFFFFFFF
    mixed = ((mixed ^ mixed >> 13) * 0xC2B2AE35) & 0xFFFFFFFF
    return -math.log(((mixed ^ mixed >> 16) + 0.5) / 0x100000000) / weight
