"""What another policy would have brought, from the log of the one that chose: off-policy estimates, or a refusal. Pure.

Each logged decision has the action that was drawn, every action that could have been with its propensity, and what came
of it. A target policy says how likely it would have taken each. With w = target / propensity of the logged action and r
the reward, over n decisions:

    IPS    mean of w * r                        Horvitz and Thompson 1952; Precup, Sutton and Singh 2000
    SNIPS  sum of w * r / sum of w              Hajek 1971; Swaminathan and Joachims 2015, "The self-normalized
                                                estimator for counterfactual learning"
    DR     mean of E_target[q] + w * (r - q)    Dudik, Langford and Li 2011, "Doubly robust policy evaluation and
                                                learning", where q is a model's guess of an action's reward
    ESS    (sum of w)^2 / sum of w^2            Kish 1965: how many unweighted decisions the weighted ones are worth

IPS and DR are unbiased where the propensities are right and nothing that the target would do was impossible in the log.
Where it was, no amount of data helps, and a number would only look like one: that is refused.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

FOLDS = 5
RESAMPLES = 1_000
COVERAGE = 0.95
LEAST_ESS = 30.0
MOST_WEIGHT = 0.1
_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Logged:
    """One decision of the log. `offered` are all actions that the log's policy could have taken, each with how likely
    it was; `propensity` is what was written down for the one it took, None where nothing was. `context` is what the
    outcome model may know of the situation; decisions of the same `group`, a reader's, share a fold."""

    action: str
    propensity: float | None
    reward: float
    offered: Mapping[str, float]
    context: str = ""
    group: str = ""


Target = Callable[[Logged], Mapping[str, float]]
"""How likely a policy takes each action in that situation; it may not look at what was taken, nor at the reward."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How thin overlap may be: the least effective sample size, and the largest share of all weight that one decision
    may have."""

    ess: float = LEAST_ESS
    weight: float = MOST_WEIGHT


class Refused(NamedTuple):
    """The log cannot tell, and why."""

    why: str


class Estimate(NamedTuple):
    """A value with its bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Weights:
    """How much of the log speaks for a target: `each` decision's weight, the effective sample size, that as a share of
    all decisions, and the share of all weight that the heaviest decision has."""

    each: Array
    ess: float
    share: float
    heaviest: float


@dataclass(frozen=True, slots=True)
class Valued:
    """A target's value by each estimator. `terms` are what IPS and DR are the means of, decision by decision."""

    ips: Estimate
    snips: Estimate
    dr: Estimate
    weights: Weights
    terms: Mapping[str, Array]


def logged_policy(one: Logged) -> Mapping[str, float]:
    """The log's own policy; its value is the mean reward."""
    return one.offered


def uniform(one: Logged) -> Mapping[str, float]:
    """Each action that could have been taken, as likely as any other."""
    return dict.fromkeys(one.offered, 1 / len(one.offered))


def best_of(log: Sequence[Logged]) -> Target:
    """In each context the action of the highest mean reward in that log, which must be another one than the target is
    valued on; where the log does not know any of the actions, the log's own policy. Of equal ones the first by name."""
    totals: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in log:
        totals[one.context][one.action].append(one.reward)
    ranked = {
        context: sorted(actions, key=lambda name: (-sum(actions[name]) / len(actions[name]), name))
        for context, actions in totals.items()
    }

    def target(one: Logged) -> Mapping[str, float]:
        best = next((name for name in ranked.get(one.context, ()) if name in one.offered), None)
        return one.offered if best is None else {best: 1.0}

    return target


def weights_of(log: Sequence[Logged], target: Target) -> Weights | Refused:
    """The weights of a log for a target. Refused where a propensity is missing, or where the target would do what the
    log's policy never could."""
    if not log:
        return Refused("the log is empty")
    missing = sum(one.propensity is None or one.propensity <= 0 for one in log)
    if missing:
        return Refused(f"{missing} of {len(log)} decisions have no propensity")
    wanted = [target(one) for one in log]
    outside = sum(
        any(chance > 0 and one.offered.get(action, 0.0) <= 0 for action, chance in of.items())
        for one, of in zip(log, wanted, strict=True)
    )
    if outside:
        return Refused(f"in {outside} of {len(log)} decisions the target does what the log's policy never could")
    each = np.array([of.get(one.action, 0.0) / (one.propensity or 1.0) for one, of in zip(log, wanted, strict=True)])
    return Weights(each, ess(each), ess(each) / len(log), float(each.max() / each.sum()) if each.any() else 0.0)


def ess(weights: Array) -> float:
    """Kish's effective sample size; 0 where all weights are."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def value(
    log: Sequence[Logged], target: Target, seed: int, limits: Limits = Limits(), resamples: int = RESAMPLES
) -> Valued | Refused:  # fmt: skip
    """What the target would have brought a decision, by each estimator."""
    weights = weights_of(log, target)
    if isinstance(weights, Refused):
        return weights
    if (thin := too_thin(weights, len(log), limits)) is not None:
        return thin
    rewards = np.array([one.reward for one in log])
    ips = weights.each * rewards
    dr = doubly_robust(log, target, weights.each, seed)
    resampled = _resampled(len(log), seed, resamples)
    return Valued(
        ips=_estimate(float(ips.mean()), resampled @ ips / len(log)),
        snips=_estimate(snips(weights.each, rewards), _ratios(resampled @ ips, resampled @ weights.each)),
        dr=_estimate(float(dr.mean()), resampled @ dr / len(log)),
        weights=weights, terms={"ips": ips, "dr": dr},
    )  # fmt: skip


def too_thin(weights: Weights, count: int, limits: Limits) -> Refused | None:
    """Why these weights are too few to tell anything, if they are."""
    if weights.ess < limits.ess:
        told = f"an effective sample size of {weights.ess:.1f} in {count} decisions"
        return Refused(f"overlap is too thin: {told}, where {limits.ess:g} is the least")
    if weights.heaviest > limits.weight:
        told = f"one decision has {weights.heaviest:.0%} of all weight"
        return Refused(f"overlap is too thin: {told}, where {limits.weight:.0%} is the most")
    return None


def snips(weights: Array, rewards: Array) -> float:
    """The self-normalised mean."""
    return float((weights * rewards).sum() / weights.sum())


def doubly_robust(log: Sequence[Logged], target: Target, weights: Array, seed: int) -> Array:
    """The terms that DR is the mean of."""
    guess = outcome_model(log, seed)
    expected = np.array(
        [sum(chance * guess(place, action) for action, chance in target(one).items()) for place, one in enumerate(log)]
    )
    rewards = np.array([one.reward for one in log])
    guessed = np.array([guess(place, one.action) for place, one in enumerate(log)])
    return np.asarray(expected + weights * (rewards - guessed))


def outcome_model(log: Sequence[Logged], seed: int) -> Callable[[int, str], float]:
    """Guesses an action's reward in the place-th decision: its mean reward in that context, from the other folds only
    (cross-fitting, Chernozhukov et al. 2018), with the folds' own mean counted in as one decision more."""
    totals: dict[tuple[str, str], Array] = defaultdict(lambda: np.zeros((FOLDS, 2)))
    whole, folds = np.zeros((FOLDS, 2)), [fold_of(one, seed, place) for place, one in enumerate(log)]
    for fold, one in zip(folds, log, strict=True):
        for table in (totals[one.context, one.action], whole):
            table[fold] += (one.reward, 1)
    overall = _means_elsewhere(whole, np.zeros(FOLDS), 0)
    cells = {name: _means_elsewhere(table, overall, 1) for name, table in totals.items()}

    def guess(place: int, action: str) -> float:
        means = cells.get((log[place].context, action), overall)
        return float(means[folds[place]])

    return guess


def _means_elsewhere(table: Array, prior: Array, weight: int) -> Array:
    """For each fold the mean of all the others, given sums and counts by fold, with `prior` counted in so often."""
    sums, counts = (table.sum(axis=0) - table).T
    return np.asarray((sums + weight * prior) / np.maximum(counts + weight, 1))


def fold_of(one: Logged, seed: int, place: int) -> int:
    """Which of the folds: the same for all decisions of one reader."""
    return zlib.crc32(f"{seed}/{one.group or place}".encode()) % FOLDS


def _resampled(count: int, seed: int, resamples: int) -> Array:
    """How often each decision is in each resample of the bootstrap."""
    drawn = np.random.default_rng([seed, count]).multinomial(count, np.full(count, 1 / count), size=resamples)
    return np.asarray(drawn, dtype=np.float64)


def _ratios(above: Array, below: Array) -> Array:
    there = below > _NEAR
    return above[there] / below[there]


def _estimate(found: float, resampled: Array) -> Estimate:
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return Estimate(found, float(low), float(high))
