"""Campaigns in the records of one workspace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.models import SLUG
from service.campaigns.models import Campaign, CampaignBody, CampaignInput, Status, values_of
from service.db import changes
from service.db.inserts import insert_missing
from service.db.tables import api_keys, audiences, campaigns, revisions, variants
from service.errors import Conflict, Fault, Invalid, NotFound, PreconditionFailed
from service.types import Locale

MOST_CAMPAIGNS = 1_000


class Title(NamedTuple):
    """What a campaign is called, where that is all one needs."""

    slug: str
    name: str
    status: Status


class Copies(NamedTuple):
    """How many variants of a campaign wait for somebody, are handed out, or are out of service."""

    waiting: int = 0
    serving: int = 0
    quarantined: int = 0


class CampaignStore:
    """The campaigns of one workspace. Each write tells whoever follows the campaign."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, slug: str) -> Campaign:
        """That campaign. Raises `NotFound`."""
        row = None
        if re.fullmatch(SLUG, slug):  # PostgreSQL takes no NUL in a text, not even to find nothing
            row = (await self._connection.execute(self._mine().where(campaigns.c.slug == slug))).first()
        if row is None:
            raise NotFound(f"There is no campaign {slug[:63]!r} in this workspace.", code="campaign.unknown")
        return _campaign(row)

    async def by_id(self, id_: UUID) -> Campaign:
        """That campaign. Raises `NotFound`."""
        row = (await self._connection.execute(self._mine().where(campaigns.c.id == id_))).first()
        if row is None:
            raise NotFound("The campaign is gone.", code="campaign.unknown")
        return _campaign(row)

    async def titles(self) -> dict[UUID, Title]:
        """What each campaign is called, by its id."""
        named = (campaigns.c[name] for name in Title._fields)
        rows = await self._connection.execute(
            sa.select(campaigns.c.id, *named).where(campaigns.c.workspace_id == self._workspace)
        )
        return {row[0]: Title(*row[1:]) for row in rows}

    async def all(self) -> list[Campaign]:
        """Every campaign, the newest first; there are at most 1,000."""
        newest = self._mine().order_by(campaigns.c.created_at.desc(), campaigns.c.slug)
        return [_campaign(row) for row in await self._connection.execute(newest)]

    async def copies(self) -> dict[UUID, Copies]:
        """How it stands with each campaign's variants, by its id."""
        waits = variants.c.status.in_(("draft", "in_review"))
        counts = (
            sa.func.sum(sa.case((waits, 1), else_=0)), sa.func.count(variants.c.serving),
            sa.func.sum(sa.case((variants.c.status == "quarantined", 1), else_=0)),
        )  # fmt: skip
        rows = await self._connection.execute(
            sa.select(variants.c.campaign_id, *counts)
            .where(variants.c.workspace_id == self._workspace, variants.c.campaign_id.is_not(None))
            .group_by(variants.c.campaign_id)
        )
        return {row[0]: Copies(*row[1:]) for row in rows}

    async def unknown(self, slugs: Sequence[str]) -> list[str]:
        """Which of those are no campaigns."""
        known = set(
            await self._connection.scalars(
                sa.select(campaigns.c.slug).where(
                    campaigns.c.workspace_id == self._workspace, campaigns.c.slug.in_(slugs)
                )
            )
        )
        return [slug for slug in slugs if slug not in known]

    async def create(self, given: CampaignInput, locale: Locale, now: datetime) -> Campaign:
        """A new campaign, a draft. Raises `Conflict` where the slug is taken, `Invalid` for an audience that is not
        there."""
        await self._known_audiences(given)
        count = sa.select(sa.func.count()).select_from(campaigns).where(campaigns.c.workspace_id == self._workspace)
        if int(await self._connection.scalar(count) or 0) >= MOST_CAMPAIGNS:
            raise Conflict(f"This workspace has {MOST_CAMPAIGNS} campaigns already.", code="campaign.too_many")
        row = {
            "id": uuid4(), "workspace_id": self._workspace, "slug": given.slug, "status": "draft", "version": 1,
            "created_at": now, "updated_at": now, **values_of(given, locale),
        }  # fmt: skip
        if not await insert_missing(self._connection, campaigns, [row], campaigns.c.id):
            raise Conflict(f"There is a campaign {given.slug!r} already.", code="campaign.exists")
        await self._changed(row["id"], now)
        return await self.by_id(row["id"])

    async def update(self, kept: Campaign, given: CampaignBody, locale: Locale, now: datetime) -> Campaign:
        """Replace what it says of itself. Raises `Invalid`, and `PreconditionFailed` where another was faster."""
        await self._known_audiences(given)
        return await self._write(kept, values_of(given, locale), now)

    async def move(self, kept: Campaign, status: Status, now: datetime) -> Campaign:
        """Give it that status. Raises `PreconditionFailed` where another was faster."""
        return await self._write(kept, {"status": status}, now)

    async def delete(self, kept: Campaign, now: datetime) -> None:
        """Forget it, and let its query tokens open nothing. Its variants stay, in no campaign."""
        mine = (campaigns.c.workspace_id == self._workspace, campaigns.c.id == kept.id)
        await self._changed(kept.id, now)
        await self._connection.execute(
            sa.update(api_keys)
            .where(api_keys.c.workspace_id == self._workspace, api_keys.c.campaign == kept.slug)
            .where(api_keys.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        await changes.append(self._connection, self._workspace, "key", [self._workspace], now)
        await self._connection.execute(sa.delete(campaigns).where(*mine))

    async def without_control(self, campaign: Campaign, now: datetime) -> list[str]:
        """The channels in which no approved copy for everyone, in the campaign's locale, is true at `now`."""
        same = sa.and_(revisions.c.variant_id == variants.c.id, revisions.c.revision == variants.c.serving)
        approved = (
            sa.select(variants.c.channel)
            .join(revisions, same)
            .where(variants.c.workspace_id == self._workspace, variants.c.campaign_id == campaign.id)
            .where(variants.c.audience_slug.is_(None), variants.c.locale == campaign.locale)
            .where(sa.or_(revisions.c.true_until.is_(None), revisions.c.true_until > now))
        )
        there = set(await self._connection.scalars(approved))
        return [channel for channel in campaign.channels if channel not in there]

    async def _write(self, kept: Campaign, values: dict[str, Any], now: datetime) -> Campaign:
        await self._changed(kept.id, now)
        mine = (campaigns.c.workspace_id == self._workspace, campaigns.c.id == kept.id)
        done = await self._connection.execute(
            sa.update(campaigns)
            .where(*mine, campaigns.c.version == kept.version)
            .values(version=kept.version + 1, updated_at=now, **values)
        )
        if done.rowcount == 0:
            raise PreconditionFailed("Somebody else has changed the campaign meanwhile.", code="campaign.version")
        return await self.by_id(kept.id)

    async def _known_audiences(self, given: CampaignBody) -> None:
        known = set(
            await self._connection.scalars(
                sa.select(audiences.c.slug).where(
                    audiences.c.workspace_id == self._workspace, audiences.c.slug.in_(given.audiences)
                )
            )
        )
        faults = [
            Fault(f"/audiences/{place}", f"there is no audience {slug!r}")
            for place, slug in enumerate(given.audiences)
            if slug not in known
        ]
        if faults:
            raise Invalid("; ".join(fault.detail for fault in faults), code="campaign.audience", faults=faults)

    async def _changed(self, id_: UUID, now: datetime) -> None:
        await changes.append(self._connection, self._workspace, "campaign", [id_], now)

    def _mine(self) -> sa.Select[Any]:
        return sa.select(campaigns).where(campaigns.c.workspace_id == self._workspace)


def _campaign(row: sa.Row[Any]) -> Campaign:
    return Campaign.model_validate(row, from_attributes=True)
