"""How single things are folded into a history, each so that the order in which they come makes no difference.

Times are whole milliseconds since 1970, in UTC. Hours are counted since 1970 too and kept as six digits, so that they
sort as text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

HOUR = 3_600_000
EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1000
LATEST = int(datetime(2080, 1, 1, tzinfo=UTC).timestamp()) * 1000
HALF_LIFE = 30 * 24 * HOUR
"""After how long an interest counts half."""

MOST_HOURS = 200  # the newest of a tally: seven hours of each of the 30 days that anybody asks for
MOST_INTERESTS = 30
MOST_LINES = 30  # products in a cart
MOST_MOVES = 8  # newest changes of one product in a cart
MOST_PRODUCTS = 100  # of one event
_MOST_TEXT = 80
_MOST_MONEY = 1e9
_EPOCH = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1000
_MOST_HALVINGS = 900.0  # more would not fit into a float

Data = dict[str, Any]


class Item(NamedTuple):
    """A product as an event tells of it."""

    product: str | None
    category: str | None
    price: float | None
    quantity: int | None


def millis(at: datetime) -> int:
    """A time as it is kept; one that nobody can mean is moved to the nearest that somebody can."""
    return min(max(int(at.timestamp() * 1000), EARLIEST), LATEST)


def hour_of(at: int) -> str:
    """The hour that a time lies in, as it is kept."""
    return str(at // HOUR)


def text(value: object) -> str | None:
    """A name or an id, None where the value is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and abs(value) >= 10**18:
        return None
    found = " ".join(str(value).split())[:_MOST_TEXT].rstrip()
    return found if found.isprintable() and found else None


def number(value: object) -> float | None:
    """A finite number, also where it comes as text; None where it is none or is beyond all measure."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 40:
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if math.isfinite(found) and abs(found) <= _MOST_MONEY else None


def item_of(properties: Mapping[str, Any]) -> Item:
    """The product that properties tell of, by Segment's names."""
    named = (text(properties.get(key)) for key in ("product_id", "sku", "id", "name"))
    price, quantity = number(properties.get("price")), number(properties.get("quantity"))
    return Item(
        next((name for name in named if name), None),
        text(properties.get("category")),
        price if price is not None and price >= 0 else None,
        min(int(quantity), 10_000) if quantity is not None and quantity >= 1 else None,
    )


def items_of(properties: Mapping[str, Any]) -> Iterator[Item]:
    """The products of a cart or an order."""
    products = properties.get("products")
    for product in products[:MOST_PRODUCTS] if isinstance(products, list) else ():
        if isinstance(product, Mapping):
            yield item_of(product)


def count(tally: Data, at: int, amount: int = 1) -> None:
    """Count something that happened: first, last, how much in all and in which hours. 0 moves first and last only."""
    tally["first"] = min(tally.get("first", at), at)
    tally["last"] = max(tally.get("last", at), at)
    tally["n"] = tally.get("n", 0) + amount
    hours = tally.setdefault("hours", {})
    if amount:
        hour = hour_of(at)
        hours[hour] = hours.get(hour, 0) + amount


def like(interests: dict[str, float], name: str | None, at: int, weight: float) -> None:
    """Add to an interest. Weights are told as of one fixed day, so that they add up whenever they come."""
    if name is not None:
        halvings = min(max((at - _EPOCH) / HALF_LIFE, -_MOST_HALVINGS), _MOST_HALVINGS)
        interests[name] = interests.get(name, 0.0) + weight * 2.0**halvings


def move(cart: Data, item: Item, at: int, kind: str) -> None:
    """Note that a product was put into the cart (`+`), taken out (`-`, 0 for all of it) or seen in it (`=`)."""
    if item.product is None:
        return
    line = cart.setdefault("lines", {}).setdefault(item.product, {"moves": []})
    quantity = item.quantity or (0 if kind == "-" else 1)
    line["moves"].append([at, kind, quantity])
    if item.price is not None:
        line["price"] = max(line.get("price", [0]), [at, item.price])
    if item.category is not None:
        line["category"] = max(line.get("category", [0]), [at, item.category])


def newest_hours(tally: Data) -> Data:
    """A copy of a tally with its newest hours only: what is left does not depend on when the others were dropped."""
    hours = tally["hours"]
    return tally | {"hours": {hour: hours[hour] for hour in sorted(hours)[-MOST_HOURS:]}}


def strongest(interests: Mapping[str, float], most: int = MOST_INTERESTS) -> dict[str, float]:
    """The strongest interests, strongest first. Weights fade alike, so that this order changes with events alone."""
    ranked = sorted(interests.items(), key=lambda item: (-_rounded(item[1]), item[0]))
    return {name: _rounded(weight) for name, weight in ranked[:most]}


def told_since(line: Data, ordered: int) -> Data:
    """What a line's price and category are, as far as they were told after the last order: what was told before went
    with it, whichever event came first."""
    return {name: line[name] for name in ("price", "category") if name in line and line[name][0] > ordered}


def tidy(cart: Data) -> Data:
    """A cart without what lies before its last order, and with the newest changes of the newest products only."""
    ordered = cart.get("ordered", -1)
    lines = {}
    for product, line in cart.get("lines", {}).items():
        moves = sorted(one for one in line["moves"] if one[0] > ordered)[-MOST_MOVES:]
        if moves:
            lines[product] = {"moves": moves} | told_since(line, ordered)
    newest = sorted(lines, key=lambda product: (lines[product]["moves"][-1][0], product))[-MOST_LINES:]
    return cart | {"lines": {product: lines[product] for product in sorted(newest)}}


def _rounded(weight: float) -> float:
    """To nine digits, far above what the order of adding can change."""
    return float(f"{weight:.9g}")
