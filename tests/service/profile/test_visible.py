"""What of a lead may choose for it: what the contract lets select, and the lead's consents allow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.leads.contract import Contract
from service.profile.attributes import purposes_of, selectable, use_of
from service.profile.computed import Choosable, allowed_purposes, profile_of, visible
from service.profile.store import Subject
from tests.service.profile.people import NOW, PROFILING, consent, event, subject

PLANS = "personalize.content.plans"
EMAIL = consent("marketing.communications.email", channel="email")
RULES = Contract.model_validate(
    {
        "attributes": {
            "city": {"use": "select", "domain": {"kind": "enumeration", "values": ["Natal"]}},
            "plano_atual": {"use": "imply", "purpose": PLANS, "domain": {"kind": "enumeration", "values": ["ouro"]}},
            "vip": {"use": "select", "domain": {"kind": "enumeration", "values": ["true", "false"]}},
            "birthday": {"use": "select", "domain": {"kind": "bands", "edges": [25, 40]}},
            "first_name": {
                "use": "mention", "purpose": "marketing.communications", "domain": {"kind": "name"},
                "fallbacks": {"en": "there"},
            },
            "notes": {"use": "forbidden"},
            "spent": {"use": "forbidden"},
            "top_category": {"use": "imply", "purpose": PLANS, "domain": {"kind": "enumeration", "values": ["cafe"]}},
            "may_sms": {"use": "forbidden"},
        }
    }
)  # fmt: skip
TRAITS = {
    "city": "Natal", "planoAtual": "ouro", "vip": True, "birthday": "1990-11-23", "firstName": "Ana", "notes": "x",
    "phone": "84 9", "orders": 5,
}  # fmt: skip
EVENTS = [
    event("Product Viewed", timedelta(days=1), category="cafe"),
    event("Order Completed", timedelta(days=2), total=80),
]
MAY = {"may_profile", "may_email", "may_whatsapp", "may_push"}


def seen(of: Subject) -> dict[str, Any]:
    return visible(profile_of(of, NOW), RULES, of, NOW)


def test_what_is_named_and_allowed_is_seen() -> None:
    found = seen(subject(*EVENTS, traits=TRAITS, consents=[consent(), consent(PLANS), EMAIL], scores={"fit": 61.5}))
    expected = {"city": "Natal", "plano_atual": "ouro", "vip": True, "birthday": 35.0, "first_name": "Ana"}
    expected |= {"top_category": "cafe", "orders": 1, "days_since_last_visit": 1, "fit_score": 61.5, "may_email": True}
    assert found.items() >= expected.items()
    assert not found.keys() & {"notes", "spent", "phone", "may_sms"} and "spent_365d" in found


@pytest.mark.parametrize("change", [{"status": "denied"}, {"status": "revoked"}, {"expires_at": NOW}])
def test_without_consent_there_is_no_behaviour(change: dict[str, Any]) -> None:
    of = subject(*EVENTS, traits=TRAITS, consents=[consent(**change)], scores={"fit": 61.5})
    assert set(seen(of)) == MAY and not any(seen(of).values())


def test_each_purpose_has_a_consent_of_its_own() -> None:
    of = subject(*EVENTS, traits=TRAITS, consents=[consent(PLANS)])
    assert set(seen(of)) == MAY | {"plano_atual", "top_category"}
    assert set(seen(subject(traits=TRAITS, consents=[EMAIL]))) == MAY | {"first_name"}


def test_a_trait_that_has_the_name_of_a_computed_attribute_is_a_trait() -> None:
    assert "orders" not in seen(subject(traits=TRAITS))


def test_what_a_condition_may_use_and_the_consents_it_needs() -> None:
    kinds = selectable(RULES)
    expected = {
        "city": "text", "vip": "boolean", "birthday": "number", "top_category": "text", "visits": "number",
        "cart_products": "list", "may_email": "boolean", "fit_score": "number",
    }  # fmt: skip
    assert kinds.items() >= expected.items()
    assert not kinds.keys() & {"notes", "spent", "may_sms", "phone"}
    assert purposes_of(RULES, ["city", "top_category", "visits", "may_email"]) == {PROFILING, PLANS}
    assert (use_of(RULES, "visits"), use_of(RULES, "visits", "trait"), use_of(RULES, "top_category")) == (
        "select", "forbidden", "imply",
    )  # fmt: skip


@pytest.mark.parametrize("names", [set(), {"city", "orders"}, {"birthday", "top_category", "fit_score", "may_email"}])
def test_what_is_wanted_alone_is_as_it_is_among_everything(names: set[str]) -> None:
    of = subject(*EVENTS, traits=TRAITS, consents=[consent(), consent(PLANS), EMAIL], scores={"fit": 61.5})
    everything, wanted = profile_of(of, NOW), profile_of(of, NOW, names=frozenset(names))
    assert wanted.attributes == {name: one for name, one in everything.attributes.items() if name in names}
    allowed = allowed_purposes(of.lead.consents, NOW)
    found = Choosable(RULES, names).values(wanted, of, allowed, NOW)
    assert found == {name: value for name, value in seen(of).items() if name in names}
