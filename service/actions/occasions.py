"""What a message is for, and what names an occasion so that it is answered once: a cart, a year, a date, a stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from service.actions.models import Occasion, TriggerKind
from service.profile.models import Value
from service.profile.store import Subject

BIRTHDAY_DAYS = 6
RENEWAL_DAYS = 30
AT_RISK_DAYS = 60
NEW_DAYS = 14


class Named(NamedTuple):
    """An occasion by a name that it keeps, and the names of the attributes that tell of it. `once` is what must still
    be so for the occasion to last."""

    name: str
    known: tuple[str, ...]
    once: str


def occasion_now(values: Mapping[str, Value]) -> Occasion:
    """The most urgent occasion that may be seen."""
    if _number(values, "cart_items", 0) > 0:
        return "cart"
    if 0 <= _number(values, "days_to_renewal", -1) <= RENEWAL_DAYS:
        return "renewal"
    if 0 <= _number(values, "days_to_birthday", -1) <= BIRTHDAY_DAYS:
        return "birthday"
    if _number(values, "days_since_last_order", 0) >= AT_RISK_DAYS:
        return "at_risk"
    if _number(values, "days_since_created", NEW_DAYS + 1) <= NEW_DAYS and not values.get("orders"):
        return "new"
    return "discover"


def named(kind: TriggerKind, subject: Subject, values: Mapping[str, Value], now: datetime) -> Named | None:
    """The occasion of that kind that a lead has now, None where it has none, or none that may be seen.

    `values` are what may choose for the lead, and `now` is in the workspace's time zone.
    """
    return _NAMED[kind](subject, values, now)


def lasts(kind: TriggerKind, name: str, subject: Subject, values: Mapping[str, Value], now: datetime) -> bool:
    """Whether an occasion that was named earlier is still there, and still the same."""
    found = named(kind, subject, values, now)
    return found is not None and name.startswith(found.once)


def _cart(subject: Subject, values: Mapping[str, Value], _: datetime) -> Named | None:
    """The moment at which the cart was last changed: another product makes another occasion."""
    cart = subject.history.cart()
    if cart is None or _number(values, "cart_items", 0) <= 0:
        return None
    changed = datetime.fromtimestamp(cart.changed // 1000, UTC)
    return _whole(f"cart:{changed:%Y-%m-%dT%H:%M:%SZ}", "cart_items", "cart_age_hours")


def _birthday(_: Subject, values: Mapping[str, Value], now: datetime) -> Named | None:
    """The year of the birthday, which is next year's for one in January that comes near in December."""
    day = _day(values, "days_to_birthday", now)
    return _whole(f"birthday:{day:%Y}", "days_to_birthday") if day else None


def _renewal(_: Subject, values: Mapping[str, Value], now: datetime) -> Named | None:
    """The date of the renewal."""
    day = _day(values, "days_to_renewal", now)
    return _whole(f"renewal:{day:%Y-%m-%d}", "days_to_renewal") if day else None


def _at_risk(subject: Subject, values: Mapping[str, Value], now: datetime) -> Named | None:
    """The day of the last order or, of those who never ordered, of the last visit."""
    for attribute, tally in (("days_since_last_order", "orders"), ("days_since_last_visit", "visits")):
        found = subject.history.tally(tally)
        if attribute in values and found is not None:
            day = datetime.fromtimestamp(found.last / 1000, now.tzinfo)
            return _whole(f"at_risk:{tally}:{day:%Y-%m-%d}", attribute)
    return None


def _stage(subject: Subject, values: Mapping[str, Value], now: datetime) -> Named | None:
    """The stage and the day on which it was reached, today for one that only a trait tells. It lasts while the lead is
    in the stage."""
    stage = values.get("funnel_stage")
    if not isinstance(stage, str):
        return None
    source, stated, orders = values.get("funnel_stage_source"), subject.history.stage(), subject.history.tally("orders")
    day = now
    if source == "orders" and orders is not None:
        day = datetime.fromtimestamp(orders.first / 1000, now.tzinfo)
    elif source != "traits" and stated is not None:
        day = datetime.fromtimestamp(stated.at / 1000, now.tzinfo)
    return Named(f"stage:{stage}:{day:%Y-%m-%d}", ("funnel_stage",), f"stage:{stage}:")


_NAMED: dict[TriggerKind, Callable[[Subject, Mapping[str, Value], datetime], Named | None]] = {
    "cart_abandoned": _cart,
    "birthday": _birthday,
    "renewal": _renewal,
    "stage_change": _stage,
    "at_risk": _at_risk,
}


def _whole(name: str, *known: str) -> Named:
    return Named(name, known, name)


def _day(values: Mapping[str, Value], attribute: str, now: datetime) -> datetime | None:
    days = values.get(attribute)
    return now + timedelta(days=days) if isinstance(days, int) and abs(days) < 366_000 else None


def _number(values: Mapping[str, Value], attribute: str, otherwise: float) -> float:
    found = values.get(attribute)
    return found if isinstance(found, int | float) else otherwise
