"""Iterable: Handlebars. A data feed may take ten seconds, and its top level must be an object."""

from __future__ import annotations

from service.delivery.platforms.base import Platform
from service.delivery.platforms.handlebars import SPECIAL, handlebars_merge, handlebars_plain

_ATTRIBUTES = {"first_name": "firstName", "last_name": "lastName", "phone": "phoneNumber"}

ITERABLE = Platform(
    name="iterable",
    deadline_ms=8_000,
    special=SPECIAL,
    plain=handlebars_plain,
    merge=handlebars_merge(_ATTRIBUTES),
    unsubscribe="{{unsubscribeUrl}}",
)
