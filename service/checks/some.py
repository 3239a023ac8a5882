"""What evidence tells of one only, and copy of all of its kind: `em todos os planos` where one plan has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from service.checks.bounds import UNIVERSAL, meet, same, telling
from service.checks.copy import Source, wording_of
from service.checks.phrases import known_text
from service.checks.words import fold

_HEAD = 3  # words, among which a piece of evidence names what it is of
_NEXT = 24  # signs behind "all the", in which it may say of what
_LEAST = 2  # words of a benefit by which it is known again
_PLACE = re.compile(r"\b([a-zà-þ]{4,}) (?:d[aeo]|of|in|de la|del) ([A-ZÀ-Þ][^\W_]+)")
_NO_PLACE = frozenset(("casa", "site", "loja", "shop", "store"))


def is_of_some(sources: Sequence[Source], whole: str, said: Sequence[str], copy_words: Sequence[str]) -> bool:
    """Whether evidence tells it of one of those, and copy of them all."""
    told = tuple(one for one in said if not same(one, whole))
    if len(told) < _LEAST:
        return False
    wordings = tuple(wording_of(one) for one in sources)
    return _has_one_of_several(wordings, whole, told) or _is_of_one_place(wordings, whole, told, copy_words)


def _has_one_of_several(wordings: Sequence[str], whole: str, told: Sequence[str]) -> bool:
    """Whether of two or more pieces, each about one of them, some tell it and some do not, and none tells it of all."""
    pieces = [words for wording in wordings if _is_about(words := _words(wording), whole)]
    if len(pieces) < _LEAST:
        return False
    tell = [sum(meet((one,), words) for one in told) for words in pieces]
    return (
        max(tell) == len(told)
        and 2 * min(tell) < len(told)
        and not any(_gives_all(one, whole, told) for one in wordings)
    )


@lru_cache(maxsize=2_048)
def _words(wording: str) -> Sequence[str]:
    return telling(known_text(wording).folded)


def _is_about(words: Sequence[str], whole: str) -> bool:
    return any(same(one, whole) and (one != whole or not one.endswith("s")) for one in words[:_HEAD])


def _gives_all(wording: str, whole: str, told: Sequence[str]) -> bool:
    text = known_text(wording)
    for match in UNIVERSAL.among(text):
        if any(same(one, whole) for one in telling(text.folded[match.start() : match.end() + _NEXT])) and _all_in(
            told, text.said(match.start())
        ):
            return True
    return False


def _all_in(told: Sequence[str], folded: str) -> bool:
    words = telling(folded)
    return all(meet((one,), words) for one in told)


def _is_of_one_place(wordings: Sequence[str], whole: str, told: Sequence[str], copy_words: Sequence[str]) -> bool:
    """Whether it is told of one that is named, as `do aeroporto de Confins`, and copy does not name it."""
    for wording in wordings:
        for start, end, name in _named_ones(wording, whole):
            words = telling(known_text(wording).folded[start:end])
            if sum(meet((one,), words) for one in told) >= _LEAST and not meet((name,), copy_words):
                return True
    return False


@lru_cache(maxsize=2_048)
def _named_ones(wording: str, whole: str) -> Sequence[tuple[int, int, str]]:
    """The sentences that name one of those, with its name."""
    text, found = known_text(wording), []
    for place in _PLACE.finditer(wording) if whole[:4] in text.folded else ():
        one = fold(place[1])
        if not one.endswith("s") and one not in _NO_PLACE and same(one, whole):
            start, end = text.sentence(place.start())
            if not any(start <= match.start() < end for match in UNIVERSAL.among(text)):
                found.append((start, end, fold(place[2])))
    return found
