"""What every metric gives: a value, what was looked at, and why it came out so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """`value` from 0 to 1, more is better, unless the metric says otherwise; None where there was nothing to score,
    which is not zero and counts in no mean."""

    value: float | None
    answer: str
    explanation: str


def not_scored(why: str) -> Score:
    """Nothing to score, and why."""
    return Score(None, "", why)


def share(part: int, whole: int, answer: str, explanation: str, none: str) -> Score:
    """`part` of `whole`; not scored where there is no whole."""
    return Score(part / whole, answer, explanation) if whole else not_scored(none)
