"""The channels there are, one line each."""

from __future__ import annotations

from service.channels.banner import BANNER
from service.channels.base import Channel
from service.channels.email import EMAIL
from service.errors import Fault, Invalid

CHANNELS: dict[str, Channel] = {
    EMAIL.name: EMAIL,
    BANNER.name: BANNER,
}


def channel(name: str) -> Channel:
    """The channel of that name. Raises Invalid, naming those there are."""
    if name not in CHANNELS:
        detail = f"There is no channel {name[:40]!r}; there are: {', '.join(CHANNELS)}."
        raise Invalid(detail, code="channel.unknown", faults=[Fault("/channel", detail)])
    return CHANNELS[name]
