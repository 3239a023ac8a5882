"""The claim ledger: everything a variant states, what supports it, and how long all of it is true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+(?!\s)[^.!?…\n]+)*[.!?…]*")
_WORD = re.compile(r"[^\W_]{3,}")
_NEAR = 0.6  # of a statement's words; half is what two sentences on one subject share anyway


class Cited(Protocol):
    """A statement with the ids of the evidence that its writer names for it."""

    @property
    def text(self) -> str: ...
    @property
    def evidence(self) -> Sequence[str]: ...


def statements(copy: Copy, citations: Sequence[Cited]) -> Iterator[Claim]:
    """The writer's own citations, as far as they stand in the copy. What they cite is looked up, not believed."""
    there: Mapping[str, Source] = {source.id: source for source in copy.valid}
    for citation in citations:
        said = citation.text.strip()
        name = next((name for name, text in copy.fields.items() if said and said in text), None)
        if name is not None:
            start = copy.fields[name].index(said)
            found = [nearest(said, there[id_]) for id_ in dict.fromkeys(citation.evidence) if id_ in there]
            yield Claim(
                kind="statement", field=name, start=start, end=start + len(said), text=said,
                value=" ".join(said.split()), support=[one for one in found if one],
            )  # fmt: skip


def nearest(said: str, source: Source) -> Support | None:
    """The sentence of the evidence that says it: word for word, or the one that shares most of its words."""
    wording = wording_of(source)
    plain = said.rstrip(" .!?…")
    if plain and (at := wording.find(plain)) >= 0:
        return support(source, at, at + len(plain))
    words = _words(said)
    if not words:
        return None
    best = max(_sentences(wording), key=lambda one: len(words & one[2]), default=None)
    if best is None or len(words & best[2]) < _NEAR * len(words):
        return None
    return support(source, best[0], best[1], derived=True)


def window(claims: Sequence[Claim]) -> tuple[datetime | None, datetime | None]:
    """From when (included) until when (excluded) all of them are true; None where nothing limits it."""
    begins = [claim.true_from for claim in claims if claim.true_from is not None]
    ends = [claim.true_until for claim in claims if claim.true_until is not None]
    return max(begins, default=None), min(ends, default=None)


def holds(true_from: datetime | None, true_until: datetime | None, now: datetime) -> bool:
    """Whether the moment lies within that time."""
    return (true_from is None or true_from <= now) and (true_until is None or now < true_until)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))


@lru_cache(maxsize=2_048)
def _sentences(wording: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    return tuple((*match.span(), _words(match[0])) for match in _SENTENCE.finditer(wording))
