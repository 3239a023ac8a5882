import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import dense_weight, fuse

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)

ids = st.integers(0, 12).map(lambda number: UUID(int=number))
cosines = st.dictionaries(ids, st.floats(-1, 1), max_size=10)
bm25 = st.dictionaries(ids, st.floats(0.01, 40), max_size=10)
weights = st.floats(0, 3)


def test_each_half_is_a_share_of_its_own_best() -> None:
    found = fuse([(A, 0.8), (B, 0.4)], [(B, 10.0), (A, 5.0)], weight=0.5)

    assert [hit.id for hit in found] == [B, A]
    assert [hit.score for hit in found] == pytest.approx([(1 + 0.5 * 0.5) / 1.5, (0.5 + 0.5 * 1) / 1.5])


def test_a_hit_beyond_the_end_of_the_dense_list_has_the_cosine_of_its_last() -> None:
    found = fuse([(A, 0.8), (B, 0.4)], [(C, 10.0)], weight=1)

    assert {hit.id: hit.score for hit in found}[C] == pytest.approx((1 + 0.5) / 2)


def test_a_half_without_hits_leaves_the_other_as_it_is() -> None:
    assert [hit.score for hit in fuse([(A, 0.5), (B, 0.25)], [], weight=0.3)] == [1.0, 0.5]
    assert [hit.score for hit in fuse([], [(A, 8.0), (B, 2.0)], weight=0.3)] == [1.0, 0.25]
    assert fuse([], [], weight=0.3) == []


def test_cosines_below_zero_count_as_zero() -> None:
    found = fuse([(A, 0.5), (B, -0.5)], [(B, 1.0)], weight=1)

    assert {hit.id: hit.score for hit in found} == {A: 0.5, B: 0.5}


def test_ties_go_to_the_words_and_then_to_the_smaller_id() -> None:
    assert [hit.id for hit in fuse([(A, 1.0), (B, 0.0)], [(B, 1.0)], weight=1)] == [B, A]
    assert [hit.id for hit in fuse([(C, 0.5), (B, 0.5), (A, 0.5)], [], weight=1)] == [A, B, C]


def test_weights_are_by_model_whatever_its_version_and_language() -> None:
    assert dense_weight("all-MiniLM-L6-v2@53aa5117", "pt") < dense_weight("all-MiniLM-L6-v2", "en")
    assert dense_weight("intfloat/multilingual-e5-small", "pt") == 1.0
    assert dense_weight("mine", "pt", {("mine", "pt"): 0.2}) == 0.2


@given(cosines, bm25, weights)
def test_all_hits_stay_and_scores_are_shares(
    dense: dict[UUID, float], lexical: dict[UUID, float], weight: float
) -> None:
    found = fuse(dense.items(), lexical.items(), weight)

    assert {hit.id for hit in found} == dense.keys() | lexical.keys()
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in found)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


@given(cosines, bm25, weights, st.randoms(use_true_random=False))
def test_the_order_in_which_hits_come_does_not_matter(
    dense: dict[UUID, float], lexical: dict[UUID, float], weight: float, chance: random.Random
) -> None:
    by_meaning, by_words = list(dense.items()), list(lexical.items())
    chance.shuffle(by_meaning)
    chance.shuffle(by_words)

    assert fuse(by_meaning, by_words, weight) == fuse(dense.items(), lexical.items(), weight)


@given(cosines, bm25, weights, st.floats(0.1, 10))
def test_the_scale_of_a_half_does_not_matter(
    dense: dict[UUID, float], lexical: dict[UUID, float], weight: float, factor: float
) -> None:
    plain = {hit.id: hit.score for hit in fuse(dense.items(), lexical.items(), weight)}
    scaled = fuse(dense.items(), ((key, factor * score) for key, score in lexical.items()), weight)

    assert {hit.id: hit.score for hit in scaled} == pytest.approx(plain)


@given(cosines, bm25, weights)
def test_being_found_by_meaning_too_never_costs_a_hit(
    dense: dict[UUID, float], lexical: dict[UUID, float], weight: float
) -> None:
    found = {hit.id: hit.score for hit in fuse(dense.items(), lexical.items(), weight)}
    by_words = [key for key in lexical if key not in dense]
    by_both = [key for key in lexical if key in dense]

    for both in by_both:
        for words in by_words:
            if lexical[both] >= lexical[words]:
                assert found[both] >= found[words] - 1e-9


@given(cosines, bm25)
def test_the_top_of_both_halves_is_the_top_of_all(dense: dict[UUID, float], lexical: dict[UUID, float]) -> None:
    best = UUID(int=99)

    assert fuse([*dense.items(), (best, 1.0)], [*lexical.items(), (best, 50.0)], 0.5)[0].score == pytest.approx(1.0)
