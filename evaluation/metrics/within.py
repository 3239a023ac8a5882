"""One score for several texts of the same kind, such as the variants of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.metrics.score import Score, not_scored


def together(scores: Sequence[Score]) -> Score:
    """The mean of those that were scored, told by the lowest of them."""
    scored = [(one.value, one) for one in scores if one.value is not None]
    if not scored:
        return scores[0] if scores else not_scored("no copy")
    mean = sum(value for value, _ in scored) / len(scored)
    _, lowest = min(scored, key=lambda one: one[0])
    return Score(mean, f"{len(scored)} texts; the lowest: {lowest.answer}", lowest.explanation)
