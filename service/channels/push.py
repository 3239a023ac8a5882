"""Push: a title and a line on a locked screen, which opens one page."""

from __future__ import annotations

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.rendering import html, lines
from service.types import Locale

PAYLOAD = 4_096  # bytes that Apple and Google carry


class PushFields(Fields):
    """A push notification. `link_content_id` is the content that a tap opens; the app itself where there is none."""

    title: str
    body: str
    link_content_id: str | None = None


def plain(preview: Preview) -> str:
    """The notification's words, one field a line, and what it opens."""
    return lines(preview["title"], preview["body"], preview["link_url"])


def rich(preview: Preview, locale: Locale) -> str:
    """The notification as a telephone shows it, roughly."""
    return html("push.html.j2", preview, locale)


PUSH = Channel(
    name="push",
    fields=PushFields,
    limits={"title": Limit(50, advised=40), "body": Limit(150, advised=110)},
    prompt="push",
    plain=plain,
    html=rich,
    links={"link_content_id": "url"},
    payload=PAYLOAD,
)
