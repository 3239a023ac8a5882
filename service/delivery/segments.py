"""A visitor's segment as a short opaque text: what a URL may say of somebody. Pure.

It holds the audiences that matter, the hour, and a lot: one of sixteen numbers by which visitors of the same audiences
are spread over variants. Whoever has the same of all three gets the same text (AES-SIV, RFC 5297: the same words, the
same cipher), so shared caches keep one answer for all of them; it names nobody, and only this service can read it. Each
hour all texts are other ones: nobody is followed by theirs for long.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

HOUR = 3_600
LOTS = 16
_BLOCK = 48  # lengths are rounded up to this, so that they tell little of what is inside
_ROOM = 480
_KNOWN = "k"
_LONGEST = 800


class Segment(NamedTuple):
    """The audiences, the most wanted first, and the lot. `known` is one of a lead, not of a page alone."""

    audiences: Sequence[str]
    lot: int
    known: bool = False

    @property
    def context(self) -> tuple[str, ...]:
        """As deciding takes it: the lot is one more word there, which is no audience's and only moves the draw."""
        return (f"~{self.lot}", *self.audiences)


class Segments:
    """Writes and reads the segments of one workspace, with a key of 64 hexadecimal digits that is its own."""

    def __init__(self, key: str) -> None:
        self._cipher = AESSIV(bytes.fromhex(key))

    def write(self, segment: Segment, now: float) -> str:
        """The text for this hour; audiences that do not find room, the last ones, are left out."""
        words = ""
        for slug in segment.audiences:
            if len(words) + len(slug) + 1 > _ROOM:
                break
            words += f",{slug}"
        told = f"{_KNOWN if segment.known else ''}{segment.lot}{words}".encode()
        padded = told.ljust(-(-len(told) // _BLOCK) * _BLOCK)
        return _encoded(self._cipher.encrypt(padded, [_hour(now)]))

    def read(self, text: str, now: float, *, ago: int = 1) -> Segment | None:
        """What it says, None where it is not ours, was tampered with, or is older than the hours in `ago`. One hour
        ahead is read too: another process's clock may be."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= _LONGEST else b""
        except ValueError:
            return None
        if not raw or _encoded(raw) != text:  # one segment has one address, or caches would keep the same twice
            return None
        for hour in (0, *(-back for back in range(1, ago + 1)), 1):
            try:
                told = self._cipher.decrypt(raw, [_hour(now + hour * HOUR)])
            except (InvalidTag, ValueError):
                continue
            lot, *audiences = told.decode().rstrip().split(",")
            return Segment(tuple(audiences), int(lot.removeprefix(_KNOWN)), lot.startswith(_KNOWN))
        return None


def expires(segment: Segment, now: float) -> float:
    """When a visitor should ask for a new one: spread over the next hour by lot, so that not all ask at once."""
    return (now // HOUR + 1) * HOUR + HOUR * segment.lot / LOTS


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _hour(now: float) -> bytes:
    return str(int(now // HOUR)).encode()
