"""Conditions taken apart say what growthbook says of the whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audiences.conditions import matches
from service.audiences.parts import LONGEST_KEPT, MOST_ANSWERS, parts_of

CONDITIONS: list[dict[str, Any]] = [
    {},
    {"a": 1},
    {"a": True, "b": {"$exists": False}},
    {"a": {"$gte": 1, "$lt": 3}, "b": {"$in": ["x", "1"]}},
    {"a": {"$type": "number"}, "b": {"$not": {"$eq": None}}},
    {"top_categories": {"$in": ["x"]}, "a": {"$ne": 2}},
    {"$or": [{"a": {"$gt": 1}}, {"b": "x"}], "$nor": [{"a": 7}]},
    {"b": {"$regex": "^x"}, "$not": {"a": {"$gt": 2}}},
]
VALUES = st.one_of(
    st.integers(0, 3), st.booleans(), st.sampled_from([1.0, 2.5, "x", "1", "xy"]), st.lists(st.sampled_from("xy"))
)
LEADS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "top_categories"]), VALUES), max_size=20)


@pytest.mark.parametrize("condition", CONDITIONS)
@given(leads=LEADS)
def test_the_parts_together_hold_where_the_condition_does(
    condition: dict[str, Any], leads: list[dict[str, Any]]
) -> None:
    parts = parts_of(condition)
    for values in leads:  # one after the other, so that what was answered before is used
        assert all(part.holds(values) for part in parts) == matches(condition, values)


def test_what_equals_in_python_is_told_apart() -> None:
    (part,) = parts_of({"a": {"$type": "number"}})
    assert [part.holds({"a": value}) for value in (1, True, 1.0, 1, True)] == [True, False, True, True, False]


def test_more_values_than_answers_are_kept_for_are_answered_all_the_same() -> None:
    (part,) = parts_of({"a": {"$gte": 5}})
    many = [*range(MOST_ANSWERS + 10)] * 2
    assert sum(part.holds({"a": value}) for value in many) == 2 * (MOST_ANSWERS + 5)
    (part,) = parts_of({"a": {"$regex": "z$"}})
    assert part.holds({"a": "a" * LONGEST_KEPT + "z"}) and not part.holds({"a": "a" * LONGEST_KEPT})
