"""The platforms there are, one line each, and copy as each of them is handed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.delivery.platforms.activecampaign import ACTIVECAMPAIGN
from service.delivery.platforms.adobe import ADOBE
from service.delivery.platforms.base import Platform
from service.delivery.platforms.braze import BRAZE
from service.delivery.platforms.brevo import BREVO
from service.delivery.platforms.hubspot import HUBSPOT
from service.delivery.platforms.iterable import ITERABLE
from service.delivery.platforms.klaviyo import KLAVIYO
from service.delivery.platforms.listmonk import LISTMONK
from service.delivery.platforms.mailchimp import MAILCHIMP
from service.delivery.platforms.mautic import MAUTIC
from service.delivery.platforms.rdstation import RDSTATION
from service.delivery.platforms.sendgrid import SENDGRID
from service.delivery.prepared import MARKUP, Prepared
from service.delivery.unsubscribing import with_unsubscribe
from service.errors import Fault, Invalid
from service.generation.tokens import Part

NONE = Platform(name="none")
"""No platform: values are bound, and what comes out is not rendered again."""

PLATFORMS: dict[str, Platform] = {
    one.name: one
    for one in (
        NONE,
        BRAZE,
        KLAVIYO,
        ITERABLE,
        MAILCHIMP,
        HUBSPOT,
        BREVO,
        SENDGRID,
        LISTMONK,
        MAUTIC,
        RDSTATION,
        ACTIVECAMPAIGN,
        ADOBE,
    )
}


def platform_named(name: str) -> Platform:
    """The platform of that name. Raises `Invalid`, naming those there are."""
    if name not in PLATFORMS:
        detail = f"There is no platform {name[:40]!r}; there are: {', '.join(PLATFORMS)}."
        raise Invalid(detail, code="platform.unknown", faults=[Fault("/platform", detail)])
    return PLATFORMS[name]


def emit(prepared: Prepared, platform: str) -> dict[str, str]:
    """The outputs with that platform's tags, in which its own delimiters come out as they stand in the copy. Raises
    `Invalid` (`platform.unknown`, `platform.no_fallback`, `platform.delimiters`, `platform.no_attribute`)."""
    target = platform_named(platform)
    made = {name: _emitted(parts, target, markup=name in MARKUP) for name, parts in prepared.outputs.items()}
    return with_unsubscribe(made, target.unsubscribe) if target.unsubscribe else made


def handed(prepared: Prepared, platform: str, values: Mapping[str, str]) -> dict[str, str]:
    """The outputs for that platform: its tags where it has some that fall back, else one lead's values."""
    target = platform_named(platform)
    return bound_for(prepared, target, values) if target.binds else emit(prepared, platform)


def bound_for(prepared: Prepared, target: Platform, values: Mapping[str, str]) -> dict[str, str]:
    """The outputs with one lead's values for a platform that renders what it is handed: a value that looks like one of
    its tags is text as well. Raises `Invalid` (`platform.delimiters`)."""
    return {name: target.escape(text, markup=name in MARKUP) for name, text in prepared.bind(values).items()}


def _emitted(parts: Iterable[Part], target: Platform, *, markup: bool) -> str:
    return "".join(
        target.escape(part, markup=markup)
        if isinstance(part, str)
        else target.token(part.name, part.fallback, markup=markup)
        for part in parts
    )
