"""What follows from a campaign's outcomes: which variant to keep, or how much is missing to tell. Pure.

Only variants of the same place are compared as copy, since only there a lot decides who gets which. Opens are in none
of it. All differences share one family (Bonferroni), however many places there are, so that a large campaign does not
find a winner by chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Literal, NamedTuple, cast
from uuid import UUID

from service.delivery.decide import WRITTEN_TO
from service.delivery.intervals import Interval, difference, needed, wilson, z_of
from service.delivery.outcome_models import HeldOut, OutcomeRow, Side
from service.delivery.result_models import (
    Difference,
    HoldoutResult,
    HoldoutTold,
    Lead,
    PlaceResult,
    Rate,
    Results,
    SideResult,
    Told,
    VariantResult,
    Verdict,
)
from service.leads.models import Channel
from service.variants.models import StoredVariant

LEAST_SHOWN = 100
"""Of fewer than that nothing is said, however different they look."""

APART = 0.01
"""The smallest difference that matters: one point."""

_ONE = z_of()


class _Place(NamedTuple):
    channel: str
    locale: str
    audience: str | None


def results_of(
    campaign: str, rows: Iterable[OutcomeRow], variants: Mapping[UUID, StoredVariant], held: HeldOut
) -> Results:
    """All of it: the audiences in their order by name, the control last."""
    grouped: dict[_Place, dict[UUID, list[OutcomeRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if (variant := variants.get(row.variant_id)) is not None:
            place = _Place(variant.channel, variant.locale, variant.audience_slug)
            grouped[place][variant.id].append(row)
    places = {place: _variants(mine, variants) for place, mine in grouped.items()}
    controls = {place: _sum(ours, "clicks") for place, ours in places.items() if place.audience is None}
    compared = {place: controls.get(place._replace(audience=None)) for place in places if place.audience is not None}
    comparisons = (
        sum(len(ours) * (len(ours) - 1) // 2 for ours in places.values())
        + sum(control is not None for control in compared.values())
        + (held.held_out.leads > 0)
    )
    z = z_of(comparisons)
    told = [_place(place, ours, compared.get(place), z) for place, ours in sorted(places.items(), key=_order)]
    return Results(
        campaign=campaign, comparisons=comparisons, least_shown=LEAST_SHOWN, apart=APART, places=told,
        holdout=holdout_of(held, z),
    )  # fmt: skip


def verdict(variants: Sequence[VariantResult], z: float) -> Verdict:
    """What people's clicks say of variants between which a lot decides; `z` is that of all comparisons together."""
    seen = [one for one in variants if one.shown > 0]
    if not seen:
        return Verdict(told="nothing")
    if len(seen) == 1:
        return Verdict(told="alone", best=seen[0].name)
    best, *others = sorted(seen, key=lambda one: (-(one.clicks.value or 0.0), one.name))
    more = _missing(best.clicks, others[0].clicks, z)
    if min(one.shown for one in seen) < LEAST_SHOWN:
        return Verdict(told="early", best=best.name, more=max(more, _to_begin(seen)))
    leads = [Lead(variant_id=one.variant_id, name=one.name, by=_apart(best.clicks, one.clicks, z)) for one in others]
    retire = [one.name for one in leads if one.by.low > 0]
    told: Told = "open"
    if retire:
        told = "ahead" if len(retire) == len(leads) else "behind"
    elif all(_within(one.clicks, other.clicks, z) for one, other in combinations(seen, 2)):
        told = "alike"
    return Verdict(
        told=told, best=best.name, leads=leads, retire=retire, more=more if told in ("open", "behind") else 0,
        unsubscribes=any(_apart(best.unsubscribes, one.unsubscribes, z).low > 0 for one in others),
    )  # fmt: skip


def holdout_of(held: HeldOut, z: float) -> HoldoutResult:
    """What the campaign brings, by the share of leads who buy."""
    out, served = _side(held.held_out), _side(held.served)
    if not out.leads:
        return HoldoutResult(told="none", held_out=out, served=served)
    more = _missing(served.buyers, out.buyers, z)
    if min(out.leads, served.leads) < LEAST_SHOWN:
        return HoldoutResult(told="early", held_out=out, served=served, more=max(more, LEAST_SHOWN - out.leads))
    apart = _apart(served.buyers, out.buyers, z)
    told: HoldoutTold = "open"
    if apart.low > 0 or apart.high < 0:
        told = "brings" if apart.low > 0 else "costs"
    elif _within(served.buyers, out.buyers, z):
        told = "alike"
    return HoldoutResult(
        told=told, held_out=out, served=served, difference=apart, more=more if told == "open" else 0
    )  # fmt: skip


def rate(count: int, of: int) -> Rate:
    """A rate with its interval. More clicks than views that told of themselves only mean that views did not."""
    of = max(count, of)
    found = wilson(count, of, _ONE)
    return Rate(count=count, of=of) if found is None else Rate(count=count, of=of, **found._asdict())


def shown(channel: str, row: OutcomeRow) -> int:
    """What was sent where leads are written to, since nothing tells of its being read; what was seen elsewhere."""
    return row.decisions if cast("Channel", channel) in WRITTEN_TO else max(row.exposures, row.clicks)


def rounded(count: int) -> int:
    """About so many: two figures, upwards."""
    digits: int = 10 ** max(len(str(count)) - 2, 0)
    return -(-count // digits) * digits


def _place(place: _Place, ours: list[VariantResult], control: Rate | None, z: float) -> PlaceResult:
    clicks = _sum(ours, "clicks")
    told = {"clicks": clicks, "conversions": _sum(ours, "conversions"), "variants": ours, "verdict": verdict(ours, z)}
    against = _apart(clicks, control, z) if control is not None and control.of and clicks.of else None
    return PlaceResult.model_validate(place._asdict() | told | {"against_control": against})


def _variants(mine: Mapping[UUID, Sequence[OutcomeRow]], variants: Mapping[UUID, StoredVariant]) -> list[VariantResult]:
    oldest_first = sorted(mine, key=lambda id_: (variants[id_].created_at, str(id_)))
    return [_variant(variants[id_], _letters(place), mine[id_]) for place, id_ in enumerate(oldest_first)]


def _variant(variant: StoredVariant, name: str, rows: Sequence[OutcomeRow]) -> VariantResult:
    rungs = {str(row.rung): shown(variant.channel, row) for row in rows}
    of = sum(rungs.values())
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        for currency, value in row.revenue.items():
            revenue[currency] += value
    return VariantResult(
        variant_id=variant.id, name=name, angle=variant.angle, generator=variant.generator, status=variant.status,
        shown=of, rungs=rungs, clicks=rate(sum(row.clicks for row in rows), of),
        conversions=rate(sum(row.converted for row in rows), of),
        unsubscribes=rate(sum(row.unsubscribes for row in rows), of),
        orders=sum(row.conversions for row in rows), revenue=dict(revenue),
    )  # fmt: skip


def _side(side: Side) -> SideResult:
    return SideResult(
        leads=side.leads, buyers=rate(side.converted, side.leads), orders=side.conversions, revenue=side.revenue
    )


def _sum(ours: Sequence[VariantResult], kind: Literal["clicks", "conversions"]) -> Rate:
    rates = [one.clicks if kind == "clicks" else one.conversions for one in ours]
    return rate(sum(one.count for one in rates), sum(one.of for one in rates))


def _apart(one: Rate, other: Rate, z: float) -> Difference:
    """How far the one is above the other. Of nothing anything may be true."""
    everything = Interval(0.0, 0.0, 1.0)
    mine, theirs = (wilson(rate.count, rate.of, z) or everything for rate in (one, other))
    return Difference(**difference(mine, theirs)._asdict())


def _within(one: Rate, other: Rate, z: float) -> bool:
    """Whether the two are surely no point apart."""
    apart = _apart(one, other, z)
    return apart.low > -APART and apart.high < APART


def _missing(one: Rate, other: Rate, z: float) -> int:
    """About how many more it takes in both together to tell a point apart, from the lower of the two rates."""
    each = needed(min(one.value or 0.0, other.value or 0.0), APART, z)
    return rounded(max(0, each - one.of) + max(0, each - other.of))


def _to_begin(seen: Sequence[VariantResult]) -> int:
    return sum(max(0, LEAST_SHOWN - one.shown) for one in seen)


def _order(item: tuple[_Place, Sequence[VariantResult]]) -> tuple[str, bool, str, str]:
    place = item[0]
    return place.channel, place.audience is None, place.audience or "", place.locale


def _letters(place: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
