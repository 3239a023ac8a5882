"""Content that a message could be about, out of the records and the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.search import Search
from retrieval.types import Filter
from service.actions.situation import Candidate, Found
from service.content.store import ContentStore, PassageSource
from service.db.engine import Database
from service.db.tables import content_items, content_versions
from service.types import Locale, language_of

MOST_OFFERS = 10
MOST_HITS = 8
_SOLD = ("offer", "product")  # in the order of preference, which is that of the alphabet
_COLUMNS = [
    content_items.c.external_id,
    *(content_versions.c[name] for name in ("title", "kind", "locale", "url", "valid_from", "valid_until", "facts")),
]


class Catalogue:
    """What one workspace sells, as its content says at its current versions."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def named(self, names: Sequence[str], found: Found) -> list[Candidate]:
        """The items whose external ids or, where there is none, whose titles these are, in that order."""
        if not names:
            return []
        items = await self._found(self._current().where(content_items.c.external_id.in_(names)), found)
        missing = set(names) - {item.content_id for item in items}
        if missing:
            items += await self._found(self._sold().where(content_versions.c.title.in_(missing)), found)
        place = {name: at for at, name in reversed(list(enumerate(names)))}
        return sorted(items, key=lambda item: place.get(item.content_id, place.get(item.title, len(names))))

    async def newest_offers(self, now: datetime, locale: Locale) -> list[Candidate]:
        """Offers that hold now, the newest first, then products."""
        begun = sa.or_(content_versions.c.valid_from.is_(None), content_versions.c.valid_from <= now)
        lasting = sa.or_(content_versions.c.valid_until.is_(None), content_versions.c.valid_until > now)
        wanted = (
            self._sold()
            .where(begun, lasting, content_versions.c.locale.startswith(language_of(locale)))
            .order_by(content_versions.c.kind, content_versions.c.created_at.desc(), content_items.c.external_id)
            .limit(MOST_OFFERS)
        )
        return await self._found(wanted, "newest_offer")

    def _sold(self) -> sa.Select[Any]:
        return self._current().where(content_versions.c.kind.in_(_SOLD))

    def _current(self) -> sa.Select[Any]:
        current = sa.and_(
            content_versions.c.item_id == content_items.c.id, content_versions.c.version == content_items.c.version
        )
        return (
            sa.select(*_COLUMNS)
            .select_from(content_items.join(content_versions, current))
            .where(content_items.c.workspace_id == self._workspace, content_items.c.deleted_at.is_(None))
        )

    async def _found(self, wanted: sa.Select[Any], found: Found) -> list[Candidate]:
        return [
            Candidate(
                content_id=row.external_id, title=row.title, kind=row.kind, locale=row.locale, found=found, url=row.url,
                valid_from=row.valid_from, valid_until=row.valid_until, stock=row.facts.get("stock"),
            )
            for row in await self._connection.execute(wanted)
        ]  # fmt: skip


async def searched(
    database: Database, search: Search, where: Filter, query: str, locale: Locale, found: Found
) -> list[Candidate]:
    """What the index finds, each item once, as the records have it now."""
    hits = await search.search(query, where, MOST_HITS, query_language=language_of(locale))
    async with database.read() as connection:
        sources = await ContentStore(connection, UUID(where.workspace)).sources([hit.id for hit in hits])
    items: dict[UUID, PassageSource] = {}
    for hit in hits:
        if source := sources.get(hit.id):
            items.setdefault(source.item_id, source)
    return [
        Candidate(
            content_id=source.external_id, title=source.title, kind=source.kind, locale=source.locale, found=found,
            url=source.url, valid_from=source.valid_from, valid_until=source.valid_until, stock=source.facts.stock,
        )
        for source in items.values()
    ]  # fmt: skip
