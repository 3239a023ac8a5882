"""What a log of decisions says of policies, decision by decision: weights and weighted clicks, or why nothing. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from evaluation.figures import Aggregate, CaseResult, Metric, Split
from evaluation.metrics.score import Score, not_scored
from evaluation.policy import (
    Limits,
    Logged,
    Refused,
    Target,
    best_of,
    doubly_robust,
    ess,
    logged_policy,
    too_thin,
    uniform,
    weights_of,
)

POLICIES = {
    "logged": "the policy that chose",
    "uniform": "any text of the place as likely as any other",
    "best": "in each place the one text that did best in the other half",
    "control": "the campaign's control for everybody",
}
SPREAD = 4.5
"""A lot is called unfair so many standard deviations off: by chance once in 150,000 times."""

CONTROL = "the control"
"""How the context of a decision ends where the control was said."""

_ESTIMATES = ("ips", "snips", "dr", "ess")


class Row(NamedTuple):
    """A decision of the log, or why it says nothing of policies."""

    split: Split
    logged: Logged | str


Scores = dict[str, Score]


def _ratio(policy: str) -> Aggregate:
    def of(cases: Sequence[CaseResult]) -> float | None:
        pairs = [(case.value(f"{policy}.snips"), case.value(f"{policy}.ess")) for case in cases]
        scored = [(term, weight) for term, weight in pairs if term is not None and weight is not None]
        whole = sum(weight for _, weight in scored)
        return sum(term for term, _ in scored) / whole if whole else None

    return of


def _effective(policy: str) -> Aggregate:
    def of(cases: Sequence[CaseResult]) -> float | None:
        weights = [weight for case in cases if (weight := case.value(f"{policy}.ess")) is not None]
        return ess(np.array(weights)) if weights else None

    return of


def _metrics(name: str, words: str) -> tuple[Metric, ...]:
    return (
        Metric(f"{name}.ips", f"clicks a decision, by importance weights: {words}"),
        Metric(f"{name}.snips", f"the same, the weights summing to one: {words}", of=_ratio(name)),
        Metric(f"{name}.dr", f"the same with a model of clicks, doubly robust: {words}"),
        Metric(f"{name}.ess", f"effective sample size: {words}", unit="decisions", of=_effective(name)),
    )


VALUES = tuple(metric for name, words in POLICIES.items() for metric in _metrics(name, words))


def valued(rows: Sequence[Row], seed: int) -> list[Scores]:
    """The scores of each row."""
    scores = [Scores() for _ in rows]
    for policy in POLICIES:
        for place, found in _valued(rows, policy, seed).items():
            scores[place] |= found
    return scores


def drawn(log: Sequence[Logged]) -> dict[str, Score]:
    """For each context whether every action came about as often as its propensities add up to."""
    contexts: dict[str, list[Logged]] = defaultdict(list)
    for one in log:
        contexts[one.context].append(one)
    scores = {}
    for name, mine in contexts.items():
        off = max(_off(mine, action) for action in sorted({action for one in mine for action in one.offered}))
        told = "as often as the propensities say" if off <= SPREAD else f"{off:.1f} standard deviations off"
        scores[name] = Score(float(off <= SPREAD), name, told)
    return scores


def _off(log: Sequence[Logged], action: str) -> float:
    """How many standard deviations an action came too often or too rarely."""
    chances = np.array([one.offered.get(action, 0.0) for one in log])
    deviation = float(np.sqrt((chances * (1 - chances)).sum()))
    count = sum(one.action == action for one in log)
    return abs(count - float(chances.sum())) / deviation if deviation else 0.0


def _valued(rows: Sequence[Row], policy: str, seed: int) -> dict[int, Scores]:
    """What each row says of one policy."""
    scores, places, log = dict[int, Scores](), list[int](), list[Logged]()
    for place, row in enumerate(rows):
        if isinstance(row.logged, str):
            scores[place] = _none(policy, row.logged)
        elif policy == "best" and row.split == "development":
            scores[place] = _none(policy, "of the half that the policy was chosen on")
        else:
            places.append(place)
            log.append(row.logged)
    return scores | dict(zip(places, _of_policy(log, _target(rows, policy), policy, seed), strict=True))


def _of_policy(log: Sequence[Logged], target: Target, policy: str, seed: int) -> list[Scores]:
    weights = weights_of(log, target)
    if isinstance(weights, Refused):
        return [_none(policy, weights.why) for _ in log]
    each = [Score(float(one), f"weight {one:.3g}", "target / propensity") for one in weights.each]
    if (thin := too_thin(weights, len(log), Limits())) is not None:
        return [_none(policy, thin.why) | {f"{policy}.ess": weight} for weight in each]
    terms = doubly_robust(log, target, weights.each, seed)
    return [_scores(policy, *one) for one in zip(log, each, terms, strict=True)]


def _scores(policy: str, one: Logged, weight: Score, term: float) -> Scores:
    answer = f"{one.action}: {'clicked' if one.reward else 'not clicked'}, {weight.answer}"
    weighted = Score((weight.value or 0.0) * one.reward, answer, "weight * click")
    modelled = Score(float(term), answer, "what the model expects, and weight * what it got wrong")
    return dict(zip((f"{policy}.{name}" for name in _ESTIMATES), (weighted, weighted, modelled, weight), strict=True))


def _target(rows: Sequence[Row], policy: str) -> Target:
    if policy == "best":
        return best_of([row.logged for row in rows if isinstance(row.logged, Logged) and row.split == "development"])
    if policy == "control":
        return lambda one: one.offered if one.context.endswith(CONTROL) else {CONTROL: 1.0}
    return logged_policy if policy == "logged" else uniform


def _none(policy: str, why: str) -> Scores:
    return {f"{policy}.{name}": not_scored(why) for name in _ESTIMATES}
