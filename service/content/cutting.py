"""Content into passages of another size: what was cut before the setting changed is cut anew."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.content.models import ContentItem
from service.content.store import ContentStore
from service.content.writing import Chunker, ContentWriter
from service.db.engine import Database
from service.workspaces.store import WorkspaceStore

AT_ONCE = 200
Cut = list[tuple[str, str]]


async def cut_anew(database: Database, chunker: Chunker, now: datetime) -> int:
    """Every item, of whichever workspace, that would be cut otherwise today becomes its next version. How many.

    Facts and words are the same as before, so what is approved stands.
    """
    async with database.read() as connection:
        everyone = await WorkspaceStore(connection).all()
    return sum([await _workspace(database, one.id, chunker, now) for one in everyone])


async def _workspace(database: Database, workspace: UUID, chunker: Chunker, now: datetime) -> int:
    done, cursor = 0, None
    while True:
        async with database.read() as connection:
            store = ContentStore(connection, workspace)
            items, cursor = await store.page(AT_ONCE, cursor)
            cut = defaultdict[UUID, Cut](list)
            for one in await store.current_passages([item.id for item in items]):
                cut[one.item_id].append((one.heading, one.text))
        other = await asyncio.to_thread(_cut_otherwise, items, cut, chunker)
        if other:
            async with database.write() as connection:
                await ContentWriter(connection, workspace, now, chunker, announce=True).cut(other)
        done += len(other)
        if cursor is None:
            return done


def _cut_otherwise(items: Sequence[ContentItem], cut: dict[UUID, Cut], chunker: Chunker) -> list[ContentItem]:
    return [item for item in items if [(one.heading, one.text) for one in chunker(item.body)] != cut.get(item.id, [])]
