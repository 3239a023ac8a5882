"""Mautic: tokens in one pair of braces. Its text fields stop at 191 characters and strip HTML."""

from __future__ import annotations

import re
from html import escape

from service.delivery.platforms.base import Holds, Platform, refusing
from service.errors import Invalid

_ATTRIBUTES = {"first_name": "firstname", "last_name": "lastname", "title": "position", "phone": "mobile"}
_OPENING = re.compile(r"\{(?=[a-zA-Z_]+[=}]|\Z)")
_FORMATS = frozenset(("true", "date", "time", "datetime", "label"))  # what may stand after | and is no fallback


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    if fallback in _FORMATS:
        raise Invalid(f"Mautic takes {fallback!r} for a format and not for a fallback.", code="platform.no_fallback")
    return f"{{contactfield={_ATTRIBUTES.get(name, name)}|{escape(fallback) if markup else fallback}}}"


MAUTIC = Platform(
    name="mautic",
    special=_OPENING,
    plain=refusing("Mautic", re.compile(r"\{(?=[a-zA-Z_]+[=}])")),
    merge=_merge,
    unsubscribe="{unsubscribe_url}",
    holds=Holds("sm_", line=191, area=65_535, markup=False),
)
