"""RD Station: pulls nothing and has no tag that falls back, so bound values go into custom fields."""

from __future__ import annotations

import re

from service.delivery.platforms.base import Custom, Platform, refusing

_OPENING = re.compile(r"\*(?=\|)")

RDSTATION = Platform(
    name="rdstation",
    special=_OPENING,
    plain=refusing("RD Station", _OPENING),
    fields=(
        Custom("cf_sm_subject", "subject", "text", 255),
        Custom("cf_sm_preheader", "preheader", "text", 255),
        Custom("cf_sm_text", "text", "textarea", 5_000),
        Custom("cf_sm_link", "cta_url", "url", 2_000),
    ),
)
