"""Social ad: a headline, a line or two, and a button, among other people's news."""

from __future__ import annotations

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.rendering import html, lines
from service.types import Locale


class SocialAdFields(Fields):
    """An advertisement in a social network; its picture is chosen there."""

    headline: str
    body: str
    cta: str
    cta_content_id: str | None = None


def plain(preview: Preview) -> str:
    """The advertisement's words, one field a line."""
    button = ": ".join(part for part in (preview["cta"], preview["cta_url"]) if part)
    return lines(preview["headline"], preview["body"], button)


def rich(preview: Preview, locale: Locale) -> str:
    """The advertisement as a card, marked as one."""
    return html("social_ad.html.j2", preview, locale)


SOCIAL_AD = Channel(
    name="social_ad",
    fields=SocialAdFields,
    limits={"headline": Limit(40), "body": Limit(125), "cta": Limit(20)},
    prompt="social_ad",
    plain=plain,
    html=rich,
    links={"cta_content_id": "url"},
)
