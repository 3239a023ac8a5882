"""ActiveCampaign: `%FIRSTNAME%` has no form with a fallback, so values are bound."""

from __future__ import annotations

import re

from service.delivery.platforms.base import Platform, refusing

_OPENING = re.compile(r"%(?=/?IF\b|[A-Z][A-Z0-9_-]*%|%)")

ACTIVECAMPAIGN = Platform(
    name="activecampaign",
    special=_OPENING,
    plain=refusing("ActiveCampaign", _OPENING),
    unsubscribe="%UNSUBSCRIBELINK%",
)
