"""What a lead looks at, puts into the cart and buys: an interest counts half after 30 days."""

from __future__ import annotations

from collections.abc import Sequence

from service.profile.models import Known
from service.profile.view import Computed, View, known


def top_category(view: View) -> Known | None:
    """The category of most interest."""
    return _first(view.categories)


def top_product(view: View) -> Known | None:
    """The product of most interest."""
    return _first(view.products)


def top_categories(view: View) -> Known | None:
    """The five categories of most interest, strongest first."""
    return _all(view.categories)


def top_products(view: View) -> Known | None:
    """The five products of most interest, strongest first."""
    return _all(view.products)


def _first(found: Sequence[str]) -> Known | None:
    return known(found[0], _BASIS) if found else None


def _all(found: Sequence[str]) -> Known | None:
    return known(list(found), _BASIS) if found else None


_BASIS = "seen, put into the cart and bought; counts half after 30 days"
ATTRIBUTES = (
    Computed("top_category", "text", top_category),
    Computed("top_product", "text", top_product),
    Computed("top_categories", "list", top_categories),
    Computed("top_products", "list", top_products),
)
