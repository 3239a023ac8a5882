"""Families of attributes: by what names leads carry them, the words that tell them, and what gives them away outright.

All three languages stand together: what a model leaks does not keep to one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from service.checks.wordings import joined, tables

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Family:
    """Attributes of one kind.

    `names` are read in the attribute's name. `words` speak of the matter, and point at the reader where they stand next
    to one; `outright` points at the reader by itself. `sensitive` matters are told by "your" alone: "your pregnancy".
    """

    names: re.Pattern[str]
    words: re.Pattern[str] = _NEVER
    outright: re.Pattern[str] = _NEVER
    sensitive: bool = False


def _family(told: dict[str, Any]) -> Family:
    words, outright = joined(told.get("words", "")), joined(told.get("outright", ""))
    return Family(
        names=re.compile(joined(told["names"])),
        words=re.compile(rf"\b(?:{words})") if words else _NEVER,
        outright=re.compile(rf"(?<!\w)(?:{outright})(?!\w)") if outright else _NEVER,
        sensitive=told.get("sensitive", False),
    )


_ALL = {name: _family(told) for name, told in tables("families").items()}
AGE, PLACE = _ALL["age"], _ALL["place"]
OTHER = Family(names=re.compile("."))
"""What belongs to no family: its value alone can tell it."""
FAMILIES = tuple(_ALL.values())
