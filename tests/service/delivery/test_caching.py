"""No cache keeps copy for longer than it is true."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.caching import cache_headers, etag_of, unchanged

NOW = 1_800_000_000.0


def control(**told: object) -> str:
    given: dict[str, object] = {"factual": False, "closes": math.inf, "now": NOW, "personal": False} | told
    return cache_headers(**given)["Cache-Control"]  # type: ignore[arg-type]


def seconds(header: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"([a-z-]+)=(\d+)", header)}


def test_shared_copy_without_facts_is_kept_for_minutes_and_while_we_do_not_answer() -> None:
    wanted = "public, max-age=60, s-maxage=300, stale-while-revalidate=600, stale-if-error=86400"
    assert control() == wanted


def test_copy_with_facts_is_kept_for_a_minute_at_most_and_never_stale() -> None:
    assert control(factual=True) == "public, max-age=60, s-maxage=60, must-revalidate"
    assert control(factual=True, closes=NOW + 7.9) == "public, max-age=7, s-maxage=7, must-revalidate"
    assert control(factual=True, closes=NOW - 5) == "public, max-age=0, s-maxage=0, must-revalidate"


def test_what_one_visitor_gets_is_kept_by_nobody() -> None:
    assert control(personal=True) == control(personal=True, factual=True) == "private, no-store"


def test_nothing_to_show_is_looked_at_again_soon() -> None:
    assert seconds(control(nothing=True)) == {"max-age": 30, "s-maxage": 30}


@given(st.booleans(), st.floats(min_value=-1e6, max_value=1e6), st.booleans())
def test_no_shared_answer_outlives_its_end(factual: bool, left: float, nothing: bool) -> None:
    told = seconds(control(factual=factual, closes=NOW + left, nothing=nothing))
    longest = max(
        told["s-maxage"] + told.get("stale-while-revalidate", 0), told["s-maxage"] + told.get("stale-if-error", 0)
    )
    assert max(told["max-age"], longest) <= max(left, 0)
    if factual:
        assert longest <= 60


@pytest.mark.parametrize(
    ("asked", "same"),
    [("{tag}", True), ('"other", {tag}', True), ("W/{tag}", True), ("*", True), ('"other"', False), ("", False)],
)
def test_whoever_has_it_already_gets_no_body(asked: str, same: bool) -> None:
    tag = etag_of(b"copy")
    assert unchanged({"if-none-match": asked.format(tag=tag)}, tag) is same
    assert etag_of(b"other copy") != tag
