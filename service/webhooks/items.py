"""Reading what others send: each reader gives a clean value, or None for anything else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from service.leads.models import flatten, no_control_characters

LONGEST = 500
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


def inner(item: object, *names: str) -> Any:
    """What lies below those names, an empty object where a step is missing."""
    for name in names:
        item = item.get(name) if isinstance(item, dict) else None
    return {} if item is None else item


def text(value: object, most: int = LONGEST) -> str | None:
    """Text in one piece, a whole number as text; None where it is empty, too long or holds control characters."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        return None
    try:
        return no_control_characters(value.strip())
    except ValueError:
        return None


def first_text(*values: object) -> str | None:
    """The first of them that is text; of a list, the first that it holds."""
    for value in values:
        if found := text(value[0] if isinstance(value, list) and value else value):
            return found
    return None


def address(value: object) -> str | None:
    """An e-mail address in lower case."""
    found = text(value, 320)
    return found.lower() if found and 0 < found.find("@") < len(found) - 1 and " " not in found else None


def moment(value: object, now: datetime, *, per_second: int = 1) -> datetime | None:
    """A time from a number (`per_second` ticks) or ISO 8601 text; what lies ahead is now, as clocks differ."""
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
            at = datetime.fromisoformat(value)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(float(value) / per_second, UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return min(at, now) if at >= _OLDEST else None


def clean_traits(given: Mapping[str, Any]) -> dict[str, Any]:
    """The traits that can be kept; those of a wrong name or kind are left out, since the rest is still worth having."""
    kept: dict[str, Any] = {}
    for name, value in given.items():
        try:
            kept |= flatten({name: value})
        except (ValueError, TypeError, AttributeError):
            continue
    return dict(list(kept.items())[:200])


def digest(source: str, *parts: object) -> str:
    """A message id for what has none: the same parts give the same id, and the id tells nothing of them.

    Only plain values count, since anything may be nested so deep that it cannot be written.
    """
    plain = [part if isinstance(part, str | int | float) else None for part in parts]
    return f"{source}:{hashlib.sha256(orjson.dumps(plain)).hexdigest()}"


def message_id(source: str, *parts: object) -> str:
    """The provider's own id as ours, or a digest where it is too long for one."""
    told = f"{source}:{':'.join(str(part) for part in parts)}"
    return told if len(told) <= 100 and told.isprintable() else digest(source, *parts)
