"""Tokens in copy: `{{ first_name | cliente }}` stands for a lead's value, or for the fallback where there is none.

A token always has a fallback. Whatever else has braces is text here, and a finding of the checks. Copy is read once,
where it enters, into parts that are text or tokens; what is bound to a token is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(r"\{\{[ \t]*([a-z][a-z0-9_]{0,63})[ \t]*\|[ \t]*([^\s{}|](?:[^{}|\r\n]*[^\s{}|])?)[ \t]*\}\}")


@dataclass(frozen=True, slots=True)
class Token:
    """A place for a lead's value, and what stands there without one."""

    name: str
    fallback: str

    def __str__(self) -> str:
        return f"{{{{ {self.name} | {self.fallback} }}}}"


Part = str | Token


class Found(NamedTuple):
    """A token and where it stands in the text."""

    token: Token
    start: int
    end: int


def find(text: str) -> Iterator[Found]:
    """Every well-formed token, left to right."""
    for match in _TOKEN.finditer(text):
        yield Found(Token(match[1], match[2]), *match.span())


def parse(text: str, names: Collection[str] | None = None) -> list[Part]:
    """The text in parts. With `names`, those that a contract lets be mentioned, any other token stays text."""
    parts: list[Part] = []
    end = 0
    for found in find(text):
        if names is None or found.token.name in names:
            if found.start > end:
                parts.append(text[end : found.start])
            parts.append(found.token)
            end = found.end
    if end < len(text):
        parts.append(text[end:])
    return parts


def render(parts: Iterable[Part]) -> str:
    """Parts as copy again, each token in its one spelling."""
    return "".join(map(str, parts))


def bound(parts: Iterable[Part], values: Mapping[str, str]) -> str:
    """Parts as a person reads them: text as it stands, each token's value or its fallback."""
    return "".join(part if isinstance(part, str) else values.get(part.name) or part.fallback for part in parts)


def bind(text: str, values: Mapping[str, str], names: Collection[str] | None = None) -> str:
    """The text as a person reads it. Values are plain text: braces in them are never read as tokens."""
    return bound(parse(text, names), values)


def tokens_in(text: str) -> list[Token]:
    """The tokens of the text, in order, repeated as often as they stand there."""
    return [found.token for found in find(text)]
