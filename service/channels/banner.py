"""Banner: a few words and perhaps a picture, in a place of a site."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.rendering import html, lines
from service.types import Locale


class BannerFields(Fields):
    """A banner. `image_content_id` is the content whose picture it shows, and `alt` says what is to be seen there."""

    headline: str
    body: str
    cta: str
    cta_content_id: str | None = None
    image_content_id: str | None = None
    alt: str = ""

    @model_validator(mode="after")
    def _picture_described(self) -> Self:
        if self.image_content_id and not self.alt:
            raise ValueError("alt: a banner with a picture needs a text alternative")
        return self


def plain(preview: Preview) -> str:
    """The banner's words, one field a line."""
    button = ": ".join(part for part in (preview["cta"], preview["cta_url"]) if part)
    return lines(preview["headline"], preview["body"], button)


def rich(preview: Preview, locale: Locale) -> str:
    """The banner as a labelled region of a page."""
    return html("banner.html.j2", preview, locale)


BANNER = Channel(
    name="banner",
    fields=BannerFields,
    limits={
        "headline": Limit(40),
        "body": Limit(90),
        "cta": Limit(20),
        "alt": Limit(125, required=False),
    },
    prompt="banner",
    plain=plain,
    html=rich,
    links={"cta_content_id": "url", "image_content_id": "image_url"},
)
