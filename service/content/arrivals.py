"""A content item on its way in."""

from __future__ import annotations

from dataclasses import dataclass

from service.content.models import ContentInput
from service.imports.models import LineError


@dataclass(frozen=True, slots=True)
class Arrival:
    """An item read from a file, and what deserves a look."""

    item: ContentInput
    warnings: tuple[LineError, ...] = ()


Read = Arrival | list[LineError]
"""What came of one row, line or document: an item, or why there is none."""
