"""SMS: one text message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.channels.base import Channel, Fields, Limit, Preview
from service.channels.gsm import ONE, count, septets, transliterate
from service.channels.rendering import html, lines
from service.types import Locale


class SmsFields(Fields):
    """A text message."""

    text: str


def plain(preview: Preview) -> str:
    """The message."""
    return lines(preview["text"])


def rich(preview: Preview, locale: Locale) -> str:
    """The message in its bubble, with what it takes on the network."""
    return html("sms.html.j2", preview, locale)


def _sent(preview: Preview) -> Mapping[str, Any]:
    """How it goes out, as it stands and without the accents that make it longer."""
    text = preview["text"]
    plainer = transliterate(text)
    own, other = count(text), count(plainer)
    return {
        "encoding": own.encoding,
        "length": own.length,
        "parts": own.parts,
        "transliterated": plainer,
        "transliterated_encoding": other.encoding,
        "transliterated_parts": other.parts,
    }


SMS = Channel(
    name="sms",
    fields=SmsFields,
    # Held to what goes out as one message once it is transliterated: with its accents a text of 71 to 160 characters
    # is two or three, which costs more and is no fault of the copy. The preview tells both.
    limits={"text": Limit(ONE["GSM-7"], advised=140, measure=septets)},
    prompt="sms",
    plain=plain,
    html=rich,
    links={},
    adds=_sent,
)
