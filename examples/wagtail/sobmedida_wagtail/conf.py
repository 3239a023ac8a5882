"""The setting SOBMEDIDA: BASE_URL, PUBLISHABLE_KEY, INGEST_KEY, SITE_SECRET, CONSENT. The first two stand in pages."""

import re

from django.conf import settings

_WEB = re.compile(r"https?://[^\s\"'<>?#]+")


def setting(name):
    """One of them; empty where it is not set."""
    return str(getattr(settings, "SOBMEDIDA", {}).get(name, "") or "")


def base():
    """The service's address without a slash at its end; empty for what is no web address."""
    found = setting("BASE_URL").strip().rstrip("/")
    return found if _WEB.fullmatch(found) else ""
