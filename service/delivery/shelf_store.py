"""What the shelf reads of one workspace's records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from service.campaigns.models import CampaignSettings
from service.db.tables import audiences, campaigns, placements, revisions, variants
from service.types import Locale
from service.variants.resting import RestsOn


class CampaignRow(NamedTuple):
    """A campaign as far as serving needs it."""

    id: UUID
    slug: str
    status: str
    locale: Locale
    audiences: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    settings: CampaignSettings


class PlacementRow(NamedTuple):
    """A place in a site: which channel it shows, and the campaigns that are asked in turn."""

    id: UUID
    key: str
    channel: str
    campaigns: tuple[str, ...]


class Stocked(NamedTuple):
    """A serving revision with everything that it needs to stand. `audience_words` is what its writer knew of whom it
    is for, `kinds` are those of its claims."""

    variant: UUID
    revision: str
    campaign: UUID
    audience: str | None
    channel: str
    locale: Locale
    fields: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    rests_on: RestsOn
    audience_words: Mapping[str, Any]
    kinds: frozenset[str]
    true_from: datetime | None
    true_until: datetime | None


class ShelfStore:
    """Campaigns, placements and serving revisions of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    @staticmethod
    async def workspaces(connection: AsyncConnection) -> Sequence[UUID]:
        """The workspaces that have campaigns: for the shelf, which serves them all."""
        return (await connection.scalars(sa.select(campaigns.c.workspace_id).distinct())).all()

    async def campaigns(self) -> dict[UUID, CampaignRow]:
        """All campaigns by id."""
        rows = await self._connection.execute(sa.select(campaigns).where(campaigns.c.workspace_id == self._workspace))
        return {
            row.id: CampaignRow(
                row.id, row.slug, row.status, row.locale, tuple(row.audiences), row.starts_at, row.ends_at,
                CampaignSettings.model_validate(row.settings),
            )
            for row in rows
        }  # fmt: skip

    async def placements(self) -> dict[str, PlacementRow]:
        """All placements by key."""
        rows = await self._connection.execute(sa.select(placements).where(placements.c.workspace_id == self._workspace))
        return {row.key: PlacementRow(row.id, row.key, row.channel, tuple(row.campaigns)) for row in rows}

    async def parents(self) -> dict[str, str | None]:
        """The parent of each audience."""
        parent = audiences.alias()
        rows = await self._connection.execute(
            sa.select(audiences.c.slug, parent.c.slug.label("parent"))
            .join(parent, parent.c.id == audiences.c.parent_id, isouter=True)
            .where(audiences.c.workspace_id == self._workspace)
        )
        return {row.slug: row.parent for row in rows}

    async def serving(self, wanted: Collection[UUID] | None = None) -> list[Stocked]:
        """The revisions that answers may be made from: of those variants, or all. Copy that was written for one lead
        alone is nobody else's."""
        same = sa.and_(revisions.c.variant_id == variants.c.id, revisions.c.revision == variants.c.serving)
        query = (
            sa.select(
                variants.c.id, variants.c.campaign_id, variants.c.audience_slug, variants.c.channel, variants.c.locale,
                variants.c.audience, revisions.c.revision, revisions.c.fields, revisions.c.evidence,
                revisions.c.rests_on, revisions.c.claims, revisions.c.true_from, revisions.c.true_until,
            )
            .join(revisions, same)
            .where(variants.c.workspace_id == self._workspace, variants.c.campaign_id.is_not(None))
            .where(variants.c.lead_id.is_(None))
        )  # fmt: skip
        if wanted is not None:
            query = query.where(variants.c.id.in_(wanted))
        return [_stocked(row) for row in await self._connection.execute(query)]


_RESTS_ON: TypeAdapter[RestsOn] = TypeAdapter(RestsOn)


def _stocked(row: sa.Row[*tuple[Any, ...]]) -> Stocked:
    return Stocked(
        variant=row.id, revision=row.revision, campaign=row.campaign_id, audience=row.audience_slug,
        channel=row.channel, locale=row.locale, fields=row.fields, evidence=row.evidence,
        rests_on=_RESTS_ON.validate_python(row.rests_on), audience_words=row.audience,
        kinds=frozenset(claim["kind"] for claim in row.claims), true_from=row.true_from, true_until=row.true_until,
    )  # fmt: skip
