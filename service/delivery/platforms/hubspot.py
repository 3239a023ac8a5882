"""HubSpot: HubL, which is Jinja's language; `true` makes an empty value fall back as well."""

from __future__ import annotations

from html import escape

from service.delivery.platforms.base import BRACES, Platform, printing, simple

_ATTRIBUTES = {
    "first_name": "firstname",
    "last_name": "lastname",
    "title": "jobtitle",
    "lifecycle_stage": "lifecyclestage",
}


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    attribute = f"contact.{_ATTRIBUTES.get(name, name)}"
    escaped = "|escape" if markup else ""
    if simple(fallback):
        return f"{{{{ {attribute}|default('{fallback}', true){escaped} }}}}"
    said = escape(fallback) if markup else fallback
    return f"{{% if {attribute} %}}{{{{ {attribute}{escaped} }}}}{{% else %}}{said}{{% endif %}}"


HUBSPOT = Platform(
    name="hubspot",
    special=BRACES,
    plain=printing(BRACES, "{{ '", "' }}"),
    merge=_merge,
    unsubscribe="{{ unsubscribe_link }}",
)
