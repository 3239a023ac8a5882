"""How far audiences overlap. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from pydantic import BaseModel

from service.audiences.models import Audience


class Overlap(BaseModel):
    """Matrices in the order of `slugs`. `leads[i][j]` are in both, `leads[i][i]` in one; `jaccard` is the part of those
    in either that are in both, from 0 to 1, and null where both are empty."""

    slugs: list[str]
    leads: list[list[int]]
    jaccard: list[list[float | None]]


def overlap_of(audiences: Sequence[Audience], shared: Mapping[tuple[UUID, UUID], int]) -> Overlap:
    """From how many leads each two share, and each has."""
    leads = [[shared.get((one.id, other.id), 0) for other in audiences] for one in audiences]
    places = range(len(audiences))
    return Overlap(
        slugs=[one.slug for one in audiences],
        leads=leads,
        jaccard=[[_jaccard(leads[i][j], leads[i][i] + leads[j][j] - leads[i][j]) for j in places] for i in places],
    )


def _jaccard(both: int, either: int) -> float | None:
    return round(both / either, 4) if either else None
