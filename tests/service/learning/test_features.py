"""What may be a feature, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.learning.features import SHARED_BY, Fact, Schema, row_of
from service.learning.rules import fit, intent
from service.profile.models import Value
from tests.service.learning.people import CONTRACT

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_names_free_text_consents_and_scores_are_no_features() -> None:
    values: dict[str, Value] = {
        "first_name": "Ana", "club": "root", "income": 900, "secret": True, "orders": 3, "may_email": True,
        "intent_score": 50.0, "funnel_stage_raw": "Cliente VIP da Ana", "top_products": ["a"], "top_category": "cafe",
    }  # fmt: skip
    assert row_of(values, CONTRACT, NOW) == {"club": "root", "income": 900.0, "orders": 3.0, "top_category": "cafe"}


def test_a_word_outside_its_enumeration_is_no_feature() -> None:
    assert row_of({"club": "somewhere else"}, CONTRACT, NOW) == {}


def test_a_word_that_few_share_has_no_column() -> None:
    rows: list[dict[str, Fact]] = [{"top_category": "cafe", "orders": float(n)} for n in range(SHARED_BY)]
    learnt = Schema.learn([*rows, {"top_category": "only hers"}])
    assert ("top_category", "only hers") not in learnt.schema.places
    assert ("top_category", "cafe") in learnt.schema.places
    assert Schema.learn(rows[:3]).left_out == dict.fromkeys(("orders", "top_category"), "fewer than 20 leads have it")


@given(
    st.dictionaries(
        st.sampled_from(["size", "flag", "club", "new"]),
        st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.text(max_size=5)),
    )
)
def test_any_row_can_be_encoded(row: dict[str, Fact]) -> None:
    rows: list[dict[str, Fact]] = [{"size": float(n), "flag": n % 2 == 0, "club": "ab"[n % 2]} for n in range(60)]
    schema = Schema.learn(rows).schema
    assert schema.encode([row]).shape == (1, len(schema.places)) == (1, 4)
    assert not np.isinf(schema.encode([row])).any()


def test_rules_give_points_for_what_a_lead_did_and_say_for_what() -> None:
    values: dict[str, Value] = {
        "days_since_last_visit": 0, "visits_30d": 4, "cart_items": 2, "cart_age_hours": 5, "email_clicks_90d": 1,
    }  # fmt: skip
    score = intent(values, CONTRACT, "pt-BR")
    assert (score.value, score.model) == (30 + 25 + 12 + 7, "rules")
    assert [reason.text for reason in score.reasons] == [
        "dias desde a última visita: 0 (+30 pontos)",
        "itens no carrinho: 2 (+25 pontos)",
        "visitas em 30 dias: 4 (+12 pontos)",
    ]


def test_fit_counts_stage_reach_orders_and_what_is_known() -> None:
    values: dict[str, Value] = {
        "funnel_stage": "customer", "may_email": True, "orders_365d": 9, "club": "root", "income": 1.0
    }  # fmt: skip
    assert fit(values, CONTRACT, "en").value == 35 + 10 + 20 + 20
    assert fit({}, CONTRACT, "en").value == 0


@given(
    st.dictionaries(
        st.sampled_from(["days_since_last_visit", "visits_30d", "cart_items", "cart_age_hours", "email_clicks_90d",
                         "orders_365d", "funnel_stage", "may_email", "may_sms", "may_whatsapp", "may_push", "club"]),
        st.one_of(st.integers(-5, 10**6), st.booleans(), st.sampled_from(["customer", "root", "x"])),
    )
)  # fmt: skip
def test_rules_stay_between_0_and_100(values: dict[str, Value]) -> None:
    for rule in (fit, intent):
        score = rule(values, CONTRACT, "es")
        assert score.value is not None
        assert 0 <= score.value <= 100
        assert len(score.reasons) <= 3
