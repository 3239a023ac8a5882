"""Groups of leads that resemble each other, as data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.audiences.models import Name, Slug

CLUSTERS = "clusters"
"""The kind of job that finds them."""


class FindClusters(BaseModel):
    """How to look for groups. The same seed and leads give the same groups."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"most": 6}]})

    most: Annotated[int, Field(ge=2, le=12, description="At most so many groups.")] = 8
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0


class Trait(BaseModel):
    """What sets a group apart: an attribute, and of a word which one. `inside` and `outside` are averages of a number,
    and shares from 0 to 1 of a word, a flag or of having any value; `lift` is one by the other."""

    attribute: str
    value: str | bool | None = None
    inside: float
    outside: float
    lift: float | None
    text: str


class Proposal(BaseModel):
    """A condition for an audience, and how well it matches the group: of whom it holds for, how many are in the group
    (precision); of the group, for how many it holds (recall)."""

    condition: dict[str, Any]
    precision: float
    recall: float
    f1: float


class Cluster(BaseModel):
    """A group: `number` counts from 1, the biggest first."""

    number: int
    name: str
    size: int
    share: float
    sets_apart: list[Trait]
    proposal: Proposal


class Quality(BaseModel):
    """How clear the groups are (silhouette, from -1 to 1), how clear they would be if nothing hung together (the same
    values, each attribute shuffled by itself), and how alike they come out of resampled leads (adjusted Rand index)."""

    silhouette: float
    by_chance: float
    stability: float


class Groups(BaseModel):
    """All groups of a workspace's leads, as kept."""

    clusters: list[Cluster]
    quality: Quality
    leads: int
    without_consent: int
    with_vectors: int
    seed: int


class ClusterView(Cluster):
    """A group with some leads from its middle."""

    examples: list[str]


class Clustering(BaseModel):
    """The newest groups."""

    id: UUID
    clusters: list[ClusterView]
    quality: Quality
    leads: int
    without_consent: int
    with_vectors: int
    created_at: datetime


class Adopt(BaseModel):
    """What the audience shall be called; the group's own name where nothing is given."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"slug": "coffee-buyers"}]})

    slug: Slug | None = None
    name: Name | None = None
