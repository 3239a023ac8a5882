"""Popup: a banner's few words, laid over a page, which can be closed."""

from __future__ import annotations

from service.channels.banner import BannerFields, plain
from service.channels.base import Channel, Limit, Preview
from service.channels.rendering import html
from service.types import Locale


class PopupFields(BannerFields):
    """A popup: the parts of a banner."""


def rich(preview: Preview, locale: Locale) -> str:
    """The popup as a dialog with a button that closes it."""
    return html("popup.html.j2", preview, locale)


POPUP = Channel(
    name="popup",
    fields=PopupFields,
    limits={
        "headline": Limit(40),
        "body": Limit(90),
        "cta": Limit(20),
        "alt": Limit(125, required=False),
    },
    prompt="popup",
    plain=plain,
    html=rich,
    links={"cta_content_id": "url", "image_content_id": "image_url"},
)
