"""How recently, how often and for how much: visits, orders, money."""

from __future__ import annotations

from datetime import date

from service.profile.history import Tally
from service.profile.models import Known
from service.profile.view import Computed, View, day_of, known


def days_since_last_visit(view: View) -> Known | None:
    """Days since the last page view or shop event."""
    visits = view.visits
    return _days_since(view, visits, "last visit") if visits else None


def days_since_last_order(view: View) -> Known | None:
    """Days since the last order."""
    orders = view.orders
    return _days_since(view, orders, "last order") if orders else None


def days_since_created(view: View) -> Known | None:
    """Days since the lead became known: as it says itself (`createdAt`), else since we have it."""
    stated = day_of(view.traits.get("created_at"))
    if stated is not None and stated <= view.at.today:
        return known((view.at.today - stated).days, f"created on {stated}, says the trait created_at", view.tonight)
    first = view.at.date_of(view.subject.lead.created_at)
    return _days(view, first, f"known here since {first}")


def visits(view: View) -> Known | None:
    """Page views of all time."""
    found = view.visits
    return known(found.total, _told(view, found, "page views")) if found and found.total else None


def visits_30d(view: View) -> Known | None:
    """Page views of the last 30 days, today among them."""
    return _window(view, view.visits, 30, "page views")


def orders(view: View) -> Known | None:
    """Orders of all time."""
    found = view.orders
    return known(found.total, _told(view, found, "orders")) if found else None


def orders_365d(view: View) -> Known | None:
    """Orders of the last 365 days, today among them."""
    return _window(view, view.orders, 365, "orders")


def spent(view: View) -> Known | None:
    """What all orders came to, refunds taken off."""
    if view.orders is None or view.money is None:
        return None
    return known(max(view.money.total, 0) / 100, f"{_told(view, view.orders, 'orders')}, refunds taken off")


def spent_365d(view: View) -> Known | None:
    """What the orders of the last 365 days came to, refunds taken off."""
    money = view.money
    cents = money.since(view.at.since(365)) if money else 0
    if money is None or cents <= 0:
        return None
    return known(cents / 100, "orders of the last 365 days, refunds taken off", view.tonight)


def average_order(view: View) -> Known | None:
    """What an order came to on average, refunds taken off."""
    if view.orders is None or view.money is None:
        return None
    average = max(view.money.total, 0) / view.orders.total / 100
    return known(round(average, 2), f"{_told(view, view.orders, 'orders')}, refunds taken off")


def _window(view: View, tally: Tally | None, days: int, what: str) -> Known | None:
    count = tally.since(view.at.since(days)) if tally else 0
    return known(count, f"{what} of the last {days} days", view.tonight) if count else None


def _days_since(view: View, tally: Tally, what: str) -> Known:
    last = view.at.day_of(tally.last)
    return _days(view, last, f"{what} on {last}")


def _days(view: View, day: date, basis: str) -> Known:
    """Days until today, none for a day that is yet to come."""
    days = (view.at.today - day).days
    if days >= 0:
        return known(days, basis, view.tonight)
    return known(0, basis, view.at.starts(day) or view.tonight)


def _told(view: View, tally: Tally, what: str) -> str:
    return f"{tally.total} {what} since {view.at.day_of(tally.first)}, last on {view.at.day_of(tally.last)}"


ATTRIBUTES = (
    Computed("days_since_last_visit", "number", days_since_last_visit),
    Computed("days_since_last_order", "number", days_since_last_order),
    Computed("days_since_created", "number", days_since_created),
    Computed("visits", "number", visits),
    Computed("visits_30d", "number", visits_30d),
    Computed("orders", "number", orders),
    Computed("orders_365d", "number", orders_365d),
    Computed("spent", "number", spent),
    Computed("spent_365d", "number", spent_365d),
    Computed("average_order", "number", average_order),
)
