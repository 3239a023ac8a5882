"""E-mail: a subject, a preheader, and one column with one button."""

from __future__ import annotations

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.email_html import email_html
from service.types import Locale


class EmailFields(Fields):
    """An e-mail. `body` is paragraphs with one blank line between; `cta_content_id` is the content that the button
    leads to, none where the copy asks for a reply."""

    subject: str
    preheader: str = ""
    headline: str
    body: str
    cta: str
    cta_content_id: str | None = None


def plain(preview: Preview) -> str:
    """The e-mail's text part: what mail programs show that show no HTML."""
    button = ": ".join(part for part in (preview["cta"], preview["cta_url"]) if part)
    return "\n\n".join(part for part in (preview["headline"], preview["body"], button) if part) + "\n"


def rich(preview: Preview, locale: Locale) -> str:
    """The e-mail's HTML part."""
    return email_html(preview, locale)


EMAIL = Channel(
    name="email",
    fields=EmailFields,
    limits={
        "subject": Limit(78, advised=40, warn=60),
        "preheader": Limit(130, advised=110, required=False),
        "headline": Limit(90, advised=60),
        "body": Limit(2_000, advised=1_200),
        "cta": Limit(30, advised=20),
    },
    prompt="email",
    plain=plain,
    html=rich,
    links={"cta_content_id": "url"},
)
