"""Groups in the records of one workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.inserts import insert_missing
from service.db.tables import cluster_members, clusterings, leads
from service.errors import NotFound
from service.learning.cluster_models import Cluster, Clustering, ClusterView, Groups

EXAMPLES = 5
_ROWS = 500


class ClusterStore:
    """The groups of one workspace's leads."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def has(self, id_: UUID) -> bool:
        """Whether a job came so far."""
        return await self._connection.scalar(self._mine().where(clusterings.c.id == id_)) is not None

    async def add(self, id_: UUID, groups: Groups, members: Mapping[UUID, tuple[int, float]], now: datetime) -> None:
        """Keep groups and who is in which, with the distance from its middle, in place of those before.

        Leads that are gone by now are left out.
        """
        await self._connection.execute(sa.delete(clusterings).where(clusterings.c.workspace_id == self._workspace))
        await self._connection.execute(
            sa.insert(clusterings).values(
                id=id_, workspace_id=self._workspace, clusters=groups.model_dump(mode="json"), created_at=now
            )
        )
        here = await self._here(sorted(members))
        for start in range(0, len(here), _ROWS):
            rows = [
                {
                    "workspace_id": self._workspace, "clustering_id": id_, "lead_id": lead,
                    "cluster": members[lead][0], "distance": members[lead][1],
                }
                for lead in here[start : start + _ROWS]
            ]  # fmt: skip
            await insert_missing(self._connection, cluster_members, rows, cluster_members.c.lead_id)

    async def newest(self) -> Clustering:
        """The newest groups, each with examples. Raises `NotFound` where none were found yet."""
        row = (await self._connection.execute(self._mine().order_by(clusterings.c.created_at.desc()).limit(1))).first()
        if row is None:
            raise NotFound("No groups were found yet: POST /v1/clusters looks for some.", code="clusters.unknown")
        groups = Groups.model_validate(row.clusters)
        return Clustering(
            id=row.id,
            clusters=[
                ClusterView(**dict(one), examples=await self._examples(row.id, one.number)) for one in groups.clusters
            ],
            quality=groups.quality, leads=groups.leads, without_consent=groups.without_consent,
            with_vectors=groups.with_vectors, created_at=row.created_at,
        )  # fmt: skip

    async def cluster(self, id_: UUID, number: int) -> Cluster:
        """One group. Raises `NotFound`."""
        row = (await self._connection.execute(self._mine().where(clusterings.c.id == id_))).first()
        found = Groups.model_validate(row.clusters).clusters if row else []
        for one in found:
            if one.number == number:
                return one
        raise NotFound(
            f"There is no group {number} of {id_} in this workspace; groups that were found anew replace those before.",
            code="clusters.unknown",
        )

    async def _examples(self, id_: UUID, number: int) -> list[str]:
        nearest = (
            sa.select(leads.c.external_id)
            .join(cluster_members, cluster_members.c.lead_id == leads.c.id)
            .where(
                cluster_members.c.workspace_id == self._workspace,
                cluster_members.c.clustering_id == id_,
                cluster_members.c.cluster == number,
            )
            .order_by(cluster_members.c.distance, leads.c.id)
            .limit(EXAMPLES)
        )
        return list(await self._connection.scalars(nearest))

    async def _here(self, ids: Sequence[UUID]) -> list[UUID]:
        found: list[UUID] = []
        for start in range(0, len(ids), _ROWS):
            mine = sa.select(leads.c.id).where(
                leads.c.workspace_id == self._workspace, leads.c.id.in_(ids[start : start + _ROWS])
            )
            found += await self._connection.scalars(mine.with_for_update(read=True, key_share=True))
        return found

    def _mine(self) -> sa.Select[Any]:
        return sa.select(clusterings).where(clusterings.c.workspace_id == self._workspace)
