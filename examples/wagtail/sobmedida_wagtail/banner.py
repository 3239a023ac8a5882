"""The element of a placement: the same for every visitor, so that page caches may keep the page."""

import re

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sobmedida_wagtail.conf import base, setting

PLACEMENT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def element(
    placement: str, own: str = "", *, context: str = "", locale: str = "", personal: bool = False
) -> SafeString:
    """With the page's own content in it, which stays on any failure; that alone where there is no service."""
    own = own if isinstance(own, SafeString) else format_html("{}", own)
    if not base() or not PLACEMENT.fullmatch(placement):
        return own
    consent = setting("CONSENT")
    given = {
        "placement": placement,
        "consent": consent,
        "context": context,
        "locale": locale,
        "token-url": _token_url(),
    }
    attributes = format_html_join("", ' {}="{}"', ((name, value) for name, value in given.items() if value))
    bound = SafeString(" personal") if personal and given["token-url"] else ""
    return format_html("<sobmedida-banner{}{}>{}</sobmedida-banner>", attributes, bound, own)


def script() -> SafeString:
    """The script and the style sheet, once in the head of a page."""
    if not base():
        return SafeString("")
    return format_html('<script async src="{}/embed.js" data-key="{}"></script>', base(), setting("PUBLISHABLE_KEY"))


def _token_url() -> str:
    if not setting("SITE_SECRET"):
        return ""
    try:
        return reverse("sobmedida_token")
    except NoReverseMatch:
        return ""
