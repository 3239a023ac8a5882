"""Making an audience of a group, by the condition that was proposed for it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.conditions import checked
from service.audiences.models import Audience, AudienceInput
from service.audiences.store import AudienceStore
from service.errors import Conflict
from service.leads.contract_store import ContractStore
from service.learning.cluster_models import Adopt
from service.learning.cluster_store import ClusterStore
from service.profile.attributes import selectable


async def adopt(
    connection: AsyncConnection, workspace: UUID, clustering: UUID, number: int, wanted: Adopt, now: datetime
) -> Audience:
    """A new audience of origin `cluster`. Raises `NotFound`, `Conflict` where the slug is taken or nothing was
    proposed, and `Invalid` where the contract has changed so that the condition may not be asked any more."""
    cluster = await ClusterStore(connection, workspace).cluster(clustering, number)
    condition = cluster.proposal.condition
    if not condition:
        raise Conflict(
            f"No condition of a few questions marks group {number} off, so there is none to adopt.",
            code="clusters.no_condition",
        )
    checked(condition, selectable(await ContractStore(connection, workspace).current()))
    name = wanted.name or cluster.name
    given = AudienceInput(slug=wanted.slug or slug_of(name), name=name, condition=condition, origin="cluster")
    return await AudienceStore(connection, workspace).create(given, now)


def slug_of(name: str) -> str:
    """A name as it fits into an address: `Compradores de café` is `compradores-de-cafe`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-") or "cluster"
