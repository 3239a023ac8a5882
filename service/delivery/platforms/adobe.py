"""Adobe Journey Optimizer: a custom action that takes longer than 0.75 seconds is put into a slow lane."""

from __future__ import annotations

from service.delivery.platforms.base import BRACES, Platform, printing, simple
from service.errors import Invalid

_ATTRIBUTES = {
    "first_name": "profile.person.name.firstName", "last_name": "profile.person.name.lastName",
    "email": "profile.personalEmail.address", "phone": "profile.mobilePhone.number", "city": "profile.homeAddress.city",
    "country": "profile.homeAddress.country",
}  # fmt: skip


def _merge(name: str, fallback: str, *, markup: bool) -> str:
    del markup  # a simple fallback reads the same in both
    if not simple(fallback):
        raise Invalid(f"Adobe has no sure way to write the fallback {fallback[:40]!r}.", code="platform.no_fallback")
    if name not in _ATTRIBUTES:
        raise Invalid(f"The attribute {name!r} has no name in Adobe's standard profile.", code="platform.no_attribute")
    return f'{{%= {_ATTRIBUTES[name]} ?: "{fallback}" %}}'


ADOBE = Platform(name="adobe", deadline_ms=500, special=BRACES, plain=printing(BRACES, '{%= "', '" %}'), merge=_merge)
