"""A lead as known now: traits and computed attributes in one flat map, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

Value = str | int | float | bool | list[str]

Origin = Literal["trait", "computed", "score", "context"]


class Known(NamedTuple):
    """A value and where it comes from: `basis` says it in words, such as the events that it was computed from.

    `changes_at` is when it changes with nobody doing anything, None where only an event or an edit can change it.
    """

    value: Value
    origin: Origin
    basis: str
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything known of one lead at one moment, by attribute name: `days_since_last_visit`, `city`."""

    attributes: Mapping[str, Known]

    @property
    def values(self) -> dict[str, Value]:
        """Just the values."""
        return {name: known.value for name, known in self.attributes.items()}
