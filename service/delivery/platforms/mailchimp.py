"""Mailchimp: merge fields between `*|` and `|*`, which cannot be written in a text in any other sense."""

from __future__ import annotations

import re
from html import escape

from service.delivery.platforms.base import Platform, refusing

_ATTRIBUTES = {"first_name": "FNAME", "last_name": "LNAME", "email": "EMAIL", "phone": "PHONE"}
_OPENING = re.compile(r"\*(?=\|)")


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    field = _ATTRIBUTES.get(name, name.upper())
    said = escape(fallback) if markup else fallback
    return f"*|IF:{field}|**|{field}|**|ELSE:|*{said}*|END:IF|*"


MAILCHIMP = Platform(
    name="mailchimp", special=_OPENING, plain=refusing("Mailchimp", _OPENING), merge=_merge, unsubscribe="*|UNSUB|*"
)
