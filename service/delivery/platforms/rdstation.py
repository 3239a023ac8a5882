"""RD Station: pulls nothing and has no tag that falls back, so bound values go into custom fields."""

from __future__ import annotations

import re

from service.delivery.platforms.base import Holds, Platform, refusing

_OPENING = re.compile(r"\*(?=\|)")

RDSTATION = Platform(
    name="rdstation",
    special=_OPENING,
    plain=refusing("RD Station", _OPENING),
    holds=Holds("cf_sm_", line=255, area=5_000, markup=False),
)
