"""How much of copy could stand under any other offer as well."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.metrics.score import Score, share
from evaluation.metrics.words import content_words, sentences
from retrieval.languages import Language


def specificity(copy: str, names: Sequence[str], language: Language) -> Score:
    """The share of sentences that hold a number or a word of `names`: titles of the evidence, names of products."""
    own = {word for name in names for word in content_words(name, language) if len(word) > 3}
    found = list(sentences(copy))
    general = [
        one
        for one in found
        if not any(letter.isdigit() for letter in one) and own.isdisjoint(content_words(one, language))
    ]
    return share(
        len(found) - len(general), len(found), f"{len(found)} sentences",
        f"says nothing of its own: {' / '.join(general) or 'none'}", "the copy has no sentences",
    )  # fmt: skip
