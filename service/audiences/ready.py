"""Audiences that most shops want, ready to be adopted and then changed. Pure data, and abandoned carts by category."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from service.audiences.models import AudienceInput, Condition
from service.audiences.wordings import WORDINGS
from service.types import Locale

STAGES = ("subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other")
CART = "abandoned-cart"
MOST_CATEGORIES = 50

_CONDITIONS: Mapping[str, Condition] = {
    "customers": {"orders": {"$gte": 1}},
    CART: {"cart_items": {"$gt": 0}, "cart_age_hours": {"$gte": 1, "$lt": 168}},
    f"{CART}-1-day": {"cart_items": {"$gt": 0}, "cart_age_hours": {"$gte": 1, "$lt": 24}},
    f"{CART}-3-days": {"cart_items": {"$gt": 0}, "cart_age_hours": {"$gte": 24, "$lt": 72}},
    "birthday-week": {"days_to_birthday": {"$exists": True, "$lte": 6}},
    "birthday-today": {"days_to_birthday": 0},
    "renewal": {"days_to_renewal": {"$gte": 0, "$lte": 30, "$exists": True}},
    "new": {"days_since_created": {"$exists": True, "$lte": 14}},
    "loyal": {"orders_365d": {"$gte": 3}},
    "at-risk": {
        "days_since_last_order": {"$gte": 60, "$lte": 180},
        "$or": [{"days_since_last_visit": {"$gt": 30}}, {"days_since_last_visit": {"$exists": False}}],
    },
    "lapsed": {"days_since_last_order": {"$gt": 180}},
    **{f"stage-{stage}": {"funnel_stage": stage} for stage in STAGES},
}
_PARENTS = {
    f"{CART}-1-day": CART,
    f"{CART}-3-days": CART,
    "birthday-today": "birthday-week",
    "loyal": "customers",
    "at-risk": "customers",
    "lapsed": "customers",
}


def ready(locale: Locale, categories: Sequence[str] = ()) -> dict[str, AudienceInput]:
    """Every ready-made audience by its slug, parents before their children, named in that locale.

    Each category adds `abandoned-cart-<category>`, for carts that hold something of it.
    """
    names = WORDINGS[locale].audiences
    found = {
        slug: AudienceInput(
            slug=slug, name=names[slug], condition=condition, parent=_PARENTS.get(slug), origin="ready"
        )
        for slug, condition in _CONDITIONS.items()
    }  # fmt: skip
    for category in categories:
        slug = f"{CART}-{slug_of(category)}"[:63].rstrip("-")
        found[slug] = AudienceInput(
            slug=slug,
            name=names["abandoned-cart-category"].replace("{}", category),
            condition=_CONDITIONS[CART] | {"cart_categories": {"$in": [category]}},
            parent=CART,
            origin="ready",
        )
    return found


def with_parents(slugs: Sequence[str], among: Mapping[str, AudienceInput]) -> list[str]:
    """Those slugs and the parents that they need, parents first."""
    wanted: dict[str, None] = {}
    for slug in slugs:
        line = [slug]
        while (parent := among[line[0]].parent) is not None:
            line.insert(0, parent)
        wanted |= dict.fromkeys(line)
    return list(wanted)


def slug_of(text: str) -> str:
    """A text as part of an address: `Café & Chá` is `cafe-cha`. Empty where it has no letter that fits."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
