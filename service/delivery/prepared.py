"""Copy made ready to be handed out: rendered once, when it is put on the shelf, and only bound afterwards.

Each output (`subject`, `html`, `headline`, ...) is kept in parts that are text or tokens. What is bound to a token in
an output of markup is escaped, and never read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from service.generation.tokens import Part

MARKUP = frozenset(("html",))


@dataclass(frozen=True, slots=True)
class Prepared:
    """The outputs of one revision in one channel, each in parts; `links` and the like are parts without a token."""

    outputs: Mapping[str, Sequence[Part]]

    @property
    def tokens(self) -> frozenset[str]:
        """The names of the tokens that stand in it."""
        return frozenset(part.name for parts in self.outputs.values() for part in parts if not isinstance(part, str))

    def bind(self, values: Mapping[str, str]) -> dict[str, str]:
        """The outputs as one person reads them; each token's value, or its fallback."""
        return {name: _bound(parts, values, markup=name in MARKUP) for name, parts in self.outputs.items()}


def _bound(parts: Sequence[Part], values: Mapping[str, str], *, markup: bool) -> str:
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    words = (part if isinstance(part, str) else _said(values.get(part.name) or part.fallback, markup) for part in parts)
    return "".join(words)


def _said(value: str, markup: bool) -> str:
    return escape(value) if markup else value
