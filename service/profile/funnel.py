"""Where a lead is in the funnel: the stage in our words, as its source spells it, and who says so.

The last `Funnel Stage Changed` is believed, else a trait. Who has ordered since is at least a customer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from service.imports.cells import fold
from service.leads.headings import STAGES
from service.profile.models import Known
from service.profile.view import Computed, View, known

_TRAITS = ("lifecycle_stage", "lifecyclestage", "funnel_stage", "estagio_no_funil", "estagio_do_funil", "estagio")
TOLD_BY = dict.fromkeys(("funnel_stage", "funnel_stage_raw", "funnel_stage_source"), _TRAITS)
_REACHED = ("customer", "evangelist")


class Stage(NamedTuple):
    """A stage with where it comes from."""

    stage: str
    raw: str | None
    source: str
    basis: str


def funnel_stage(view: View) -> Known | None:
    """One of subscriber, lead, mql, sql, opportunity, customer, evangelist, other."""
    found = _stage(view)
    return known(found.stage, found.basis) if found else None


def funnel_stage_raw(view: View) -> Known | None:
    """As its source spells it."""
    found = _stage(view)
    return known(found.raw, found.basis) if found and found.raw else None


def funnel_stage_source(view: View) -> Known | None:
    """Who says so: the source of an event, `traits`, or `orders`."""
    found = _stage(view)
    return known(found.source, found.basis) if found else None


def _stage(view: View) -> Stage | None:
    stated, at = _stated(view)
    orders = view.orders
    if orders and orders.last > at and (stated is None or stated.stage not in _REACHED):
        day = view.at.day_of(orders.last)
        return Stage("customer", stated.raw if stated else None, "orders", f"ordered on {day}")
    return stated


def _stated(view: View) -> tuple[Stage | None, int]:
    """The stage that somebody stated, and when; traits do not say when, so any order came after them."""
    if event := view.stage:
        stage = Stage(canonical(event.stage), event.raw, event.source, f"stated on {view.at.day_of(event.at)}")
        return stage, event.at
    for name in _TRAITS:
        value = view.traits.get(name)
        if isinstance(value, str) and value:
            raw = view.traits.get(f"{name}_raw")
            return Stage(canonical(value), raw if isinstance(raw, str) else value, "traits", f"trait {name}"), -1
    return None, -1


@lru_cache(maxsize=4_096)
def canonical(stage: str) -> str:
    """A stage in our words: `Lead Qualificado` is `mql`; what nobody knows is `other`."""
    return STAGES.get(fold(stage[:100]), "other")


ATTRIBUTES = (
    Computed("funnel_stage", "text", funnel_stage),
    Computed("funnel_stage_raw", "text", funnel_stage_raw),
    Computed("funnel_stage_source", "text", funnel_stage_source),
)
