"""The shape of JSON from outside: how deep and how many values, looked at without recursion."""

from __future__ import annotations

from typing import Any

MOST_DEPTH = 16
MOST_VALUES = 2_000


class Misshapen(ValueError):
    """JSON that nothing honest looks like."""


def check_shape(value: object) -> None:
    """Raises `Misshapen` for what is nested deeper, or holds more values, than anything that says something."""
    level: list[Any] = [value]
    seen = 0
    for _ in range(MOST_DEPTH + 1):
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
        seen += len(level)
        if seen > MOST_VALUES:
            raise Misshapen(f"holds more than {MOST_VALUES:,} values")
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            return
    raise Misshapen(f"is nested deeper than {MOST_DEPTH} levels")


def without_nul(value: Any) -> Any:
    """The same without NUL characters, which PostgreSQL cannot keep; `value` has passed `check_shape`."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {key.replace("\x00", ""): without_nul(item) for key, item in value.items()}
    return value
