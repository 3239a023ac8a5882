"""Which of the words that may be known of a lead matter most to a brief."""

from __future__ import annotations

from collections.abc import Sequence

from service.generation.sentences import stems
from service.leads.contract import Word

_VALUE = 3  # "plantas" in a brief is about those who like plants; "categoria" only about some category
_NAME = 1


def nearest(words: Sequence[Word], objective: str, most: int) -> list[Word]:
    """The words that share most with the objective, at most so many, in the order they had.

    Of words that share equally much, those that come first: an objective that none is near gets the first few.
    """
    wanted = stems(objective)
    ranked = sorted(range(len(words)), key=lambda place: (-_nearness(words[place], wanted), place))
    return [words[place] for place in sorted(ranked[:most])]


def _nearness(word: Word, wanted: frozenset[str]) -> int:
    name = stems(word.attribute.replace("_", " "))
    return _VALUE * len(stems(word.text) & wanted) + _NAME * len(name & wanted)
