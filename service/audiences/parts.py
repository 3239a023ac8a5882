"""A condition taken apart, so that growthbook is asked about each value only once.

All parts of a condition must hold, and most speak of one attribute whose values many leads share: days, counts, cities.
What growthbook says of such a value is kept, since asking it anew takes far longer than looking that up.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, Protocol

from growthbook.core import evalCondition

from service.audiences.models import Condition
from service.profile.attributes import KINDS
from service.profile.models import Value

MOST_ANSWERS = 1_000  # of one part, for each type of value
LONGEST_KEPT = 200  # characters of a text that an answer is kept for
_SHARED = (str, int, bool, NoneType)  # decimal numbers and lists are hardly ever those of another lead


class Part(Protocol):
    """One of the things that a condition asks."""

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether it holds for a lead of whom that much is known."""


def parts_of(condition: Condition) -> list[Part]:
    """What must hold together, what is soon answered first; none where the condition holds for everyone."""
    simple = [name for name in condition if not name.startswith("$")]
    simple.sort(key=lambda name: KINDS.get(name) == "list")
    joined = [name for name in condition if name.startswith("$")]
    return [
        *(OfOneAttribute(name, {name: condition[name]}) for name in simple),
        *(OfSeveral({name: condition[name]}) for name in joined),
    ]


class OfSeveral:
    """Alternatives and negations."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition

    def holds(self, values: Mapping[str, Value]) -> bool:
        """As growthbook says."""
        return evalCondition(values, self._condition)  # type: ignore[arg-type]  # it only reads, and asks for a dict


class OfOneAttribute:
    """What is asked of one attribute. Answers are kept by type: 1, 1.0 and true are the same key of a dict, but not the
    same value to growthbook."""

    def __init__(self, name: str, condition: Condition) -> None:
        self._name = name
        self._condition = condition
        self._answers: dict[type, dict[Any, bool]] = {kind: {} for kind in _SHARED}

    def holds(self, values: Mapping[str, Value]) -> bool:
        """As growthbook says, or said before of the same value."""
        value = values.get(self._name)
        answers = self._answers.get(value.__class__)
        if answers is None:
            return evalCondition(values, self._condition)  # type: ignore[arg-type]
        answer = answers.get(value)
        return self._asked(values, value, answers) if answer is None else answer

    def _asked(self, values: Mapping[str, Value], value: Value | None, answers: dict[Any, bool]) -> bool:
        answer = evalCondition(values, self._condition)  # type: ignore[arg-type]
        if len(answers) < MOST_ANSWERS and not (isinstance(value, str) and len(value) > LONGEST_KEPT):
            answers[value] = answer
        return answer
