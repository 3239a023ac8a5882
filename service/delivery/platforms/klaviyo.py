"""Klaviyo: Django's template language, which escapes values in markup by itself."""

from __future__ import annotations

from html import escape

from service.delivery.platforms.base import BRACES, Platform, printing, simple

_STANDARD = {
    "first_name": "first_name", "last_name": "last_name", "email": "email", "phone": "phone_number",
    "company": "organization", "title": "title",
}  # fmt: skip


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    attribute = _STANDARD.get(name) or f"person|lookup:'{name}'"
    if simple(fallback):
        return f"{{{{ {attribute}|default:'{fallback}' }}}}"
    said = escape(fallback) if markup else fallback
    return f"{{% if {attribute} %}}{{{{ {attribute} }}}}{{% else %}}{said}{{% endif %}}"


KLAVIYO = Platform(
    name="klaviyo",
    deadline_ms=4_000,
    special=BRACES,
    plain=printing(BRACES, "{{ '", "' }}"),
    merge=_merge,
    unsubscribe="{% unsubscribe_link %}",
)
