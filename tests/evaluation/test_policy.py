"""Off-policy estimates: by hand on four decisions, and against a truth that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.policy import (
    Limits,
    Logged,
    Refused,
    Target,
    Valued,
    best_of,
    logged_policy,
    outcome_model,
    uniform,
    value,
    weights_of,
)

LAX = Limits(ess=1.0, weight=1.0)
OFFERED = {"a": 0.8, "b": 0.2}
FOUR = [
    Logged("a", 0.8, 1.0, OFFERED, group="r1"),
    Logged("a", 0.8, 0.0, OFFERED, group="r2"),
    Logged("a", 0.8, 0.0, OFFERED, group="r3"),
    Logged("b", 0.2, 1.0, OFFERED, group="r4"),
]


def valued(log: list[Logged], target: Target, limits: Limits = LAX, **more: int) -> Valued:
    found = value(log, target, 7, limits, **more)
    assert isinstance(found, Valued), found
    return found


def test_ips_snips_and_the_effective_sample_size_are_those_of_the_textbook() -> None:
    found = valued(FOUR, uniform)
    light, heavy = 0.5 / 0.8, 0.5 / 0.2
    total = 3 * light + heavy
    assert found.ips.value == pytest.approx((light * 1 + light * 0 + light * 0 + heavy * 1) / 4)
    assert found.snips.value == pytest.approx((light + heavy) / total)
    assert found.weights.ess == pytest.approx(total**2 / (3 * light**2 + heavy**2))
    assert found.weights.share == pytest.approx(found.weights.ess / 4)
    assert found.weights.heaviest == pytest.approx(heavy / total)


def test_the_doubly_robust_value_adds_what_the_model_got_wrong_to_what_it_expects() -> None:
    found, guess = valued(FOUR, uniform), outcome_model(FOUR, 7)
    by_hand = [
        0.5 * guess(place, "a") + 0.5 * guess(place, "b") + 0.5 / one.offered[one.action]
        * (one.reward - guess(place, one.action))
        for place, one in enumerate(FOUR)
    ]  # fmt: skip
    assert found.dr.value == pytest.approx(sum(by_hand) / 4)


def test_the_model_never_sees_the_reader_whose_reward_it_guesses() -> None:
    guess = outcome_model(FOUR, 7)
    # of r4's own reward nothing is left: the other three brought 1, 0 and 0, and none of them was shown b
    assert guess(3, "b") == pytest.approx((0 + 1 / 3) / (0 + 1))
    changed = [*FOUR[:3], replace(FOUR[3], reward=0.0)]
    assert outcome_model(changed, 7)(3, "b") == guess(3, "b")
    twice = [replace(one, group="r") for one in FOUR]
    assert outcome_model(twice, 7)(0, "a") == 0.0


def test_the_logged_policy_is_worth_what_it_brought() -> None:
    found = valued(FOUR, logged_policy)
    assert found.ips.value == found.snips.value == pytest.approx(2 / 4)
    assert found.weights.ess == pytest.approx(4)


def test_the_best_action_is_chosen_in_each_context_and_only_where_it_could_be_taken() -> None:
    target = best_of([*FOUR, Logged("a", 1.0, 1.0, {"a": 1.0}, context="elsewhere")])
    assert target(FOUR[0]) == {"b": 1.0}
    assert target(replace(FOUR[0], offered={"a": 1.0})) == {"a": 1.0}
    assert target(replace(FOUR[0], context="never seen")) == OFFERED
    assert target(replace(FOUR[0], context="elsewhere")) == {"a": 1.0}


@pytest.mark.parametrize(
    ("log", "target", "limits", "why"),
    [
        ([], uniform, LAX, "the log is empty"),
        ([replace(FOUR[0], propensity=None), *FOUR], uniform, LAX, "1 of 5 decisions have no propensity"),
        ([replace(FOUR[0], propensity=0.0)], uniform, LAX, "1 of 1 decisions have no propensity"),
        (FOUR, lambda _: {"c": 1.0}, LAX, "in 4 of 4 decisions the target does what the log's policy never could"),
        (FOUR, uniform, Limits(ess=3, weight=1), "an effective sample size of 2.6 in 4 decisions, where 3 is"),
        (FOUR, uniform, Limits(ess=1, weight=0.5), "one decision has 57% of all weight, where 50% is the most"),
        (FOUR[:3], lambda _: {"b": 1.0}, LAX, "an effective sample size of 0.0 in 3 decisions"),
    ],
)
def test_where_the_log_cannot_tell_there_is_no_number(
    log: list[Logged], target: Target, limits: Limits, why: str
) -> None:
    found = value(log, target, 7, limits)
    assert isinstance(found, Refused)
    assert why in found.why


def test_the_same_log_and_seed_give_the_same_to_the_last_digit() -> None:
    log = simulated(np.random.default_rng(3), 200, {"a": 0.8, "b": 0.2}, {"a": 0.1, "b": 0.3})
    one, other = valued(log, uniform), valued(log, uniform)
    assert (one.ips, one.snips, one.dr) == (other.ips, other.snips, other.dr)
    assert one.ips.low < one.ips.value < one.ips.high


def simulated(
    random: np.random.Generator, count: int, offered: Mapping[str, float], rewards: Mapping[str, float]
) -> list[Logged]:
    """A log of that policy, whose actions bring those rewards on average."""
    names = list(offered)
    drawn = random.choice(len(names), size=count, p=list(offered.values()))
    lucky = random.random(count)
    return [
        Logged(names[at], offered[names[at]], float(luck < rewards[names[at]]), offered, group=f"r{place}")
        for place, (at, luck) in enumerate(zip(drawn, lucky, strict=True))
    ]


@settings(max_examples=5, deadline=None, derandomize=True)
@given(
    share=st.floats(0.25, 0.75), first=st.floats(0.1, 0.9), second=st.floats(0.1, 0.9), wanted=st.floats(0, 1),
    seed=st.integers(0, 2**31),
)  # fmt: skip
def test_intervals_cover_a_known_truth_about_as_often_as_they_say(
    share: float, first: float, second: float, wanted: float, seed: int
) -> None:
    """95 % of 60 logs are 57; an honest interval covers fewer than 51 less than once in 300 times."""
    random = np.random.default_rng(seed)
    offered, rewards = {"a": share, "b": 1 - share}, {"a": first, "b": second}
    truth = wanted * first + (1 - wanted) * second
    covered = {"ips": 0, "snips": 0, "dr": 0}
    for _ in range(60):
        log = simulated(random, 120, offered, rewards)
        found = valued(log, lambda _: {"a": wanted, "b": 1 - wanted}, resamples=150)
        for name in covered:
            interval = getattr(found, name)
            covered[name] += interval.low <= truth <= interval.high
    assert min(covered.values()) >= 51, covered


@given(st.integers(0, 2**31), st.floats(0.05, 0.95), st.integers(10, 60))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_whatever_was_logged_the_logged_policy_is_worth_its_mean_reward(seed: int, share: float, count: int) -> None:
    log = simulated(np.random.default_rng(seed), count, {"a": share, "b": 1 - share}, {"a": 0.3, "b": 0.6})
    weights = weights_of(log, logged_policy)
    assert not isinstance(weights, Refused)
    assert weights.ess == pytest.approx(count)
    found = valued(log, logged_policy, resamples=20)
    assert found.ips.value == pytest.approx(sum(one.reward for one in log) / count)
