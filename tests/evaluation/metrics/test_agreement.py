"""Agreement with its arithmetic written out."""

from __future__ import annotations

import pytest

from evaluation.metrics.agreement import agreement


def test_agreement_is_krippendorff_s_alpha_for_words_without_order() -> None:
    # a a / a b / b b: six words, three of each; two of six stand beside another word than their own; by chance
    # 3 * 3 * 2 of 6 * 5 would
    assert agreement([["a", "a"], ["a", "b"], ["b", "b"]]).value == pytest.approx(1 - (2 / 6) / (18 / 30))
    # a a b: each word beside two others, so a pair counts a half: a-a twice, a-b four times
    assert agreement([["a", "a", "b"], ["b", "b"]]).value == pytest.approx(1 - (2 / 5) / (12 / 20))
    assert agreement([["a", "a"], ["b", "b"]]).value == 1
    assert agreement([["a", "b"], ["a", "b"]]).value == pytest.approx(1 - 1 / (8 / 12))


def test_nothing_is_said_of_agreement_that_nobody_can_tell_from_chance() -> None:
    assert agreement([["a", "a"], ["a", "a"]]).value is None
    assert agreement([["a"], ["b"]]).value is None
