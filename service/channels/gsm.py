"""Text messages as telephone networks count them.

A message carries 1,120 bits: 160 characters of the GSM-7 alphabet (3GPP TS 23.038), seven bits each, or 70 units of
UTF-16. One character outside GSM-7 turns the whole message to UTF-16. Longer texts go out in several parts, each of
which gives some room to a header.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

Encoding = Literal["GSM-7", "UCS-2"]

ONE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
EACH: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape before each: two septets
_PLAIN = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "´": "'", "`": "'", "′": "'",
    "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "•": "-", "·": "-", "→": "->", "×": "x", "\t": " ",
    "º": "o", "ª": "a", "°": "o", "½": "1/2", "¼": "1/4", "¾": "3/4", "™": "", "®": "", "©": "(c)", "œ": "oe",
}  # fmt: skip
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f]")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")


class Count(NamedTuple):
    """What a text takes on the network: septets or UTF-16 units, and how many messages it is sent as."""

    encoding: Encoding
    length: int
    parts: int


def count(text: str) -> Count:
    """How the text goes out as it stands."""
    sizes = _sizes(text)
    if sizes is None:
        encoding: Encoding = "UCS-2"
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
    else:
        encoding = "GSM-7"
    length = sum(sizes)
    return Count(encoding, length, _parts(sizes, encoding) if length > ONE[encoding] else min(length, 1))


def transliterate(text: str) -> str:
    """The text in GSM-7 as far as it can be written so: "Promoção" is "Promocao". An emoji stays what it is."""
    text = _UNSEEN.sub("", _SPACES.sub(" ", unicodedata.normalize("NFC", text)))
    return "".join(char if _fits(char) else _nearest(char) for char in text)


def septets(text: str) -> int:
    """How many of a message's 160 septets the text takes, in GSM-7 wherever it can be written so.

    What cannot takes 16 bits a unit: 70 of them fill the same 160.
    """
    found = count(transliterate(text))
    return found.length if found.encoding == "GSM-7" else -(-found.length * 16 // 7)


def _fits(char: str) -> bool:
    return char in _BASIC or char in _EXTENDED


def _nearest(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    letter = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return letter if letter and all(map(_fits, letter)) else char


def _sizes(text: str) -> list[int] | None:
    """The septets of each character, None where one is not in the alphabet."""
    return [2 if char in _EXTENDED else 1 for char in text] if all(map(_fits, text)) else None


def _parts(sizes: list[int], encoding: Encoding) -> int:
    """How many parts: no character is cut in two, so a part may have to stay one short."""
    parts, filled = 1, 0
    for size in sizes:
        if filled + size > EACH[encoding]:
            parts, filled = parts + 1, 0
        filled += size
    return parts
