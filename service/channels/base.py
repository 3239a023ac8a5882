"""What a channel is: its fields and their limits, what the lead sees of them, and how they are rendered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict

from service.generation.models import ANGLES, Angle
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
    """How long a text may be, with each token's fallback in its place, as `measure` counts it: characters by default.

    Over `hard` blocks, over `warn` warns; `advised` is what writers are asked for.
    """

    hard: int
    advised: int | None = None
    warn: int | None = None
    required: bool = True
    measure: Callable[[str], int] = len


class Over(NamedTuple):
    """A text that is longer than it may be; `field` is `payload` for all of them together."""

    field: str
    length: int
    limit: int


Preview = Mapping[str, Any]
"""A variant as one person sees it: the texts bound, `cta_url`, `link_url`, `image_url` where the channel has them (None
where there is no address), and what the channel adds."""


def _nothing(preview: Preview) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Channel:
    """Where copy is shown.

    `limits` names the text fields, in the order in which they are met, and `links` those that name a content item,
    with what is wanted of it. `answers` is a channel whose objective is a question, which is answered even where
    nothing is known. `payload` is how many bytes all of it may take as JSON, and `adds` what a preview tells besides.
    """

    name: str
    fields: type[Fields]
    limits: Mapping[str, Limit]
    prompt: str
    plain: Callable[[Preview], str]
    html: Callable[[Preview, Locale], str]
    links: Mapping[str, str]
    angles: tuple[Angle, ...] = ANGLES
    answers: bool = False
    payload: int | None = None
    adds: Callable[[Preview], Mapping[str, Any]] = _nothing

    @property
    def ladder(self) -> tuple[str, ...]:
        """The text fields, in the order in which they are met."""
        return tuple(self.limits)

    @property
    def picture(self) -> bool:
        """Whether it may show a content item's picture."""
        return "image_url" in self.links.values()

    @property
    def room(self) -> int:
        """How much the text field that holds most may hold: some hold a letter, some a sentence."""
        return max(limit.hard for limit in self.limits.values() if limit.required)

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
        return {**shown, **self.adds(shown)}

    def over(self, preview: Preview) -> list[Over]:
        """The bound texts that are too long: a real value may be longer than the fallback the copy was checked with."""
        lengths = {name: limit.measure(preview[name] or "") for name, limit in self.limits.items()}
        found = [Over(name, length, self.limits[name].hard) for name, length in lengths.items()]
        if self.payload is not None:
            sent = json.dumps(dict(preview), ensure_ascii=False).encode()
            found.append(Over("payload", len(sent), self.payload))
        return [one for one in found if one.length > one.limit]
