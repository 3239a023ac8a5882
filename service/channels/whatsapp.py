"""WhatsApp: a template message with a body and one button."""

from __future__ import annotations

from typing import Literal

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.rendering import html, lines
from service.types import Locale

Category = Literal["marketing", "utility", "authentication"]


class WhatsappFields(Fields):
    """A template message. `link_content_id` is the content that the button opens; without one it is a quick reply.

    `category` is what the message is filed under with Meta, which prices and approves by it.
    """

    header: str = ""
    body: str
    footer: str = ""
    button: str
    link_content_id: str | None = None
    category: Category = "marketing"


def plain(preview: Preview) -> str:
    """The message's words, and the button with its address."""
    button = ": ".join(part for part in (preview["button"], preview["link_url"]) if part)
    return lines(preview["header"], preview["body"], preview["footer"], button)


def rich(preview: Preview, locale: Locale) -> str:
    """The message in its bubble, the button below."""
    return html("whatsapp.html.j2", preview, locale)


WHATSAPP = Channel(
    name="whatsapp",
    fields=WhatsappFields,
    limits={
        "header": Limit(60, required=False),
        "body": Limit(1_024, advised=500),
        "button": Limit(25, advised=20),
        "footer": Limit(60, required=False),
    },
    prompt="whatsapp",
    plain=plain,
    html=rich,
    links={"link_content_id": "url"},
)
