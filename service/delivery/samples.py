"""Real leads to look at a variant with: a few of those it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import audiences, leads, memberships
from service.leads.names import shown_name
from service.leads.store import LeadStore
from service.variants.models import StoredVariant

MOST = 6
_LOOKED_AT = 60


class Sample(NamedTuple):
    """A lead by its id and, where it is a name, its first name."""

    external_id: str
    name: str | None


async def samples(connection: AsyncConnection, workspace: UUID, stored: StoredVariant) -> list[Sample]:
    """Some of the leads in the variant's audience, those with a name first; of all leads where it has none."""
    wanted = sa.select(leads.c.id).where(leads.c.workspace_id == workspace).order_by(leads.c.id).limit(_LOOKED_AT)
    if stored.lead_id is not None:
        wanted = wanted.where(leads.c.id == stored.lead_id)
    elif stored.audience_slug is not None:
        wanted = (
            wanted.join(memberships, memberships.c.lead_id == leads.c.id)
            .join(audiences, audiences.c.id == memberships.c.audience_id)
            .where(memberships.c.workspace_id == workspace, audiences.c.slug == stored.audience_slug)
        )
    found = await LeadStore(connection, workspace).by_ids(await connection.scalars(wanted))
    told = [Sample(one.external_id, _name(one.traits)) for one in found]
    return sorted(told, key=lambda one: (one.name is None, one.external_id))[:MOST]


def _name(traits: Mapping[str, object]) -> str | None:
    name = traits.get("firstName") or traits.get("first_name")
    return shown_name(name) if isinstance(name, str) else None
