"""How far copy speaks of what its evidence says, rather than of nothing in particular."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.metrics.score import Score, share
from evaluation.metrics.words import content_words
from retrieval.languages import Language

STEM = 5
"""Two words are one where their first letters agree: plurals and most verb forms of the three languages."""


def evidence_coverage(copy: str, evidence: Sequence[str], language: Language) -> Score:
    """The share of the copy's content words that stand in the evidence, by their first five letters."""
    known = {word[:STEM] for text in evidence for word in content_words(text, language)}
    said = content_words(copy, language)
    strange = [word for word in said if word[:STEM] not in known]
    return share(
        len(said) - len(strange), len(said), " ".join(said), f"not in the evidence: {', '.join(strange) or 'nothing'}",
        "the copy has no content words",
    )  # fmt: skip
