"""What an e-mail platform is: how it writes a person's data, how a text comes out of it unchanged, what it can hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from service.errors import Invalid

NOTHING = re.compile(r"(?!)")
BRACES = re.compile(r"\{(?=[{%#]|\Z)")
"""What begins a tag of Liquid, Jinja, Django or Go, also with what follows the text."""

FieldType = Literal["text", "textarea", "html", "url"]

_AREAS: dict[str, FieldType] = {"text": "textarea", "body": "textarea", "html": "html"}
_SIMPLE = re.compile(r"[\w .,!?-]+")


class Merge(Protocol):
    """Writes a platform's tag for a lead's value, and what stands there without one."""

    def __call__(self, name: str, fallback: str, *, markup: bool) -> str: ...


class Custom(NamedTuple):
    """A custom field of a platform: its name there, the output that it holds, and how many characters it takes, None
    where no limit is known."""

    name: str
    output: str
    type: FieldType
    length: int | None


@dataclass(frozen=True, slots=True)
class Holds:
    """What a platform's custom fields take: characters in a line and in an area of text, and whether markup stays."""

    prefix: str = "sm_"
    line: int | None = None
    area: int | None = None
    markup: bool = True


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform. Without `merge` there are no tags that fall back to anything, so values are bound instead.

    In markup the characters in `special` are written as references, which every platform prints; `plain` is how the
    platform prints them in a text. `unsubscribe` is its tag for the address of a page to unsubscribe by.
    `deadline_ms` is what is left of the time that it waits when the network has had its share.
    """

    name: str
    deadline_ms: int = 1_000
    special: re.Pattern[str] = NOTHING
    plain: Callable[[str], str] = str
    merge: Merge | None = None
    unsubscribe: str | None = None
    holds: Holds = Holds()

    @property
    def binds(self) -> bool:
        """Whether it is handed a lead's values: it has no tag that falls back to anything."""
        return self.merge is None

    def field(self, output: str) -> Custom:
        """The custom field for that output. Raises `Invalid` for markup where it would be stripped."""
        type_: FieldType = "url" if output.endswith("_url") else _AREAS.get(output, "text")
        if type_ == "html" and not self.holds.markup:
            raise Invalid(f"The fields of {self.name} strip HTML; take the output `text`.", code="export.field")
        length = self.holds.area if type_ in ("textarea", "html") else self.holds.line
        return Custom(self.holds.prefix + output, output, type_, length)

    def escape(self, text: str, *, markup: bool = False) -> str:
        """The text so that the platform prints it unchanged. Raises `Invalid` where it has no way to write it."""
        return self.special.sub(reference, text) if markup else self.plain(text)

    def token(self, name: str, fallback: str, *, markup: bool = False) -> str:
        """The platform's own tag. Raises `Invalid` where it has none that falls back."""
        if self.merge is None:
            raise Invalid(
                f"{self.name} has no tag that falls back to {fallback[:40]!r}; let values be bound here instead.",
                code="platform.no_fallback",
            )
        return self.merge(name, fallback, markup=markup)


def reference(found: re.Match[str]) -> str:
    """A character as markup refers to it."""
    return f"&#{ord(found[0])};"


def printing(pattern: re.Pattern[str], before: str, after: str) -> Callable[[str], str]:
    """Writes what the pattern finds as an expression that prints it, a literal between `before` and `after`."""
    return lambda text: pattern.sub(lambda found: f"{before}{found[0]}{after}", text)


def refusing(platform: str, pattern: re.Pattern[str]) -> Callable[[str], str]:
    """Leaves a text alone, and refuses one that the platform would take for a tag of its own."""

    def plain(text: str) -> str:
        if found := pattern.search(text):
            near = text[found.start() : found.start() + 20]
            raise Invalid(f"{platform} would read {near!r} as a tag of its own.", code="platform.delimiters")
        return text

    return plain


def simple(fallback: str) -> bool:
    """Whether it reads the same between any quotes and in markup."""
    return _SIMPLE.fullmatch(fallback) is not None
