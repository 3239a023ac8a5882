"""What is served, what was quarantined, and what the records said of its facts then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import campaigns, content_versions, exports, revisions, variant_history, variants
from service.variants.models import Revision, StoredVariant
from service.variants.quarantine import Told
from service.variants.resting import LINKS, RestsOn

_RESTS_ON: TypeAdapter[RestsOn] = TypeAdapter(RestsOn)


class Kept(NamedTuple):
    """A variant with the revision of it that is served, or that was until it was quarantined."""

    stored: StoredVariant
    revision: Revision
    since: datetime | None

    @property
    def quarantined(self) -> bool:
        """Whether it is out of service."""
        return self.stored.serving is None

    @property
    def groups(self) -> RestsOn:
        """What that revision rests on."""
        return _RESTS_ON.validate_python(self.revision.rests_on)


class Exported(NamedTuple):
    """Copy of a variant that has left the house."""

    id: UUID
    variant: UUID
    platform: str
    leads: int
    at: datetime


class QuarantineStore:
    """What is served and what was taken out of service, in one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    @staticmethod
    async def workspaces(connection: AsyncConnection) -> Sequence[UUID]:
        """The workspaces in which anything is served: for the keeper, which looks after them all."""
        wanted = sa.select(variants.c.workspace_id).where(variants.c.serving.is_not(None)).distinct()
        return (await connection.scalars(wanted)).all()

    @staticmethod
    async def first_end(connection: AsyncConnection, after: datetime | None = None) -> datetime | None:
        """Until when what is served anywhere is true, the earliest of all ends after that: for the keeper as well."""
        wanted = sa.select(sa.func.min(revisions.c.true_until)).select_from(variants)
        wanted = wanted.join(revisions, _named(variants.c.serving))
        first: datetime | None = await connection.scalar(
            wanted if after is None else wanted.where(revisions.c.true_until > after)
        )
        return first

    @staticmethod
    async def ended(connection: AsyncConnection, now: datetime) -> dict[UUID, list[UUID]]:
        """What is served in any workspace though it was true only until now: for the keeper as well."""
        found: dict[UUID, list[UUID]] = {}
        for workspace, variant in await connection.execute(
            sa.select(variants.c.workspace_id, variants.c.id)
            .join(revisions, _named(variants.c.serving))
            .where(revisions.c.true_until <= now)
        ):
            found.setdefault(workspace, []).append(variant)
        return found

    async def kept(
        self, wanted: Collection[UUID] | None = None, leads: Collection[UUID] = (), *, out: bool = False
    ) -> list[Kept]:
        """Variants with a revision that is or was served, by id: all, or those and those that were written for one of
        the leads. With `out` only what is out of service."""
        found = list[Kept]()
        if not out:
            serving = sa.select(*_STORED, *_REVISION, sa.null()).select_from(variants)
            found = await self._found(serving.join(revisions, _named(variants.c.serving)), wanted, leads)
        # a draft may stand beside what was quarantined, so the history tells which revision that was
        gone = sa.select(*_STORED, *_REVISION, variant_history.c.at).select_from(variants)
        gone = gone.join(variant_history, variant_history.c.id == _LAST_QUARANTINE)
        gone = gone.join(revisions, _named(variant_history.c.revision)).where(
            variants.c.serving.is_(None),
            variants.c.status.not_in(("retired", "rejected")),
            sa.or_(variants.c.status == "quarantined", sa.cast(variants.c.reasons, sa.Text) != "[]"),
        )
        return sorted(found + await self._found(gone, wanted, leads), key=lambda one: one.stored.id)

    async def told(self, pairs: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], Told]:
        """What those versions of content items told."""
        wanted = list(pairs)
        columns = [content_versions.c[name] for name in ("item_id", "version", "title", "facts", "valid_until", *LINKS)]
        rows = await self._connection.execute(
            sa.select(*columns)
            .where(content_versions.c.workspace_id == self._workspace)
            .where(sa.tuple_(content_versions.c.item_id, content_versions.c.version).in_(wanted))
        )
        return {
            (row.item_id, row.version): Told(
                row.title,
                row.facts | {"valid_until": row.valid_until, "url": row.url, "image_url": row.image_url},
            )
            for row in rows
        }

    async def served(self) -> set[tuple[UUID | None, str | None, str, str]]:
        """Where anything is served still: campaign, audience, channel and locale."""
        rows = await self._connection.execute(
            sa.select(variants.c.campaign_id, variants.c.audience_slug, variants.c.channel, variants.c.locale).where(
                variants.c.workspace_id == self._workspace, variants.c.serving.is_not(None)
            )
        )
        return {(row[0], row[1], row[2], row[3]) for row in rows}

    async def campaigns(self) -> dict[UUID, str]:
        """The slug of each campaign."""
        wanted = sa.select(campaigns.c.id, campaigns.c.slug).where(campaigns.c.workspace_id == self._workspace)
        return {row.id: row.slug for row in await self._connection.execute(wanted)}

    async def exported(self, wanted: Collection[UUID]) -> list[Exported]:
        """Exports in which any of those variants left the house, the newest first."""
        by_name = {str(one): one for one in wanted}
        rows = await self._connection.execute(
            sa.select(exports.c.id, exports.c.platform, exports.c.revisions, exports.c.created_at)
            .where(exports.c.workspace_id == self._workspace)
            .order_by(exports.c.created_at.desc(), exports.c.id)
        )
        return [
            Exported(row.id, by_name[name], row.platform, sum(told.values()), row.created_at)
            for row in rows
            for name, told in row.revisions.items()
            if name in by_name
        ]

    async def _found(
        self, query: sa.Select[Any], wanted: Collection[UUID] | None, leads: Collection[UUID]
    ) -> list[Kept]:
        query = query.where(variants.c.workspace_id == self._workspace)
        if wanted is not None:
            query = query.where(sa.or_(variants.c.id.in_(wanted), variants.c.lead_id.in_(leads)))
        first, last = len(_STORED), len(_STORED) + len(_REVISION)
        return [
            Kept(StoredVariant(*row[:first]), Revision(*row[first:last]), row[last])
            for row in await self._connection.execute(query)
        ]


def _named(revision: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(revisions.c.variant_id == variants.c.id, revisions.c.revision == revision)


_STORED = tuple(variants.c[name] for name in StoredVariant._fields)
_REVISION: tuple[sa.Column[Any], ...] = tuple(revisions.c[name] for name in Revision._fields)
_LAST_QUARANTINE = (
    sa.select(sa.func.max(variant_history.c.id))
    .where(variant_history.c.variant_id == variants.c.id, variant_history.c.action == "quarantine")
    .correlate(variants)
    .scalar_subquery()
)
