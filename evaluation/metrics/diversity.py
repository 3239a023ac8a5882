"""How different the variants of one answer are: a choice of the same thing is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from evaluation.metrics.score import Score, not_scored
from evaluation.metrics.words import words


def diversity(variants: Sequence[str]) -> Score:
    """One less the mean Jaccard similarity of the variants' word pairs, over all pairs of variants."""
    if len(variants) < 2:
        return not_scored("fewer than two variants")
    bags = [set(pairwise(words(text))) for text in variants]
    alike = [len(one & other) / len(one | other) if one | other else 1.0 for one, other in combinations(bags, 2)]
    mean = sum(alike) / len(alike)
    return Score(1 - mean, f"{len(variants)} variants", f"word pairs in common: {mean:.3f} on average")
