"""The channels there are, one line each."""

from __future__ import annotations

from service.channels.banner import BANNER
from service.channels.base import Channel
from service.channels.chat import CHAT
from service.channels.email import EMAIL
from service.channels.popup import POPUP
from service.channels.push import PUSH
from service.channels.sms import SMS
from service.channels.social_ad import SOCIAL_AD
from service.channels.whatsapp import WHATSAPP
from service.errors import Fault, Invalid

CHANNELS: dict[str, Channel] = {
    one.name: one
    for one in (
        EMAIL,
        BANNER,
        POPUP,
        PUSH,
        SMS,
        WHATSAPP,
        SOCIAL_AD,
        CHAT,
    )
}


def channel(name: str) -> Channel:
    """The channel of that name. Raises Invalid, naming those there are."""
    if name not in CHANNELS:
        detail = f"There is no channel {name[:40]!r}; there are: {', '.join(CHANNELS)}."
        raise Invalid(detail, code="channel.unknown", faults=[Fault("/channel", detail)])
    return CHANNELS[name]
