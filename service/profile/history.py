"""What a lead has done, folded so far that everything computed of it can be read without its events.

What is kept is small: totals, the newest hours in which something happened, the strongest interests, the cart since
the last order. It is trimmed only when it is saved (`data`). The newest of anything are the same whenever the older
ones are dropped; only an interest that was among the weakest of more than thirty begins anew after it was dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

import orjson

from service.events.models import Event
from service.profile.folding import (
    Data,
    count,
    item_of,
    items_of,
    like,
    millis,
    move,
    newest_hours,
    number,
    strongest,
    text,
    tidy,
    told_since,
)

_VIEWED, _PUT, _BOUGHT, _PAGE = 1.0, 3.0, 5.0, 0.5  # how much of an interest each shows
_TALLIES = ("visits", "orders", "money", "clicks")
_SENT = {
    "Email Delivered": "email",
    "SMS Delivered": "sms",
    "Push Notification Delivered": "push",
    "WhatsApp Delivered": "whatsapp",
}
_MOST_NAMES = 20
_FREE, _UNTOLD = (0, 0.0), (0, "")
# what only a visitor does, though only pages are counted as visits
_BROWSING = frozenset(("Product Viewed", "Product Added", "Product Removed", "Cart Viewed", "Checkout Started"))


class Tally(NamedTuple):
    """How often something happened, or how much of it there was: first and last as milliseconds since 1970, and by
    hour."""

    first: int
    last: int
    total: int
    hours: Mapping[str, int]

    def since(self, hour: str) -> int:
        """How much there was in that hour and after it."""
        return sum([amount for name, amount in self.hours.items() if name >= hour])


class Stage(NamedTuple):
    """A stage of the funnel as it was last stated, and when."""

    at: int
    stage: str
    raw: str
    source: str


class Line(NamedTuple):
    """A product that lies in the cart."""

    quantity: int
    price: float
    category: str


class Cart(NamedTuple):
    """What lies in the cart, by product, and when it was last changed."""

    lines: Mapping[str, Line]
    changed: int


class History:
    """A lead's events in brief. The order in which events come in makes no difference."""

    __slots__ = ("_data", "_mine")

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self._mine = not data

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> Self:
        """As it was kept, empty where it never was."""
        return cls(dict(data or {}))

    def add(self, event: Event) -> None:
        """Take in one more event; a robot's leaves no trace."""
        if event.robot or event.type not in ("track", "page"):
            return
        if not self._mine:
            self._data, self._mine = orjson.loads(orjson.dumps(self._data)), True
        at = millis(event.occurred_at)
        if event.type == "page":
            _page(self._data, event, at)
            return
        if name := text(event.name):
            names = self._data.setdefault("events", {})
            names[name] = names.get(name, 0) + 1
        if event.name in _BROWSING:
            count(self._data.setdefault("visits", {}), at, 0)
        if fold := _FOLDS.get(event.name):
            fold(self._data, event, at)

    def data(self) -> dict[str, Any]:
        """As it is kept: plain JSON, which later events leave as it is."""
        data = self._data
        kept = {name: newest_hours(data[name]) for name in _TALLIES if name in data}
        if "sent" in data:
            kept["sent"] = {channel: newest_hours(tally) for channel, tally in sorted(data["sent"].items())}
        kept |= {name: strongest(data[name]) for name in ("categories", "products") if name in data}
        if "cart" in data:
            kept["cart"] = tidy(data["cart"])
        if "stage" in data:
            kept["stage"] = data["stage"]
        if "events" in data:
            kept["events"] = strongest_names(data["events"])
        return kept

    def tally(self, name: str) -> Tally | None:
        """`visits`, `orders`, `money` (in cents), `clicks`: None where there never was any."""
        return _tally(self._data.get(name))

    def sent(self, channel: str) -> Tally | None:
        """The messages that reached the lead in that channel."""
        return _tally(self._data.get("sent", {}).get(channel))

    def events(self) -> Mapping[str, int]:
        """How often the commonest events of the lead happened, by name."""
        found: dict[str, int] = self._data.get("events", {})
        return found

    def strongest(self, kind: str, most: int) -> list[str]:
        """The strongest of the lead's `categories` or `products`, strongest first."""
        interests: Mapping[str, float] = self._data.get(kind, {})
        return sorted(interests, key=lambda name: (-interests[name], name))[:most]

    def stage(self) -> Stage | None:
        """The funnel stage that was stated last."""
        found = self._data.get("stage")
        return Stage(*found) if found else None

    def cart(self) -> Cart | None:
        """What lies in the cart, None where nothing does."""
        cart = self._data.get("cart")
        return _cart(cart) if cart else None


def strongest_names(names: Mapping[str, int]) -> dict[str, int]:
    """The commonest event names, in the order of the alphabet."""
    commonest = sorted(names.items(), key=lambda item: (-item[1], item[0]))[:_MOST_NAMES]
    return dict(sorted(commonest))


def _tally(data: Data | None) -> Tally | None:
    return Tally(data["first"], data["last"], data["n"], data["hours"]) if data else None


def _page(data: Data, event: Event, at: int) -> None:
    count(data.setdefault("visits", {}), at)
    like(data.setdefault("categories", {}), text(event.properties.get("category")), at, _PAGE)


def _interest(weight: float) -> Callable[[Data, Event, int], None]:
    def fold(data: Data, event: Event, at: int) -> None:
        item = item_of(event.properties)
        like(data.setdefault("categories", {}), item.category, at, weight)
        like(data.setdefault("products", {}), item.product, at, weight)

    return fold


_viewed, _put = _interest(_VIEWED), _interest(_PUT)


def _added(data: Data, event: Event, at: int) -> None:
    _put(data, event, at)
    move(data.setdefault("cart", {}), item_of(event.properties), at, "+")


def _removed(data: Data, event: Event, at: int) -> None:
    move(data.setdefault("cart", {}), item_of(event.properties), at, "-")


def _cart_seen(data: Data, event: Event, at: int) -> None:
    """A cart that lists its products says what is in it and what no longer is."""
    if not isinstance(event.properties.get("products"), list):
        return
    cart = data.setdefault("cart", {})
    cart["seen"] = max(cart.get("seen", at), at)
    for item in items_of(event.properties):
        move(cart, item, at, "=")


def _ordered(data: Data, event: Event, at: int) -> None:
    count(data.setdefault("orders", {}), at)
    totals = (number(event.properties.get(name)) for name in ("total", "revenue", "value", "subtotal"))
    total = next((total for total in totals if total is not None), 0.0)
    count(data.setdefault("money", {}), at, round(total * 100))
    cart = data.setdefault("cart", {})
    cart["ordered"] = max(cart.get("ordered", at), at)
    for item in items_of(event.properties):
        like(data.setdefault("categories", {}), item.category, at, _BOUGHT)
        like(data.setdefault("products", {}), item.product, at, _BOUGHT)


def _refunded(data: Data, event: Event, at: int) -> None:
    total = number(event.properties.get("total"))
    if total is not None:
        count(data.setdefault("money", {}), at, -round(abs(total) * 100))


def _clicked(data: Data, event: Event, at: int) -> None:
    count(data.setdefault("clicks", {}), at)


def _delivered(data: Data, event: Event, at: int) -> None:
    count(data.setdefault("sent", {}).setdefault(_SENT[event.name], {}), at)


def _staged(data: Data, event: Event, at: int) -> None:
    stage, raw = (text(event.properties.get(name)) for name in ("stage", "raw"))
    if stage or raw:
        source = text(event.properties.get("source")) or text(event.source) or ""
        found = [at, stage or raw, raw or stage, source]
        data["stage"] = max(data.get("stage", found), found)


_FOLDS: dict[str, Callable[[Data, Event, int], None]] = {
    "Product Viewed": _viewed,
    "Product Added": _added,
    "Product Removed": _removed,
    "Cart Viewed": _cart_seen,
    "Checkout Started": _cart_seen,
    "Order Completed": _ordered,
    "Order Refunded": _refunded,
    "Email Link Clicked": _clicked,
    "Funnel Stage Changed": _staged,
    **dict.fromkeys(_SENT, _delivered),
}


def _cart(cart: Data) -> Cart | None:
    ordered, seen = cart.get("ordered", -1), cart.get("seen", -1)
    lines, changed = {}, -1
    for product, line in cart.get("lines", {}).items():
        quantity = 0
        for at, kind, amount in sorted(line["moves"]):
            if at <= ordered:
                continue
            if kind != "=":
                changed = max(changed, at)
            if at >= seen:
                quantity = _after(quantity, kind, amount)
        if quantity > 0:
            told = told_since(line, ordered)
            lines[product] = Line(quantity, told.get("price", _FREE)[1], told.get("category", _UNTOLD)[1])
    return Cart(lines, changed if changed >= 0 else seen) if lines else None


def _after(quantity: int, kind: str, amount: int) -> int:
    if kind == "=":
        return int(amount)
    if kind == "+":
        return quantity + int(amount)
    return max(quantity - int(amount), 0) if amount else 0
