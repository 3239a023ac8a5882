"""Many content items into the records in a few statements, with the same order of locks for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.content.models import ContentInput, ContentItem
from service.db import changes
from service.db.inserts import insert_missing
from service.db.tables import content_items, content_versions, passages
from service.types import Locale

Outcome = Literal["created", "updated", "unchanged"]


class Chunk(Protocol):
    """A stretch of a body, as a chunker gives it: `text` is what stands at `start:end`."""

    @property
    def ordinal(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


Chunker = Callable[[str], Sequence[Chunk]]


@dataclass
class _Item:
    """An item while new states are laid upon it."""

    id: UUID
    external_id: str
    version: int = 0
    hash: str = ""
    gone: bool = False
    versions: list[tuple[int, ContentInput]] = field(default_factory=list)

    def take(self, item: ContentInput) -> Outcome:
        name = item.hash()
        if self.version and name == self.hash and not self.gone:
            return "unchanged"
        new = self.version == 0
        self.version, self.hash, self.gone = self.version + 1, name, False
        self.versions.append((self.version, item))
        return "created" if new else "updated"


class ContentWriter:
    """Writes the content items of one workspace in the caller's transaction. `announce` is False only in a dry run."""

    def __init__(
        self, connection: AsyncConnection, workspace: UUID, now: datetime, chunker: Chunker, *, announce: bool
    ) -> None:
        self._connection = connection
        self._workspace = workspace
        self._now = now
        self._chunker = chunker
        self._announce = announce

    async def write(self, items: Sequence[ContentInput], default: Locale) -> list[Outcome]:
        """Lay the items on what is there, in their order: one that differs becomes the next version."""
        given = [item if item.locale else item.model_copy(update={"locale": default}) for item in items]
        ids = sorted({item.external_id for item in given})
        missing = {id_: _Item(uuid4(), id_) for id_ in ids}
        outcomes = _lay(given, missing)
        made = await insert_missing(
            self._connection,
            content_items,
            [self._record(item) for item in missing.values()],
            content_items.c.external_id,
        )
        there = await self._there([id_ for id_ in ids if id_ not in made])
        outcomes |= _lay(given, there)
        kept = [item for item in (*(missing[id_] for id_ in sorted(made)), *there.values()) if item.versions]
        await self._update([item for item in kept if item.external_id in there])
        await self._append_versions(kept)
        if self._announce:
            await changes.append(self._connection, self._workspace, "content", [item.id for item in kept], self._now)
        return [outcomes[number] for number in range(len(given))]

    async def cut(self, items: Sequence[ContentItem]) -> None:
        """Cut those items anew, as they are: each becomes its next version, with passages of its own. One that has
        changed meanwhile is left, since it was cut then."""
        there = await self._there([item.external_id for item in items])
        for item in items:
            state = there.get(item.external_id)
            if state is not None and not state.gone and state.version == item.version:
                state.version += 1
                same = {name: getattr(item, name) for name in ContentInput.model_fields}
                state.versions.append((state.version, ContentInput.model_construct(**same)))
        kept = [state for state in there.values() if state.versions]
        await self._update(kept)
        await self._append_versions(kept)
        await changes.append(self._connection, self._workspace, "content", [item.id for item in kept], self._now)

    def _record(self, item: _Item) -> dict[str, Any]:
        return {
            "id": item.id,
            "workspace_id": self._workspace,
            "external_id": item.external_id,
            "version": item.version,
            "hash": item.hash,
        }

    async def _there(self, external_ids: Sequence[str]) -> dict[str, _Item]:
        if not external_ids:
            return {}
        columns = content_items.c
        rows = await self._connection.execute(
            sa.select(columns.id, columns.external_id, columns.version, columns.hash, columns.deleted_at.is_not(None))
            .where(columns.workspace_id == self._workspace, columns.external_id.in_(external_ids))
            .order_by(columns.external_id)
            .with_for_update()
        )
        return {row.external_id: _Item(*row) for row in rows}

    async def _update(self, changed: Sequence[_Item]) -> None:
        if changed:
            rows = [{"key": item.id, "next": item.version, "name": item.hash} for item in changed]
            await self._connection.execute(
                sa.update(content_items)
                .where(content_items.c.id == sa.bindparam("key"), content_items.c.workspace_id == self._workspace)
                .values(version=sa.bindparam("next"), hash=sa.bindparam("name"), deleted_at=None),
                rows,
            )

    async def _append_versions(self, kept: Sequence[_Item]) -> None:
        states = [(item.id, version, state) for item in kept for version, state in item.versions]
        if not states:
            return
        await self._connection.execute(sa.insert(content_versions), [self._version(*state) for state in states])
        bodies = [_body(state) for _, _, state in states]
        chunked = await asyncio.to_thread(lambda: [list(self._chunker(body)) for body in bodies])
        rows = [
            self._passage(id_, version, chunk)
            for (id_, version, _), chunks in zip(states, chunked, strict=True)
            for chunk in chunks
        ]
        if rows:
            await self._connection.execute(sa.insert(passages), rows)

    def _version(self, item: UUID, version: int, state: ContentInput) -> dict[str, Any]:
        return {
            "workspace_id": self._workspace,
            "item_id": item,
            "version": version,
            "body": _body(state),
            "facts": state.facts.items(),
            "created_at": self._now,
            **state.model_dump(exclude={"external_id", "body", "facts"}),
        }

    def _passage(self, item: UUID, version: int, chunk: Chunk) -> dict[str, Any]:
        return {
            "id": uuid4(),
            "workspace_id": self._workspace,
            "item_id": item,
            "version": version,
            "ordinal": chunk.ordinal,
            "heading": chunk.heading,
            "text": chunk.text,
            "start": chunk.start,
            "end": chunk.end,
        }


def _body(state: ContentInput) -> str:
    """An offer without a description is still found, by its title."""
    return state.body if state.body.strip() else state.title


def _lay(given: Iterable[ContentInput], states: Mapping[str, _Item]) -> dict[int, Outcome]:
    return {
        number: states[item.external_id].take(item) for number, item in enumerate(given) if item.external_id in states
    }
