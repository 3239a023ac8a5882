"""Chat: an answer to a lead's question, from evidence or honestly none."""

from __future__ import annotations

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.rendering import html, lines
from service.types import Locale


class ChatFields(Fields):
    """An answer."""

    body: str


def plain(preview: Preview) -> str:
    """The answer."""
    return lines(preview["body"])


def rich(preview: Preview, locale: Locale) -> str:
    """The answer in its bubble."""
    return html("chat.html.j2", preview, locale)


CHAT = Channel(
    name="chat",
    fields=ChatFields,
    limits={"body": Limit(800, advised=400)},
    prompt="chat",
    plain=plain,
    html=rich,
    links={},
    angles=("answer",),
    answers=True,
)
