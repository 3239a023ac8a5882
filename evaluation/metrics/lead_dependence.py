"""How much copy depends on who reads it, and whether it is the right part that does."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from evaluation.metrics.score import Score, not_scored
from evaluation.metrics.words import content_words
from retrieval.languages import Language

STEM = 5


def lead_dependence(copy: str, swapped: str, language: Language) -> Score:
    """The share of content words that change when another lead is put in this one's place, all else being equal."""
    one, other = content_words(copy, language), content_words(swapped, language)
    if not one and not other:
        return not_scored("neither copy has content words")
    same = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    changed = 1 - 2 * same / (len(one) + len(other))
    return Score(changed, f"{len(one)} and {len(other)} words", f"{same} words in the same order in both")


def right_dependence(copy: str, swapped: str, about: Sequence[str], language: Language) -> Score:
    """Of the words that only this lead's copy has, the share that stands in what is about this lead: the words of its
    known attributes, and of the evidence that was found for it."""
    only = set(content_words(copy, language)) - set(content_words(swapped, language))
    if not only:
        return not_scored("both leads get the same words")
    known = {word[:STEM] for text in about for word in content_words(text, language)}
    right = {word for word in only if word[:STEM] in known}
    strange = ", ".join(sorted(only - right)) or "none"
    return Score(len(right) / len(only), f"{len(only)} words of its own", f"about nothing known of the lead: {strange}")
