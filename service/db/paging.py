"""Opaque cursors: where a page ended, in a form that fits a URL."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import TypeVar

from service.errors import Fault, Invalid

T = TypeVar("T")


def cursor_of(value: object) -> str:
    """The cursor that stands for a value."""
    return urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def value_of(cursor: str, parse: Callable[[str], T]) -> T:
    """What a cursor stands for. Raises Invalid for one that we never gave out."""
    try:
        return parse(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except (ValueError, binascii.Error):
        fault = Fault("/cursor", "must be a next_cursor that an earlier page gave")
        raise Invalid(f"The cursor {cursor[:40]!r} is none of ours.", code="cursor.unknown", faults=[fault]) from None
