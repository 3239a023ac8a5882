"""What the sample shop's leads did, on days that are counted from today."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

_WHEN = re.compile(r"([dw])-(\d+) (\d\d):(\d\d)")
_BIRTHDAY = re.compile(r"(\d{4})\+(\d)d")


def events(path: Path, today: date, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Segment messages. `d-1 19:40` is yesterday; `w-3 10:00` is three days before this week's Monday, and so the same
    all week long: a second start finds nothing new, and next week's shop is as lively as this week's."""
    return [_message(line, place, today, tz) for place, line in _lines(path)]


def moment(when: str, today: date, tz: ZoneInfo) -> datetime:
    """`d-1 19:40` and `w-3 10:00` as a time. Raises ValueError."""
    found = _WHEN.fullmatch(when)
    if found is None:
        raise ValueError(f"{when!r} is no moment: write it like d-1 19:40")
    day = today if found[1] == "d" else today - timedelta(days=today.weekday())
    return datetime.combine(day - timedelta(days=int(found[2])), time(int(found[3]), int(found[4])), tz)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, line in enumerate(path.read_bytes().splitlines()):
        yield place, orjson.loads(line)


def _message(given: dict[str, Any], place: int, today: date, tz: ZoneInfo) -> dict[str, Any]:
    monday = today - timedelta(days=today.weekday())
    anchor = today if given["when"].startswith("d") else monday
    message = {key: value for key, value in given.items() if key != "when"}
    if traits := message.get("traits"):
        message["traits"] = {name: _birthday(value, monday) for name, value in traits.items()}
    name = hashlib.sha256(f"{anchor.isoformat()} {place}".encode()).hexdigest()[:32]
    return message | {"messageId": f"sample-{name}", "timestamp": moment(given["when"], today, tz).isoformat()}


def _birthday(value: Any, monday: date) -> Any:
    """`1992+6d` is a birthday on this week's Sunday."""
    found = _BIRTHDAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    day = monday + timedelta(days=int(found[2]))
    return f"{found[1]}-{day.month:02}-{day.day:02}"
