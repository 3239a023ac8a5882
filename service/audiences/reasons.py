"""What a condition says, and why it holds for a lead, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from babel.numbers import format_decimal

from service.audiences.conditions import holds
from service.audiences.models import Condition, Reason
from service.audiences.wordings import WORDINGS, Wording
from service.profile.models import Value
from service.types import Locale

_MOST_SAID = 5  # of a list
_LONGEST_SAID = 60  # characters of a text


def reasons(condition: Condition, values: Mapping[str, Value], locale: Locale) -> list[Reason]:
    """One for each part that holds: `itens no carrinho: 2 (mais de 0)`. None where the condition as a whole does not.

    Of alternatives, those that hold are told; of what is ruled out, each part that rules it out.
    """
    if not holds(condition, values):
        return []
    return list(_Teller(values, locale).holding(condition))


def in_words(condition: Condition, locale: Locale) -> str:
    """All that a condition asks, as one sentence: `pedidos: no mínimo 3; (cidade: Recife ou cidade: Olinda)`."""
    return _Teller({}, locale).asks(condition) or WORDINGS[locale].words["everyone"]


class _Teller:
    def __init__(self, values: Mapping[str, Value], locale: Locale) -> None:
        self._values = values
        self._wording: Wording = WORDINGS[locale]
        self._locale = locale

    def holding(self, condition: Condition) -> Iterator[Reason]:
        """The parts of a condition that hold."""
        for name, wanted in condition.items():
            if not holds({name: wanted}, self._values):
                continue
            if name in ("$and", "$or"):
                for inner in wanted:
                    if holds(inner, self._values):
                        yield from self.holding(inner)
            elif name in ("$not", "$nor"):
                for inner in wanted if name == "$nor" else [wanted]:
                    yield from self.failing(inner)
            else:
                yield self._reason(name, self._asked(wanted))

    def failing(self, condition: Condition) -> Iterator[Reason]:
        """The parts of a condition that do not hold, as the negation that does."""
        for name, wanted in condition.items():
            if holds({name: wanted}, self._values):
                continue
            if name in ("$and", "$or"):
                for inner in wanted:
                    yield from self.failing(inner)
            elif name in ("$not", "$nor"):
                for inner in wanted if name == "$nor" else [wanted]:
                    if holds(inner, self._values):
                        yield from self.holding(inner)
            else:
                yield self._reason(name, self._form("$not", self._asked(wanted)))

    def asks(self, condition: Condition) -> str:
        """What must hold together."""
        return "; ".join(self._part(name, wanted) for name, wanted in condition.items())

    def _part(self, name: str, wanted: Any) -> str:
        words = self._wording.words
        if name == "$and":
            return "; ".join(map(self.asks, wanted))
        if name == "$or":
            return f"({words['or'].join(map(self.asks, wanted))})"
        if name in ("$not", "$nor"):
            return words["not"].replace("{}", words["or"].join(map(self.asks, wanted if name == "$nor" else [wanted])))
        return f"{self._wording.label(name)}: {self._asked(wanted)}"

    def _reason(self, attribute: str, asked: str) -> Reason:
        has = self._said(self._values.get(attribute))
        label = self._wording.label(attribute)
        return Reason(attribute=attribute, text=f"{label}: {has}" + (f" ({asked})" if asked != has else ""))

    def _asked(self, wanted: Any) -> str:
        if not isinstance(wanted, dict):
            return self._form("is", self._said(wanted))
        return self._wording.words["and"].join(self._operator(*item) for item in wanted.items())

    def _operator(self, operator: str, operand: Any) -> str:
        if operator == "$exists":
            return self._wording.operators["exists" if operand else "absent"]
        if operator in ("$not", "$elemMatch", "$size"):
            return self._form(operator, self._asked(operand))
        return self._form(operator, self._said(operand))

    def _form(self, operator: str, said: str) -> str:
        return self._wording.operators[operator].replace("{}", said)

    def _said(self, value: Any) -> str:
        words = self._wording.words
        if value is None:
            return words["absent"]
        if isinstance(value, bool):
            return words["yes" if value else "no"]
        if isinstance(value, int | float):
            return str(format_decimal(value, locale=self._locale.replace("-", "_")))
        if isinstance(value, list):
            return ", ".join(map(self._said, value[:_MOST_SAID])) + (", …" if len(value) > _MOST_SAID else "")
        text = str(value)
        return text if len(text) <= _LONGEST_SAID else text[: _LONGEST_SAID - 1] + "…"
