"""Makes copy ready for the shelf: rendered once with a mark for each token, then cut at the marks.

The marks are characters for private use that the copy does not have itself, so they go through escaping, MJML and
everything else unchanged, and binding a lead's values afterwards is a join.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.channels.base import Channel, Limit
from service.delivery.policy import DeliveryPolicy
from service.delivery.prepared import Prepared
from service.delivery.tracking import marked, marked_in, marks
from service.errors import Invalid
from service.generation.tokens import Part, Token, bind, find, tokens_in
from service.types import Locale

_PRIVATE_USE = range(0xE000, 0xF900)
_WITH_HTML = frozenset(("email", "banner", "popup"))
_ONLY = {"email": ("subject", "preheader", "html", "text", "cta_url")}  # the body of an e-mail is its HTML and its text


@dataclass(frozen=True, slots=True)
class _Linked:
    content_id: str
    url: str | None
    image_url: str | None


def prepare(
    channel: Channel,
    locale: Locale,
    fields: Mapping[str, Any],
    evidence: Sequence[Mapping[str, Any]],
    *,
    variant: UUID,
    campaign: str,
    workspace_name: str,
    delivery: DeliveryPolicy,
    platform: str | None = None,
) -> Prepared:
    """The outputs of a revision in its channel, links marked and tokens unbound. Raises `Invalid` for fields that are
    none of the channel's."""
    parameters = marks(delivery, variant=variant, campaign=campaign, channel=channel.name, platform=platform)
    texts = {name: str(fields.get(name) or "") for name in channel.limits}
    texts = {name: _marked(text, channel.limits[name], delivery, parameters) for name, text in texts.items()}
    tokens = dict(zip(_tokens(texts), _unused(texts), strict=False))
    held = {name: _with_marks(text, tokens) for name, text in texts.items()}
    linked = [_Linked(str(one.get("content_id")), one.get("url"), one.get("image_url")) for one in evidence]
    try:
        preview = channel.preview(channel.fields.model_validate({**fields, **held}), {}, linked)
    except ValueError as error:
        raise Invalid(f"These are no fields of the channel {channel.name}: {error}", code="channel.fields") from None
    for name, wanted in channel.links.items():
        output = name.replace("content_id", "url")
        url = _web(preview[output])
        preview[output] = marked(url, delivery, parameters) if wanted == "url" else url
    shown = {**preview, "sender": workspace_name, "document": bind(texts.get("subject", ""), {})}
    names = [*channel.limits, *(name.replace("content_id", "url") for name in channel.links)]
    outputs = {name: preview[name] for name in names}
    if channel.name in _WITH_HTML:
        outputs["html"] = channel.html(shown, locale)
    outputs.setdefault("text", channel.plain(preview))
    kept = _ONLY.get(channel.name, outputs)
    return Prepared({name: tuple(_cut(outputs[name], tokens)) for name in kept})


def _marked(text: str, limit: Limit, delivery: DeliveryPolicy, parameters: Mapping[str, str]) -> str:
    """The text with its addresses marked; as it is where that would make it longer than the channel allows."""
    longer = marked_in(text, delivery, parameters)
    return longer if longer == text or limit.measure(bind(longer, {})) <= limit.hard else text


def _tokens(texts: Mapping[str, str]) -> list[Token]:
    return list(dict.fromkeys(token for text in texts.values() for token in tokens_in(text)))


def _unused(texts: Mapping[str, str]) -> Iterator[str]:
    """Characters for private use that no text has."""
    there = set().union(*texts.values())
    return (chr(code) for code in _PRIVATE_USE if chr(code) not in there)


def _with_marks(text: str, marks_: Mapping[Token, str]) -> str:
    pieces, end = list[str](), 0
    for found in find(text):
        pieces += (text[end : found.start], marks_[found.token])
        end = found.end
    return "".join((*pieces, text[end:]))


def _cut(text: str, marks_: Mapping[Token, str]) -> Iterator[Part]:
    """The text in parts, each mark a token again."""
    if not marks_:
        yield from (text,) if text else ()
        return
    tokens = {mark: token for token, mark in marks_.items()}
    for piece in re.split(f"([{''.join(tokens)}])", text):
        if piece:
            yield tokens.get(piece, piece)


def _web(url: str | None) -> str:
    """A web address, and nothing for any other: what is no page has no place behind a button."""
    return url if url and url.lower().startswith(("https://", "http://")) else ""
