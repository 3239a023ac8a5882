"""Content items, their versions and passages, in the records of one workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.content.models import ContentInput, ContentItem, Facts, Kind, Passage
from service.content.writing import Chunker, ContentWriter, Outcome
from service.db import changes
from service.db.paging import cursor_of, value_of
from service.db.tables import content_items, content_versions, passages
from service.errors import NotFound
from service.types import Locale

Validity = Literal["now", "later", "over"]


@dataclass(frozen=True, slots=True)
class PassageSource:
    """A passage together with the current version that it stands in."""

    passage_id: UUID
    item_id: UUID
    external_id: str
    version: int
    kind: Kind
    title: str
    heading: str
    text: str
    locale: Locale
    tags: Sequence[str]
    url: str | None
    image_url: str | None
    image_alt: str | None
    facts: Facts
    valid_from: datetime | None
    valid_until: datetime | None


class Wanted(NamedTuple):
    """Which items; all where nothing is said. `search` stands in the title, the text or the external id, and `valid`
    says whether they hold `at` that moment, will hold only later, or held only before."""

    search: str | None = None
    kind: Kind | None = None
    valid: Validity | None = None
    at: datetime | None = None

    def clauses(self) -> list[sa.ColumnElement[bool]]:
        """The same for the database."""
        found: list[sa.ColumnElement[bool]] = []
        if self.search and (text := self.search.strip()):
            places = (content_items.c.external_id, content_versions.c.title, content_versions.c.body)
            # SQLite knows capital letters of ASCII only, so `água` is looked for as `Água` too
            forms = dict.fromkeys((text, text.capitalize(), text.lower()))
            found.append(sa.or_(*(place.icontains(form, autoescape=True) for place in places for form in forms)))
        if self.kind is not None:
            found.append(content_versions.c.kind == self.kind)
        if self.valid is not None and self.at is not None:
            begins, ends = content_versions.c.valid_from, content_versions.c.valid_until
            later, over = sa.and_(begins.is_not(None), begins > self.at), sa.and_(ends.is_not(None), ends <= self.at)
            found.append({"later": later, "over": over, "now": sa.and_(sa.not_(later), sa.not_(over))}[self.valid])
        return found


_VERSION = [column for column in content_versions.c if column.name not in ("workspace_id", "item_id")]
_SOURCE = [
    passages.c.id.label("passage_id"),
    passages.c.item_id,
    content_items.c.external_id,
    passages.c.heading,
    passages.c.text,
    *(content_versions.c[name] for name in ("version", "kind", "title", "locale", "tags", "url", "image_url")),
    *(content_versions.c[name] for name in ("image_alt", "facts", "valid_from", "valid_until")),
]


class ContentStore:
    """The content of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, external_id: str) -> ContentItem:
        """The item at its current version. Raises NotFound for an unknown or deleted one."""
        found = await self._items(self._current().where(content_items.c.external_id == external_id))
        if not found:
            raise _unknown(external_id)
        return found[0]

    async def by_ids(self, ids: Iterable[UUID]) -> list[ContentItem]:
        """Those of the items that are there, by their internal ids, each at its current version."""
        return await self._items(self._current().where(content_items.c.id.in_(list(ids))))

    async def page(
        self, limit: int, cursor: str | None = None, wanted_: Wanted | None = None
    ) -> tuple[list[ContentItem], str | None]:
        """Up to `limit` items by external id, and the cursor of the next page, None after the last.

        Raises Invalid for a bad cursor.
        """
        filters = (wanted_ or Wanted()).clauses()
        wanted = self._current().where(*filters).order_by(content_items.c.external_id).limit(limit + 1)
        if cursor:
            wanted = wanted.where(content_items.c.external_id > value_of(cursor, _text))
        found = await self._items(wanted)
        return found[:limit], cursor_of(found[limit - 1].external_id) if len(found) > limit else None

    async def put(self, item: ContentInput, now: datetime, *, default_locale: Locale, chunker: Chunker) -> Outcome:
        """Keep an item: one that differs becomes the next version, with passages of its own."""
        return (await self.put_many([item], now, default_locale=default_locale, chunker=chunker))[0]

    async def put_many(
        self,
        items: Sequence[ContentInput],
        now: datetime,
        *,
        default_locale: Locale,
        chunker: Chunker,
        announce: bool = True,
    ) -> list[Outcome]:
        """Keep many items, in their order. `announce` is False only in a dry run."""
        writer = ContentWriter(self._connection, self._workspace, now, chunker, announce=announce)
        return await writer.write(items, default_locale)

    async def delete(self, external_id: str, now: datetime) -> None:
        """Take an item out of use; its versions stay for what cites them. Raises NotFound.

        Putting it again revives it with the next version.
        """
        id_ = await self._connection.scalar(
            sa.update(content_items)
            .where(content_items.c.workspace_id == self._workspace, content_items.c.external_id == external_id)
            .where(content_items.c.deleted_at.is_(None))
            .values(deleted_at=now)
            .returning(content_items.c.id)
        )
        if id_ is None:
            raise _unknown(external_id)
        await changes.append(self._connection, self._workspace, "content", [id_], now)

    async def passages(self, item_id: UUID, version: int) -> list[Passage]:
        """The passages of one version, in order."""
        rows = await self._connection.execute(
            sa.select(*(passages.c[name] for name in Passage.model_fields))
            .where(passages.c.workspace_id == self._workspace)
            .where(passages.c.item_id == item_id, passages.c.version == version)
            .order_by(passages.c.ordinal)
        )
        return [Passage(**row._mapping) for row in rows]

    async def current_passages(self, item_ids: Iterable[UUID]) -> list[PassageSource]:
        """The passages of the items' current versions, in order; deleted items give none."""
        wanted = _sources_of(self._workspace).where(passages.c.item_id.in_(list(item_ids)))
        return await self._found(wanted.order_by(passages.c.item_id, passages.c.ordinal))

    async def passages_of(self, external_ids: Iterable[str]) -> list[PassageSource]:
        """The same, by the workspace's own names of the items."""
        wanted = _sources_of(self._workspace).where(content_items.c.external_id.in_(list(external_ids)))
        return await self._found(wanted.order_by(passages.c.item_id, passages.c.ordinal))

    async def stale_passage_ids(self, item_ids: Iterable[UUID]) -> list[UUID]:
        """The passages of earlier versions, and all passages of deleted items."""
        rows = await self._connection.scalars(
            sa.select(passages.c.id)
            .join(content_items, content_items.c.id == passages.c.item_id)
            .where(passages.c.workspace_id == self._workspace, passages.c.item_id.in_(list(item_ids)))
            .where(sa.or_(passages.c.version != content_items.c.version, content_items.c.deleted_at.is_not(None)))
        )
        return list(rows)

    async def sources(self, passage_ids: Iterable[UUID]) -> dict[UUID, PassageSource]:
        """What the passages rest on, for those that stand in the current version of an item that is not deleted."""
        found = await self._found(_SOURCES, {"workspace": self._workspace, "ids": list(passage_ids)})
        return {source.passage_id: source for source in found}

    def _current(self) -> sa.Select[Any]:
        return _joined(sa.select(content_items.c.id, content_items.c.external_id, *_VERSION), self._workspace)

    async def _items(self, wanted: sa.Select[Any]) -> list[ContentItem]:
        return [ContentItem(**row._mapping) for row in await self._connection.execute(wanted)]

    async def _found(
        self, wanted: sa.Select[Any], parameters: Mapping[str, object] | None = None
    ) -> list[PassageSource]:
        rows = await self._connection.execute(wanted, parameters)
        return [PassageSource(**{**row._mapping, "facts": Facts(**row.facts)}) for row in rows]


def _joined(wanted: sa.Select[Any], workspace: Any) -> sa.Select[Any]:
    current = sa.and_(
        content_versions.c.item_id == content_items.c.id, content_versions.c.version == content_items.c.version
    )
    return (
        wanted.select_from(content_items)
        .join(content_versions, current)
        .where(content_items.c.workspace_id == workspace, content_items.c.deleted_at.is_(None))
    )


def _sources_of(workspace: Any) -> sa.Select[Any]:
    same = sa.and_(passages.c.item_id == content_items.c.id, passages.c.version == content_items.c.version)
    wanted = _joined(sa.select(*_SOURCE), workspace).join(passages, same)
    return wanted.where(passages.c.workspace_id == workspace)


# built once: putting this statement together anew took longer than running it
_SOURCES = _sources_of(sa.bindparam("workspace")).where(passages.c.id.in_(sa.bindparam("ids", expanding=True)))


def _text(cursor: str) -> str:
    if "\0" in cursor:
        raise ValueError("a NUL")
    return cursor


def _unknown(external_id: str) -> NotFound:
    return NotFound(f"There is no content item {external_id[:200]!r} in this workspace.", code="content.unknown")
