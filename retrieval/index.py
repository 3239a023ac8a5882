"""The index protocol: what Qdrant Edge and a Qdrant server both do for us.

Two collections: `passages` (dense and BM25) and `leads` (dense only), apart so that an erased lead's vectors can be
rebuilt away without touching content. The index is derived data: the records are the truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from retrieval.types import Collection, Filter, Point, Scored, SparseVector, Vector


class Index(Protocol):
    """Points kept and found. Every method that touches points names a workspace, in the points or in the filter."""

    async def identity(self) -> str:
        """A random name given when the index was created: a new, lost or foreign index has another one."""
        ...

    async def upsert(self, collection: Collection, points: Sequence[Point]) -> None:
        """Add or replace points; searchable when this returns."""
        ...

    async def delete(self, collection: Collection, workspace: str, ids: Sequence[UUID]) -> None:
        """Remove points of that workspace; ids of another workspace and unknown ids are left alone."""
        ...

    async def rebuild(self, collection: Collection) -> bool:
        """Write the collection anew from the points that it has, so that no file holds a deleted one any more.

        Calls that come while one runs share the next. False where only a server's own clean-up can do it, in its time.
        """
        ...

    async def nearest(self, collection: Collection, vector: Vector, where: Filter, limit: int) -> list[Scored]:
        """By cosine of the dense vector, best first."""
        ...

    async def lexical(self, sparse: SparseVector, where: Filter, limit: int) -> list[Scored]:
        """Passages by BM25, best first; document frequencies are those of the workspace and language only."""
        ...

    async def halves(
        self, vector: Vector, sparse: SparseVector, where: Filter, limit: int
    ) -> tuple[list[Scored], list[Scored]]:
        """`nearest` and `lexical` over passages in one round trip, without payloads.

        Few candidates survive fusion, and reading the payloads of all of them costs as much as finding them (1.3 of
        3.4 ms at 50,000 passages): ask `payloads` for those that do.
        """
        ...

    async def payloads(
        self, collection: Collection, workspace: str, ids: Sequence[UUID]
    ) -> dict[UUID, Mapping[str, object]]:
        """The payloads of those points of that workspace that exist."""
        ...

    async def retrieve(self, collection: Collection, workspace: str, ids: Sequence[UUID]) -> dict[UUID, Vector]:
        """The stored dense vectors of those points of that workspace that exist."""
        ...

    async def count(self, collection: Collection, workspace: str) -> int:
        """How many points the workspace has."""
        ...

    async def reset(self) -> None:
        """Drop everything and begin empty, under a new identity."""
        ...

    async def close(self) -> None:
        """Flush and let go of files, locks and connections."""
        ...
