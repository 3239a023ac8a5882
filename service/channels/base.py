"""What a channel is: its fields and their limits, what the lead sees of them, and how they are rendered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from service.generation.tokens import bind
from service.types import Locale


class Linked(Protocol):
    """The evidence that a field may point to by its content id."""

    @property
    def content_id(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def image_url(self) -> str | None: ...


class Fields(BaseModel):
    """The parts of a variant. Texts hold tokens; what points to content does so by content id, never by a URL."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a text may be, in characters with each token's fallback in its place.

    Over `hard` blocks, over `warn` warns; `advised` is what writers are asked for.
    """

    hard: int
    advised: int | None = None
    warn: int | None = None
    required: bool = True


Preview = Mapping[str, str | None]
"""A variant as one person sees it: the texts bound, and `cta_url`, `image_url` where there are any."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where copy is shown. `ladder` names the text fields from the one everybody sees to the one few read."""

    name: str
    fields: type[Fields]
    limits: Mapping[str, Limit]
    prompt: str
    plain: Callable[[Preview], str]
    html: Callable[[Preview, Locale], str]
    links: Mapping[str, str]

    @property
    def ladder(self) -> tuple[str, ...]:
        """The text fields, in the order in which they are met."""
        return tuple(self.limits)

    def texts(self, fields: Fields) -> dict[str, str]:
        """The text fields alone, tokens unbound."""
        return {name: getattr(fields, name) for name in self.limits}

    def references(self, fields: Fields) -> dict[str, str]:
        """The content ids that the fields name, by field."""
        found = {name: getattr(fields, name) for name in self.links}
        return {name: content_id for name, content_id in found.items() if content_id}

    def preview(self, fields: Fields, values: Mapping[str, str], evidence: Sequence[Linked]) -> dict[str, Any]:
        """The texts bound to a lead's values or the fallbacks, and the addresses behind the content ids."""
        shown: dict[str, Any] = {name: bind(text, values) for name, text in self.texts(fields).items()}
        for name, source in self.links.items():
            content_id = getattr(fields, name)
            urls = (getattr(item, source) for item in evidence if item.content_id == content_id)
            shown[name.replace("content_id", "url")] = next(filter(None, urls), None)
        return shown
