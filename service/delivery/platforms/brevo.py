"""Brevo: a language like Django's with Liquid's way of writing filters."""

from __future__ import annotations

from html import escape

from service.delivery.platforms.base import BRACES, Platform, printing, simple

_ATTRIBUTES = {"first_name": "FIRSTNAME", "last_name": "LASTNAME", "email": "EMAIL", "phone": "SMS"}


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    attribute = f"contact.{_ATTRIBUTES.get(name, name.upper())}"
    if simple(fallback):
        return f'{{{{ {attribute} | default: "{fallback}" }}}}'
    said = escape(fallback) if markup else fallback
    return f"{{% if {attribute} %}}{{{{ {attribute} }}}}{{% else %}}{said}{{% endif %}}"


BREVO = Platform(
    name="brevo",
    deadline_ms=1_500,
    special=BRACES,
    plain=printing(BRACES, "{{ '", "' }}"),
    merge=_merge,
    unsubscribe="{{ unsubscribe }}",
)
