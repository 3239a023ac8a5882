"""What an import or the stored leads show of each trait: enough to propose what it may be used for, and no more.

A trait's values are kept only while they are few; of a trait with many, only how many and of what kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from service.leads.traits import attribute_of

Kind = Literal["text", "number", "day", "truth", "list"]

MOST_VALUES = 200
MOST_NUMBERS = 5_000

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.*)?")


@dataclass
class TraitSeen:
    """One trait over all leads: `kinds` counts its values by type, `values` those of text while they are few."""

    trait: str
    kinds: Counter[Kind] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    many: bool = False
    longest: int = 0
    numbers: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many leads have it."""
        return sum(self.kinds.values())

    def add(self, value: object) -> None:
        """One lead's value."""
        kind = _kind(value)
        self.kinds[kind] += 1
        if kind == "number" and isinstance(value, int | float):
            if len(self.numbers) < MOST_NUMBERS:
                self.numbers.append(float(value))
        elif kind in ("text", "truth"):
            text = str(value).lower() if kind == "truth" else str(value)
            self.longest = max(self.longest, len(text))
            if text in self.values or len(self.values) < MOST_VALUES:
                self.values[text] += 1
            else:
                self.many = True


@dataclass
class Seen:
    """All traits of some leads."""

    leads: int = 0
    traits: dict[str, TraitSeen] = field(default_factory=dict)

    def add(self, traits: Mapping[str, object]) -> None:
        """One more lead."""
        self.leads += 1
        for trait, value in traits.items():
            if value is not None and (name := attribute_of(trait)):
                self.traits.setdefault(name, TraitSeen(trait)).add(value)


def _kind(value: object) -> Kind:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "list"
    return "day" if isinstance(value, str) and _DAY.fullmatch(value) else "text"
