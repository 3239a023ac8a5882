"""Braze: Liquid. Connected Content leaves out what takes longer than about two seconds."""

from __future__ import annotations

from html import escape

from service.delivery.platforms.base import BRACES, Platform, printing, simple

_STANDARD = {
    "first_name": "first_name", "last_name": "last_name", "email": "email_address", "phone": "phone_number",
    "city": "city", "country": "country", "gender": "gender", "language": "language",
}  # fmt: skip


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    attribute = f"${{{_STANDARD[name]}}}" if name in _STANDARD else f"custom_attribute.${{{name}}}"
    escaped = " | escape" if markup else ""
    if simple(fallback):
        return f"{{{{{attribute} | default: '{fallback}'{escaped}}}}}"
    said = escape(fallback) if markup else fallback
    return f"{{% if {attribute} and {attribute} != '' %}}{{{{{attribute}{escaped}}}}}{{% else %}}{said}{{% endif %}}"


BRAZE = Platform(
    name="braze",
    deadline_ms=1_500,
    special=BRACES,
    plain=printing(BRACES, "{{ '", "' }}"),
    merge=_merge,
    unsubscribe="{{${set_user_to_unsubscribed_url}}}",
)
