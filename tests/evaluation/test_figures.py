"""Figures of cases: means, figures of all cases together, intervals, what was not scored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.figures import CaseResult, Metric, by_locale, figures
from evaluation.metrics.score import Score, not_scored

RIGHT = Metric("right", "how often it is right")


def case(id_: str, value: float | None, locale: str = "pt-BR") -> CaseResult:
    score = not_scored("nothing there") if value is None else Score(value, "", "")
    return CaseResult(id=id_, locale=locale, scores={"right": score})


def test_what_was_not_scored_is_not_zero() -> None:
    found = figures([RIGHT], [case("a", 1.0), case("b", None), case("c", 0.5)], seed=7)["right"]
    assert found.value == (1.0 + 0.5) / 2
    assert (found.cases, found.not_scored) == (2, 1)


def test_without_any_score_there_is_no_figure() -> None:
    found = figures([RIGHT], [case("a", None)], seed=7)["right"]
    assert (found.value, found.low, found.high, found.cases) == (None, None, None, 0)


def test_a_figure_of_all_cases_together_is_no_mean_of_theirs() -> None:
    def precision(cases: object) -> float | None:
        found = [one for one in cases if isinstance(one, CaseResult)]  # type: ignore[attr-defined]
        right, all_ = (sum(one.value(name) or 0.0 for one in found) for name in ("hits", "found"))
        return right / all_ if all_ else None

    cases = [
        CaseResult(id=str(place), scores={"hits": Score(hits, "", ""), "found": Score(found, "", "")})
        for place, (hits, found) in enumerate([(1.0, 1.0), (1.0, 9.0)])
    ]
    found = figures([Metric("precision", "of what was found", of=precision)], cases, seed=7)["precision"]
    assert found.value == pytest.approx((1 + 1) / (1 + 9))
    assert found.low == pytest.approx(1 / 9) and found.high == 1.0  # either case drawn twice


def test_locales_are_told_apart() -> None:
    found = by_locale([RIGHT], [case("a", 1.0), case("b", 0.0, "es"), case("c", 1.0, "es")], seed=7)
    assert {locale: one["right"].value for locale, one in found.items()} == {"pt-BR": 1.0, "es": 0.5}


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.integers(0, 2**32))
def test_an_interval_is_the_same_for_the_same_seed_and_lies_within_the_cases(values: list[float], seed: int) -> None:
    cases = [case(str(place), value) for place, value in enumerate(values)]
    one, again = (figures([RIGHT], cases, seed)["right"] for _ in range(2))
    assert one == again
    assert one.low is not None and one.high is not None
    assert min(values) - 1e-9 <= one.low <= one.high <= max(values) + 1e-9
