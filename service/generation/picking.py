"""Choosing among wordings: what fits the field, is not banned and repeats nothing, by the seed where any will do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from service.generation.sentences import stems
from service.generation.tokens import bind

_LONG = 20  # characters; what begins with a short title goes on to say something


@dataclass(slots=True)
class Picker:
    """The choices of one draft, made field by field in the channel's order; the same seed makes the same ones."""

    seed: str
    banned: re.Pattern[str] | None
    place: str = ""
    limit: int = 0
    measure: Callable[[str], int] = len
    asked: int = 0
    said: list[str] = field(default_factory=list)

    def turn(self, name: str, limit: int, measure: Callable[[str], int]) -> None:
        """Go on to that field."""
        self.place, self.limit, self.measure, self.asked = name, limit, measure, 0

    def pick(self, *options: str | None) -> str:
        """One by the seed of those that are there and fit, the shortest where none fits."""
        fitting = self._fitting(options)
        self.asked += 1
        digest = hashlib.blake2b(f"{self.seed}/{self.place}/{self.asked}".encode(), digest_size=8).digest()
        return fitting[int.from_bytes(digest) % len(fitting)] if fitting else ""

    def first(self, *options: str | None) -> str:
        """The first of those that are there and fit, the shortest where none fits."""
        return next(iter(self._fitting(options)), "")

    def fresh(self, *options: str | None) -> str:
        """The first that is there, fits and repeats no field before it."""
        there = [option for option in options if option]
        new = [option for option in there if not any(_repeats(option, said) for said in self.said)]
        other = [option for option in there if all(option.strip(".") != said.strip(".") for said in self.said)]
        return self.first(*new) or self.first(*other) or self.first(*there)

    def _fitting(self, options: Iterable[str | None]) -> list[str]:
        there = [option for option in options if option and option.strip()]
        if self.banned is not None:
            banned = self.banned
            there = [option for option in there if not banned.search(option)] or there
        fitting = [option for option in there if self.measure(bind(option, {})) <= self.limit]
        return fitting or sorted(there, key=len)[:1]


def _repeats(text: str, said: str) -> bool:
    """Whether one of them has no telling word that the other lacks, nor a figure, or goes on from the other."""
    words, others = stems(text), stems(said)
    if len(said) >= _LONG and text.startswith(said.strip(" .?!")):
        return True
    if words and others:
        return words <= others or (others <= words and len(words) <= len(others) + 2)
    return text.strip(" .?!").casefold() in said.casefold()
