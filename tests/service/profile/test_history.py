"""What is left of a lead's events: the same in whatever order they came, and little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.events.models import Event, Robot
from service.profile.history import Cart, History, Line
from tests.service.profile.people import NOW, event, folded

NAMES = [
    "page", "Product Viewed", "Product Added", "Product Removed", "Cart Viewed", "Checkout Started", "Order Completed",
    "Order Refunded", "Email Link Clicked", "Email Delivered", "Funnel Stage Changed", "Something Else",
]  # fmt: skip
SHELF = st.fixed_dictionaries(
    {
        "product_id": st.sampled_from(["p1", "p2", "p3"]),
        "category": st.sampled_from(["cafe", "cha"]),
        "price": st.sampled_from([1, 19.9, "3.50", None]),
        "quantity": st.sampled_from([1, 2, None]),
    }
)
PROPERTIES = st.builds(
    lambda item, products, other: item | other | {"products": products},
    SHELF,
    st.lists(SHELF, max_size=3),
    st.fixed_dictionaries(
        {"total": st.sampled_from([0, 10.1, 20.2, "7"]), "stage": st.sampled_from(["lead", "mql", "sql"])}
    ),
)
TIMES = st.integers(0, 5_000).map(lambda minutes: NOW - timedelta(minutes=minutes))
EVENTS = st.lists(
    st.builds(lambda name, at, properties: event(name, at, **properties), st.sampled_from(NAMES), TIMES, PROPERTIES),
    max_size=25,
)
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_the_order_of_events_makes_no_difference(data: st.DataObject) -> None:
    events = data.draw(EVENTS)
    assert folded(data.draw(st.permutations(events))).data() == folded(events).data()


@given(EVENTS, EVENTS)
def test_keeping_it_in_between_makes_no_difference(first: list[Event], then: list[Event]) -> None:
    history = folded(first)
    for one in then:
        history.add(one)
    kept, whole = history.data(), folded([*first, *then]).data()
    for interests in ("categories", "products"):
        assert kept.pop(interests, {}) == pytest.approx(whole.pop(interests, {}), rel=1e-6)
    assert kept == whole


@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(
    ["product_id", "sku", "name", "category", "price", "quantity", "total", "revenue", "products", "stage", "raw"]
), JUNK), st.datetimes())  # fmt: skip
def test_whatever_an_event_holds_it_is_taken_in_and_kept(name: str, properties: dict[str, Any], at: datetime) -> None:
    history = folded([event(name, at.replace(tzinfo=NOW.tzinfo), **properties)] if 1 < at.year < 9999 else [])
    assert orjson.loads(orjson.dumps(history.data())) == history.data()


@pytest.mark.parametrize("robot", get_args(Robot))
def test_robots_leave_no_trace(robot: Robot) -> None:
    events = [replace(event(name, product_id="p1", total=9), robot=robot) for name in NAMES]
    assert folded(events).data() == {}


def test_opens_are_no_behaviour() -> None:
    assert folded([event("Email Opened")]).data() == {"events": {"Email Opened": 1}}


def test_an_active_lead_takes_less_than_four_kilobytes() -> None:
    events = [
        event(NAMES[n % len(NAMES)], timedelta(hours=5 * n), product_id=f"sku-{n % 60:05}", category=f"area {n % 45}",
              price=n, total=n)
        for n in range(150)
    ]  # fmt: skip
    assert len(orjson.dumps(folded(events).data())) < 4_096


def test_however_much_a_lead_does_what_is_kept_of_it_is_bounded() -> None:
    events = [
        event(NAMES[n % len(NAMES)], timedelta(hours=2 * n), product_id=f"sku-{n:05}", category=f"area {n}", price=n)
        for n in range(5_000)
    ]
    assert len(orjson.dumps(folded(events).data())) < 16_384


def test_what_is_kept_is_not_changed_by_what_comes_after() -> None:
    history = folded([event("page"), event("Product Added", product_id="p1")])
    kept = history.data()
    before = orjson.dumps(kept)
    history.add(event("page"))
    History.of(kept).add(event("Product Added", product_id="p1"))
    assert orjson.dumps(kept) == before


def cart(*events: Event) -> Cart | None:
    return folded(events).cart()


def ago(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def added(minutes: int, product: str = "p1", **other: Any) -> Event:
    return event("Product Added", ago(minutes), product_id=product, **{"price": 10, "category": "cafe"} | other)


@pytest.mark.parametrize(
    ("events", "quantities"),
    [
        ([added(9)], {"p1": 1}),
        ([added(9, quantity=2), added(5), added(4, "p2")], {"p1": 3, "p2": 1}),
        ([added(9, quantity=3), event("Product Removed", ago(5), product_id="p1", quantity=1)], {"p1": 2}),
        ([added(9, quantity=3), event("Product Removed", ago(5), product_id="p1")], {}),
        ([event("Product Removed", ago(9), product_id="p1"), added(5)], {"p1": 1}),
        ([added(9), event("Order Completed", ago(5)), added(4, "p2")], {"p2": 1}),
        ([added(9), event("Order Completed", ago(9))], {}),
        ([added(9), event("Checkout Started", ago(5), products=[{"product_id": "p2", "quantity": 2}])], {"p2": 2}),
        ([added(9), event("Cart Viewed", ago(5))], {"p1": 1}),
        ([added(9), event("Cart Viewed", ago(5), products=[])], {}),
        ([event("Cart Viewed", ago(9), products=[{"sku": 7}]), added(5, "7")], {"7": 2}),
        ([event("Product Added", ago(9))], {}),
    ],
)
def test_what_lies_in_the_cart(events: Sequence[Event], quantities: dict[str, int]) -> None:
    for order in (events, events[::-1]):
        found = cart(*order)
        assert ({name: line.quantity for name, line in found.lines.items()} if found else {}) == quantities


def test_the_newest_price_holds_and_looking_is_no_change() -> None:
    found = cart(added(9, price=10), added(5, price=12), event("Cart Viewed", ago(1), products=[{"product_id": "p1"}]))
    assert found is not None and found.lines == {"p1": Line(1, 12.0, "cafe")}
    again = cart(added(9, price=12), added(5, price=10))
    assert again is not None and again.lines["p1"] == Line(2, 10.0, "cafe")
    assert found.changed == int((NOW - ago(5)).timestamp() * 1000)
