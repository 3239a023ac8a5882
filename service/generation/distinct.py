"""Variants that differ: near-duplicates, by wording and by meaning, are worth nothing to a writer who must choose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from retrieval.types import Embedder
from service.generation.tokens import bind

WORDING = 0.8
"""Share of word pairs in common from which two variants are one. Two angles on one offer share up to 0.6."""
MEANING = 0.97
"""Cosine of the embeddings from which two variants say the same in other words."""
_WORD = re.compile(r"\w+")


def text_of(fields: Mapping[str, str]) -> str:
    """A variant as one text, with the fallbacks in place of its tokens."""
    return "\n".join(bind(text, {}) for text in fields.values() if text)


def same_wording(one: str, other: str) -> bool:
    """Whether two texts are nearly the same words in nearly the same order (Dice coefficient of their word pairs)."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return one.casefold() == other.casefold()
    return 2 * len(first & second) >= WORDING * (len(first) + len(second))


async def repeats(texts: Sequence[str], embedder: Embedder | None) -> list[int | None]:
    """For each text the place of an earlier, distinct one that it repeats, None where it is new."""
    vectors = await embedder.embed(texts) if embedder is not None and len(texts) > 1 else None
    found: list[int | None] = []
    for place, text in enumerate(texts):
        earlier = [other for other in range(place) if found[other] is None]
        found.append(
            next(
                (
                    other
                    for other in earlier
                    if same_wording(text, texts[other])
                    or (vectors is not None and float(np.dot(vectors[place], vectors[other])) >= MEANING)
                ),
                None,
            )
        )
    return found


def _pairs(text: str) -> set[tuple[str, str]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return set(pairwise(words))
