"""What passes between the parts of retrieval: points in, queries through, hits out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from retrieval.languages import LANGUAGES, Language

Vector = NDArray[np.float32]
Collection = Literal["passages", "leads"]
Half = Literal["dense", "lexical"]

COLLECTIONS: tuple[Collection, ...] = ("passages", "leads")

__all__ = ["LANGUAGES", "Language"]


class SparseVector(NamedTuple):
    """Token ids and their weights, as BM25 makes them."""

    indices: list[int]
    values: list[float]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to index. The payload holds no personal data, nor does the random id."""

    id: UUID
    workspace: str
    dense: Vector
    payload: Mapping[str, object]
    sparse: SparseVector | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What a hit must satisfy. The workspace has no default: a search without one cannot be written.

    `valid_at` keeps points whose `valid_from` / `valid_until` payload (ISO 8601, absent means open) contains that time.
    `tags` keeps points that carry any of them; `content_ids` points of any of those items.
    """

    workspace: str
    language: Language | None = None
    kinds: Sequence[str] = ()
    tags: Sequence[str] = ()
    content_ids: Sequence[str] = ()
    valid_at: datetime | None = None


class Scored(NamedTuple):
    """A point as one half of the index found it; `score` is that half's own, higher is better."""

    id: UUID
    score: float
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Hit:
    """A fused result: `score` is in [0, 1], `halves` says which half found it and with what score of its own."""

    id: UUID
    score: float
    payload: Mapping[str, object]
    halves: Mapping[Half, float] = field(default_factory=dict)


class Embedder(Protocol):
    """Texts to unit vectors. `name` names model and version: vectors of different names do not compare."""

    name: str
    dimensions: int

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), float32, each of length 1."""
        ...
