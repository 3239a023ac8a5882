"""The payload keys that filters read, and the ones an index adapter adds and takes away again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import numpy as np

from retrieval.types import Point

DENSE = "dense"
LEXICAL = "lexical"

LANGUAGE = "language"
KIND = "kind"
TAGS = "tags"
CONTENT_ID = "content_id"

# Added by the adapters. Validity is kept a second time as seconds since 1970 with the open ends filled in: two plain
# ranges, where "absent or later than" would be four conditions and no use of the field index for the absent.
WORKSPACE = "_workspace"
VALID_FROM = "_valid_from"
VALID_UNTIL = "_valid_until"
ADDED = [WORKSPACE, VALID_FROM, VALID_UNTIL]

KEYWORDS = (LANGUAGE, KIND, TAGS, CONTENT_ID)
NUMBERS = (VALID_FROM, VALID_UNTIL)

# Beyond any date that ISO 8601 can write with four digits of year.
ALWAYS_BEFORE = -1e12
ALWAYS_AFTER = 1e12


def validate(points: Iterable[Point], dimensions: int) -> None:
    """Raise ValueError for a vector the engine would refuse halfway or keep as nonsense."""
    for point in points:
        if point.dense.shape != (dimensions,):
            raise ValueError(f"point {point.id} has a vector of shape {point.dense.shape}, expected ({dimensions},)")
        if not np.isfinite(point.dense).all():
            raise ValueError(f"point {point.id} has a vector with numbers that are not finite")


def stored(point: Point) -> dict[str, object]:
    """The payload as it is kept: the given one, the workspace, and both ends of its validity.

    Raises ValueError where `valid_from` or `valid_until` is not ISO 8601.
    """
    return {
        **point.payload,
        WORKSPACE: point.workspace,
        VALID_FROM: _epoch(point.payload, "valid_from", ALWAYS_BEFORE),
        VALID_UNTIL: _epoch(point.payload, "valid_until", ALWAYS_AFTER),
    }


def given(payload: Mapping[str, object] | None) -> dict[str, object]:
    """The payload as it came: `stored` undone."""
    return {key: value for key, value in (payload or {}).items() if key not in ADDED}


def seconds(moment: datetime) -> float:
    """Seconds since 1970; a time without a zone is read as UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _epoch(payload: Mapping[str, object], key: str, when_open: float) -> float:
    value = payload.get(key)
    if value is None or value == "":
        return when_open
    try:
        return seconds(datetime.fromisoformat(str(value)))
    except ValueError as error:
        raise ValueError(f"payload key {key!r} is not an ISO 8601 time: {value!r}") from error
