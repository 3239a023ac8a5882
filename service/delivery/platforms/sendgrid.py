"""SendGrid: Handlebars in dynamic templates; it takes data with the send and asks for none."""

from __future__ import annotations

from service.delivery.platforms.base import Platform
from service.delivery.platforms.handlebars import SPECIAL, handlebars_merge, handlebars_plain

SENDGRID = Platform(
    name="sendgrid",
    special=SPECIAL,
    plain=handlebars_plain,
    merge=handlebars_merge({}),
    unsubscribe="{{{unsubscribe}}}",
)
