"""Whether a revision may be said at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.checks.models import Terms
from service.leads.contract import Contract
from service.leads.models import Consent
from service.variants.resting import Fallen
from service.variants.standing import Judged, permitted, standing, within_rules
from tests.service.variants.stock import KIT, NOW, resting
from tests.support import CONTRACT

SAID = "Olá, {{ first_name | cliente }}! O Kit Café Coado sai por R$ 170,00."
JUDGED = Judged(
    "push", "pt-BR", {"body": SAID}, {"imply": {"categoria": "café"}, "select": {"clube": "raiz"}, "one_lead": False},
    resting("O Kit Café Coado sai por R$ 170,00.", KIT), None, KIT.until,
)  # fmt: skip


RULES: dict[str, Any] = {**CONTRACT}


def contract(**uses: str) -> Contract:
    """The shop's contract, with other uses for some attributes."""
    changed = {name: {**value, "use": uses.get(name, value["use"])} for name, value in RULES.items()}
    return Contract(version=1, attributes=changed)


def fallen(terms: Terms | None = None, days: int = 0, uses: dict[str, str] | None = None) -> Sequence[Fallen]:
    now = NOW + timedelta(days=days)
    return standing(JUDGED, {KIT.item: KIT.now()}, contract(**(uses or {})), terms or Terms(), now)


def test_what_nothing_has_changed_for_stands() -> None:
    assert fallen() == []


@pytest.mark.parametrize(
    ("uses", "falls"),
    [
        ({"first_name": "forbidden"}, ["first_name"]),
        ({"categoria": "select"}, ["categoria"]),
        ({"categoria": "forbidden"}, ["categoria"]),
        ({"clube": "imply"}, []),
        ({"clube": "forbidden"}, ["clube"]),
        ({"notes": "forbidden"}, []),
    ],
)
def test_what_the_contract_allows_no_longer_falls(uses: dict[str, str], falls: list[str]) -> None:
    assert fallen(uses=uses) == [Fallen("", name, "contract") for name in falls]


def test_a_token_without_a_fallback_in_its_locale_may_not_be_said() -> None:
    bare: Any = {**RULES["first_name"], "fallbacks": {"en": "there"}}
    assert permitted(Contract(attributes={"first_name": bare}), {"body": SAID}, {}, "pt-BR")
    assert not permitted(Contract(attributes={"first_name": bare}), {"body": SAID}, {}, "en")


def test_a_term_that_comes_to_be_banned_or_required_falls() -> None:
    assert fallen(Terms(banned=("kits", "chá"))) == []
    assert fallen(Terms(banned=("kit",))) == [Fallen("", "Kit", "rule")]
    assert fallen(Terms(required=("café", "frete"))) == [Fallen("", "frete", "rule")]
    assert within_rules(Terms(banned=("Café",)), {"title": "cafés e mais", "body": ""}) == [Fallen("", "cafés", "rule")]


def test_what_was_true_until_a_moment_falls_at_that_moment() -> None:
    assert fallen(days=12) == []
    assert fallen(days=13) == [Fallen("", "expired", "time")]
    unclaimed = replace(JUDGED, true_until=None)  # a link is no claim, but what it leads to has an end
    late = standing(unclaimed, {KIT.item: KIT.now()}, contract(), Terms(), NOW + timedelta(days=13))
    assert late == [Fallen("", "expired", "time")]


def test_what_one_lead_lets_be_used_no_longer_falls() -> None:
    items = {KIT.item: KIT.now()}

    def given(status: Any) -> list[Fallen]:
        consent = Consent(
            purpose="personalize.content.profiling", basis="consent", status=status, source="site", collected_at=NOW
        )
        return standing(JUDGED, items, contract(), Terms(), NOW, [consent])

    assert given("granted") == []
    assert given("revoked") == [Fallen("", "clube", "consent"), Fallen("", "categoria", "consent")]
