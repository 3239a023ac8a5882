"""What a lead has done, folded so far that everything computed of it can be read without its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from service.events.models import Event


class History:
    """A lead's events in brief. The order in which events come in makes no difference."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> Self:
        """As it was kept, empty where it never was."""
        return cls(dict(data or {}))

    def add(self, event: Event) -> None:
        """Take in one more event; a robot's leaves no trace."""

    def data(self) -> dict[str, Any]:
        """As it is kept: plain JSON."""
        return self._data
