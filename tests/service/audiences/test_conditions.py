"""What conditions mean, and what is told of those that mean nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audiences.conditions import attributes_in, checked, holds, matches
from service.audiences.patterns import pattern_fault
from service.errors import Fault, Invalid
from service.profile.view import Kind
from tests.support import SHARED

USABLE: dict[str, Kind] = {
    "orders": "number",
    "days_to_birthday": "number",
    "city": "text",
    "is_minor": "boolean",
    "cart_categories": "list",
}
CASES = Path(os.environ.get("SOBMEDIDA_GROWTHBOOK_CASES", SHARED / "growthbook-cases.json"))


def faults_of(condition: Any) -> list[Fault]:
    try:
        checked(condition, USABLE)
    except Invalid as error:
        assert error.code == "condition.invalid"
        return list(error.faults)
    return []


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ({"city": "Recife"}, {"city": "Recife"}, {"city": "Natal"}),
        ({"city": None}, {}, {"city": "Natal"}),
        ({"city": {"$eq": "Recife"}}, {"city": "Recife"}, {}),
        ({"city": {"$ne": "Recife"}}, {}, {"city": "Recife"}),
        ({"orders": {"$lt": 3}}, {"orders": 2}, {"orders": 3}),
        ({"orders": {"$lte": 3}}, {"orders": 3}, {"orders": 4}),
        ({"orders": {"$gt": 3}}, {"orders": 4}, {"orders": 3}),
        ({"orders": {"$gte": 3}}, {"orders": 3}, {"orders": 2}),
        ({"orders": {"$gte": 1, "$lt": 3}}, {"orders": 1}, {"orders": 3}),
        ({"city": {"$in": ["Recife", "Natal"]}}, {"city": "Natal"}, {"city": "natal"}),
        ({"city": {"$nin": ["Recife"]}}, {"city": "Natal"}, {"city": "Recife"}),
        ({"city": {"$ini": ["recife"]}}, {"city": "RECIFE"}, {"city": "Natal"}),
        ({"city": {"$nini": ["recife"]}}, {"city": "Natal"}, {"city": "RECIFE"}),
        ({"cart_categories": {"$in": ["cafe"]}}, {"cart_categories": ["pet", "cafe"]}, {"cart_categories": ["pet"]}),
        ({"cart_categories": {"$all": ["a", "b"]}}, {"cart_categories": ["b", "c", "a"]}, {"cart_categories": ["a"]}),
        ({"cart_categories": {"$alli": ["A"]}}, {"cart_categories": ["a"]}, {"cart_categories": []}),
        ({"cart_categories": {"$size": 2}}, {"cart_categories": ["a", "b"]}, {"cart_categories": ["a"]}),
        ({"cart_categories": {"$size": {"$gt": 1}}}, {"cart_categories": ["a", "b"]}, {"cart_categories": ["a"]}),
        ({"cart_categories": {"$elemMatch": {"$regex": "^c"}}}, {"cart_categories": ["x", "cafe"]}, {}),
        ({"city": {"$exists": True}}, {"city": "Recife"}, {}),
        ({"city": {"$exists": False}}, {}, {"city": "Recife"}),
        ({"city": {"$type": "string"}}, {"city": "Recife"}, {}),
        ({"city": {"$regex": "^Re"}}, {"city": "Recife"}, {"city": "recife"}),
        ({"city": {"$regexi": "^re"}}, {"city": "Recife"}, {"city": "Natal"}),
        ({"city": {"$notRegex": "^Re"}}, {"city": "Natal"}, {"city": "Recife"}),
        ({"city": {"$veq": "1.2.0"}}, {"city": "1.2.0"}, {"city": "1.2.1"}),
        ({"city": {"$vgt": "1.9.0"}}, {"city": "1.10.0"}, {"city": "1.8.0"}),
        ({"city": {"$not": {"$in": ["Recife"]}}}, {"city": "Natal"}, {"city": "Recife"}),
        ({"$not": {"orders": {"$gt": 0}}}, {}, {"orders": 1}),
        ({"$and": [{"orders": 1}, {"city": "X"}]}, {"orders": 1, "city": "X"}, {"orders": 1}),
        ({"$or": [{"orders": 1}, {"city": "X"}]}, {"city": "X"}, {"city": "Y"}),
        ({"$nor": [{"orders": 1}, {"city": "X"}]}, {"city": "Y"}, {"city": "X"}),
        ({"is_minor": False}, {"is_minor": False}, {"is_minor": True}),
        ({}, {}, None),
    ],
)
def test_each_operator(condition: dict[str, Any], yes: dict[str, Any], no: dict[str, Any] | None) -> None:
    assert faults_of(condition) == []
    assert matches(condition, yes)
    assert no is None or not matches(condition, no)


def test_the_cases_that_growthbook_publishes() -> None:
    if not CASES.exists():
        pytest.skip(f"growthbook's cases.json is not at {CASES}; SOBMEDIDA_GROWTHBOOK_CASES names another place")
    failing = set()
    cases = [case for case in json.loads(CASES.read_text())["evalCondition"] if len(case) == 4]  # no saved groups here
    for name, condition, values, expected in cases:
        if matches(condition, values) is not expected:
            failing.add(name)
    assert len(cases) > 200
    assert not failing


@pytest.mark.parametrize(
    ("condition", "member"),
    [
        ({"days_since_last_order": {"$lt": 30}}, False),  # growthbook alone reads a missing value as 0
        ({"$or": [{"orders": {"$gte": 0}}, {"orders": {"$lte": 5}}]}, False),
        ({"orders": {"$not": {"$gte": 3}}}, True),
        ({"$not": {"orders": {"$lt": 3}}}, True),
        ({"orders": {"$exists": False}}, True),
        ({"orders": {"$ne": 3}}, True),
    ],
)
def test_a_comparison_says_nothing_of_what_is_not_known(condition: dict[str, Any], member: bool) -> None:
    assert holds(condition, {}) is member


@pytest.mark.parametrize(
    ("condition", "pointer", "said"),
    [
        ({"order": {"$gt": 0}}, "/condition/order", "did you mean orders"),
        ({"religiao": "x"}, "/condition/religiao", "attribute contract"),
        ({"orders": "3"}, "/condition/orders", "must be a number"),
        ({"orders": True}, "/condition/orders", "must be a number"),
        ({"orders": {"$gt": "3"}}, "/condition/orders/$gt", "must be a number"),
        ({"orders": {"$in": 3}}, "/condition/orders/$in", "must be a list"),
        ({"orders": {"$in": [1, "2"]}}, "/condition/orders/$in/1", "must be a number"),
        ({"orders": {"$regex": "3"}}, "/condition/orders/$regex", "does not go with a number"),
        ({"orders": {"$gtt": 3}}, "/condition/orders/$gtt", "did you mean $gt"),
        ({"orders": {"gt": 3}}, "/condition/orders/gt", "no operator"),
        ({"orders": {}}, "/condition/orders", "asks nothing"),
        ({"orders": {"$exists": 1}}, "/condition/orders/$exists", "true or false"),
        ({"orders": {"$type": "float"}}, "/condition/orders/$type", "one of string"),
        ({"orders": {"$not": 3}}, "/condition/orders/$not", "must hold an operator"),
        ({"city": {"$inGroup": "vip"}}, "/condition/city/$inGroup", "no saved groups"),
        ({"$savedGroups": ["vip"]}, "/condition/$savedGroups", "no saved groups"),
        ({"$xor": []}, "/condition/$xor", "did you mean"),
        ({"$or": []}, "/condition/$or", "at least one"),
        ({"$or": {"city": "a"}}, "/condition/$or", "must be a list"),
        ({"$or": [{"city": "a"}, 3]}, "/condition/$or/1", "must be an object"),
        ({"$not": [1]}, "/condition/$not", "must be an object"),
        ({"city": {"$regex": "("}}, "/condition/city/$regex", "no regular expression"),
        ({"cart_categories": {"$elemMatch": {"name": "x"}}}, "/condition/cart_categories/$elemMatch", "operators"),
        ({"cart_categories": {"$gt": 3}}, "/condition/cart_categories/$gt", "does not go with a list"),
        ({"orders": float("nan")}, "/condition/orders", "must be a number"),
        ({"city": "\ud800"}, "/condition", "cannot be kept"),
        ({"a/b~": 1}, "/condition/a~1b~0", "no attribute"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(condition: Any, pointer: str, said: str) -> None:
    (fault,) = faults_of(condition)
    assert fault.pointer == pointer and said in fault.detail


def test_many_faults_are_told_at_once() -> None:
    assert len(faults_of({"orders": "x", "city": 3, "unknown": 1})) == 3


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"orders": 1}
    for _ in range(depth - 1):
        condition = {"$and": [condition]}
    return condition


def test_how_deep_and_how_large_a_condition_may_be() -> None:
    assert faults_of(nested(10)) == []
    lists: Any = []
    for _ in range(12):
        lists = [lists]
    for condition in (nested(11), nested(5_000), {"$or": lists}):
        (fault,) = faults_of(condition)
        assert fault.pointer == "/condition" and "deep" in fault.detail
    assert faults_of({"city": {"$in": ["Recife"] * 1_000}}) == []
    (fault,) = faults_of({"city": {"$in": [f"cidade {number}" for number in range(10_000)]}})
    assert "20,000 are allowed" in fault.detail


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a*)*", "(a|a)*b", "(.*a){20}", "(a?){30}a{30}", "a?" * 30 + "a" * 30, ".*.*.*x", r"(.)\1", "(?=a)b",
     "(?P<x>a+)+", "((a{1,9}){1,9}){1,9}", "x" * 201, "a{5000}"],
)  # fmt: skip
def test_patterns_that_could_take_ages_are_refused(pattern: str) -> None:
    assert pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern", ["^Re", "(Mobile|Tablet)", r"-12-25$", r"^[A-Z]{2}\d+$", "caf[eé]s?", r"a\+b", "(foo|bar)?x", "[]a]b*"]
)
def test_patterns_that_people_write_are_taken(pattern: str) -> None:
    assert pattern_fault(pattern) is None


@given(st.text("ab.*+?(){}|[]12,^$\\", max_size=24))
def test_whatever_pattern_is_taken_comes_to_an_end(pattern: str) -> None:
    if pattern_fault(pattern) is None:  # what is refused takes longer than the universe is old
        assert matches({"city": {"$regex": pattern}}, {"city": "ab" * 99 + "a!"}) in (True, False)


def test_attributes_are_found_within_negations_too() -> None:
    condition = {"$or": [{"a": 1}, {"$not": {"b": {"$not": {"$gt": 1}}}}], "$nor": [{"c": 1}], "d": 1}
    assert attributes_in(condition) == {"a", "b", "c", "d"}
