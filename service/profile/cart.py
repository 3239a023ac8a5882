"""What lies in a lead's cart since its last order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.profile.folding import HOUR
from service.profile.history import Cart
from service.profile.models import Known
from service.profile.view import Computed, View, known


def cart_items(view: View) -> Known | None:
    """How many things lie in the cart."""
    cart = view.cart
    return known(sum(line.quantity for line in cart.lines.values()), _told(view, cart)) if cart else None


def cart_value(view: View) -> Known | None:
    """What they come to, as far as events told prices."""
    cart = view.cart
    if cart is None:
        return None
    return known(round(sum(line.quantity * line.price for line in cart.lines.values()), 2), _told(view, cart))


def cart_age_hours(view: View) -> Known | None:
    """Whole hours since something was put in or taken out."""
    cart = view.cart
    if cart is None:
        return None
    hours = max((view.at.millis - cart.changed) // HOUR, 0)
    next_hour = datetime.fromtimestamp(cart.changed / 1000, UTC) + timedelta(hours=hours + 1)
    return known(hours, _told(view, cart), next_hour)


def cart_categories(view: View) -> Known | None:
    """The categories of what lies in the cart."""
    cart = view.cart
    found = sorted({line.category for line in cart.lines.values() if line.category}) if cart else []
    return known(found, _told(view, cart)) if cart and found else None


def cart_products(view: View) -> Known | None:
    """The products in the cart."""
    cart = view.cart
    return known(sorted(cart.lines), _told(view, cart)) if cart else None


def _told(view: View, cart: Cart) -> str:
    return f"cart last changed on {view.at.day_of(cart.changed)}"


ATTRIBUTES = (
    Computed("cart_items", "number", cart_items),
    Computed("cart_value", "number", cart_value),
    Computed("cart_age_hours", "number", cart_age_hours),
    Computed("cart_categories", "list", cart_categories),
    Computed("cart_products", "list", cart_products),
)
