"""What is computed of a lead, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.events.models import Event
from service.leads.sensitive import is_sensitive
from service.profile.attributes import KINDS
from service.profile.computed import profile_of
from service.profile.models import Known, Value
from service.profile.store import Subject
from tests.service.profile.people import NOW, PROFILING, ZONE, consent, event, subject, values

YESTERDAY_LATE = datetime(2026, 11, 21, 23, 30, tzinfo=ZONE)  # already the 22nd in UTC
MIDNIGHT = datetime(2026, 11, 23, tzinfo=ZONE).astimezone(UTC)
LOYAL = [
    event("page", timedelta(days=400)),
    event("page", timedelta(days=35)),
    event("page", timedelta(days=29)),
    event("page", YESTERDAY_LATE),
    event("Order Completed", timedelta(days=380), total=100),
    event("Order Completed", timedelta(days=10), revenue="50.50"),
    event("Order Refunded", timedelta(days=9), total=20.5),
]


def known(of: Subject, name: str, now: datetime = NOW) -> Known:
    return profile_of(of, now).attributes[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days_since_last_visit", 1),  # by the workspace's clocks, not by UTC
        ("visits", 4),
        ("visits_30d", 2),
        ("days_since_last_order", 10),
        ("orders", 2),
        ("orders_365d", 1),
        ("spent", 130.0),
        ("spent_365d", 30.0),
        ("average_order", 65.0),
        ("days_since_created", 40),
    ],
)
def test_recency_frequency_and_money(name: str, value: float) -> None:
    assert values(subject(*LOYAL))[name] == value


def test_who_has_done_nothing_has_no_behaviour() -> None:
    assert set(values(subject())) == {
        "days_since_created", "may_profile", "may_email", "may_sms", "may_whatsapp", "may_push",
    }  # fmt: skip


def test_a_basis_says_it_in_words_and_when_it_will_change() -> None:
    of = subject(*LOYAL, traits={"birthday": "1990-05-04"})
    assert known(of, "visits") == Known(4, "computed", "4 page views since 2025-10-18, last on 2026-11-21")
    assert known(of, "days_since_last_visit") == Known(1, "computed", "last visit on 2026-11-21", MIDNIGHT)
    assert known(of, "days_to_birthday").basis == "trait birthday"
    assert known(of, "spent").basis == "2 orders since 2025-11-07, last on 2026-11-12, refunds taken off"


def test_shop_events_are_visits_of_nobodys_count() -> None:
    found = values(subject(event("Product Viewed", timedelta(days=3), product_id="p1")))
    assert found["days_since_last_visit"] == 3 and "visits" not in found and "visits_30d" not in found


def test_interests_count_half_after_thirty_days() -> None:
    views = [event("Product Viewed", timedelta(days=60), product_id="old", category="cha")] * 3
    views += [event("Product Viewed", timedelta(days=1), product_id="new", category="cafe")]
    found = values(subject(*views))  # three quarters against almost one
    assert (found["top_category"], found["top_categories"]) == ("cafe", ["cafe", "cha"])
    assert (found["top_product"], found["top_products"]) == ("new", ["new", "old"])
    more = [event("Product Viewed", product_id=f"p{n}", category=f"c{n}") for n in range(7)]
    assert len(values(subject(*views, *more))["top_products"]) == 5


def test_the_cart_and_its_age() -> None:
    put = [
        event("Product Added", timedelta(hours=30), product_id="p1", category="cafe", price=10.5, quantity=2),
        event("Product Added", timedelta(hours=3, minutes=30), product_id="p2", category="cha", price="9"),
    ]
    found = values(subject(*put))
    assert {name: found[name] for name in found if name.startswith("cart")} == {
        "cart_items": 3, "cart_value": 30.0, "cart_age_hours": 3, "cart_categories": ["cafe", "cha"],
        "cart_products": ["p1", "p2"],
    }  # fmt: skip
    assert known(subject(*put), "cart_age_hours").changes_at == (NOW + timedelta(minutes=30)).astimezone(UTC)
    assert "cart_items" not in values(subject(*put, event("Order Completed", timedelta(hours=1), total=30)))


def test_clicks_by_people() -> None:
    clicks = [event("Email Link Clicked", datetime(2026, 11, day, 19, 10, tzinfo=ZONE)) for day in (3, 10, 20)]
    clicks += [event("Email Link Clicked", datetime(2026, 11, 12, 8, tzinfo=ZONE))]
    clicks += [event("Email Link Clicked", timedelta(days=100))]
    sent = [event("Email Delivered", timedelta(days=days)) for days in (0, 6, 7)] + [event("Email Opened")]
    found = values(subject(*clicks, *sent))
    assert [found[name] for name in ("best_hour", "email_clicks_90d", "days_since_last_click", "emails_sent_7d")] == [
        19, 4, 2, 2,
    ]  # fmt: skip


STATED = event("Funnel Stage Changed", timedelta(days=5), stage="opportunity", raw="Negociação", source="hubspot")


@pytest.mark.parametrize(
    ("events", "traits", "expected"),
    [
        ([], {"lifecycleStage": "mql", "lifecycleStageRaw": "Lead Qualificado"}, ("mql", "Lead Qualificado", "traits")),
        ([], {"lifecyclestage": "salesqualifiedlead"}, ("sql", "salesqualifiedlead", "traits")),
        ([], {"funnel_stage": "Descartado"}, ("other", "Descartado", "traits")),
        ([STATED], {"lifecycleStage": "lead"}, ("opportunity", "Negociação", "hubspot")),
        ([STATED, event("Funnel Stage Changed", timedelta(days=9), stage="lead")], {}, ("opportunity", "Negociação", "hubspot")),  # noqa: E501
        ([STATED, event("Order Completed")], {}, ("customer", "Negociação", "orders")),
        ([STATED, event("Order Completed", timedelta(days=6))], {}, ("opportunity", "Negociação", "hubspot")),
        ([event("Order Completed")], {"lifecycleStage": "evangelist"}, ("evangelist", "evangelist", "traits")),
        ([event("Order Completed")], {}, ("customer", None, "orders")),
        ([], {"lifecycleStage": 7}, (None, None, None)),
    ],
)  # fmt: skip
def test_the_funnel(events: list[Event], traits: Mapping[str, Any], expected: tuple[str | None, ...]) -> None:
    found = values(subject(*events, traits=traits))
    assert tuple(found.get(name) for name in ("funnel_stage", "funnel_stage_raw", "funnel_stage_source")) == expected


@pytest.mark.parametrize(
    ("birthday", "days", "band", "minor"),
    [
        ("1990-11-22", 0, "35-44", False),
        ("1990-11-21", 364, "35-44", False),
        ("22/11/2008", 0, "18-24", False),
        ("2008-11-23", 1, "under 18", True),
        ("1950-01-01T00:00:00Z", 40, "65+", False),
        ("2000-02-29", 99, "25-34", False),  # 1 March 2027
        ("31/02/2020", None, None, None),
        ("2031-01-01", None, None, None),
        ("0001-01-01", None, None, None),
        (19900504, None, None, None),
        (["1990-01-01"], None, None, None),
        ("", None, None, None),
    ],
)
def test_birthdays_and_ages(birthday: object, days: int | None, band: str | None, minor: bool | None) -> None:
    for trait in ("birthday", "data_nascimento", "dateOfBirth"):
        found = values(subject(traits={trait: birthday}))
        assert (found.get("days_to_birthday"), found.get("age_band"), found.get("is_minor")) == (days, band, minor)


def test_an_age_that_is_a_number_will_do_where_there_is_no_birthday() -> None:
    assert values(subject(traits={"idade": 17}))["is_minor"] is True
    assert values(subject(traits={"age": 70, "birthday": "2010-01-01"}))["age_band"] == "under 18"
    assert "age_band" not in values(subject(traits={"age": -3}))


def test_renewals_are_counted_down_and_then_up() -> None:
    assert values(subject(traits={"renewalDate": "2026-12-01"}))["days_to_renewal"] == 9
    assert values(subject(traits={"vencimentoPlano": "20/11/2026"}))["days_to_renewal"] == -2


def test_what_the_ledger_allows() -> None:
    email = consent("marketing.communications.email", channel="email", expires_at=NOW + timedelta(days=1))
    of = subject(consents=[consent(status="revoked"), email])
    assert known(of, "may_email") == Known(
        True, "computed", "consent of 2026-11-13 from site", (NOW + timedelta(days=1)).astimezone(UTC)
    )
    assert known(of, "may_profile") == Known(False, "computed", "revoked, on record since 2026-11-13 from site")
    assert known(of, "may_sms").basis == "nothing on marketing.communications.sms in the ledger"
    assert values(of, NOW + timedelta(days=1))["may_email"] is False
    assert known(of, "may_email", NOW + timedelta(days=1)).basis == "expired, on record since 2026-11-13 from site"


def test_traits_and_scores_and_context_say_that_they_are() -> None:
    of = subject(traits={"firstName": "Ana", "tags": ["vip"]}, scores={"fit": 61.5})
    context: dict[str, Value] = {"city": "Natal", "first_name": "Bia", "is_minor": False, "may_email": True}
    found = profile_of(of, NOW, context).attributes
    assert found["tags"] == Known(["vip"], "trait", "trait tags")
    assert found["fit_score"] == Known(61.5, "score", "fit score")
    assert found["city"] == Known("Natal", "context", "given with this request")
    assert found["first_name"].value == "Bia"
    assert "is_minor" not in found and found["may_email"].value is False  # no request can say that


def test_what_is_computed_comes_before_a_trait_of_that_name() -> None:
    assert values(subject(event("page"), traits={"visits": 99, "orders": 7, "mayEmail": True})) | {
        "days_since_created": 0
    } == values(subject(event("page"), traits={"orders": 7})) | {"days_since_created": 0}


def test_a_contract_may_name_everything_that_is_computed() -> None:
    assert PROFILING and not [name for name in KINDS if is_sensitive(name)]
