"""Content items as they are now, as far as copy may rest on them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.content.store import ContentStore
from service.variants.resting import ItemNow, item_now

AT_ONCE = 500  # databases take only so many values in one statement


async def items_now(connection: AsyncConnection, workspace: UUID, item_ids: Collection[UUID]) -> dict[UUID, ItemNow]:
    """Those of the items that are there; a deleted one is left out."""
    store, wanted = ContentStore(connection, workspace), list(item_ids)
    found = dict[UUID, ItemNow]()
    for start in range(0, len(wanted), AT_ONCE):
        for item in await store.by_ids(wanted[start : start + AT_ONCE]):
            found[item.id] = item_now(
                item.version, item.title, item.body, item.facts, item.valid_until, valid_from=item.valid_from,
                url=item.url, image_url=item.image_url,
            )  # fmt: skip
    return found
