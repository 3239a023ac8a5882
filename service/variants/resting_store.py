"""Variants by the content that they rest on, in the records of one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.paging import cursor_of, value_of
from service.db.tables import revisions, variants
from service.variants.models import StoredVariant
from service.variants.resting import RestsOn

_RESTS_ON: TypeAdapter[RestsOn] = TypeAdapter(RestsOn)


class Rester(NamedTuple):
    """A variant, and what the revision that is served rests on; None where none is."""

    stored: StoredVariant
    served: list[Any] | None

    @property
    def groups(self) -> RestsOn:
        """What it rests on: what is served, or else what stands there."""
        return _RESTS_ON.validate_python(self.stored.rests_on if self.served is None else self.served)


class RestingStore:
    """What rests on what, in one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def on(self, item: UUID, limit: int, cursor: str | None = None) -> tuple[list[Rester], str | None]:
        """The variants that rest on that item, as they stand or as they are served, by id, but for those that are
        retired or rejected; and the cursor of the next page."""
        query = self._on(item).order_by(variants.c.id).limit(limit + 1)
        if cursor is not None:
            query = query.where(variants.c.id > value_of(cursor, UUID))
        rows = (await self._connection.execute(query)).all()
        found = [Rester(StoredVariant(*row[:-1]), row[-1]) for row in rows[:limit]]
        return found, cursor_of(found[-1].stored.id) if len(rows) > limit else None

    async def count(self, item: UUID) -> int:
        """How many that are."""
        return int(
            await self._connection.scalar(sa.select(sa.func.count()).select_from(self._on(item).subquery())) or 0
        )

    def _on(self, item: UUID) -> sa.Select[Any]:
        # an item is named by a random id, which no text holds by chance
        named = [sa.cast(column, sa.Text).contains(str(item)) for column in (variants.c.rests_on, revisions.c.rests_on)]
        same = sa.and_(revisions.c.variant_id == variants.c.id, revisions.c.revision == variants.c.serving)
        return (
            sa.select(*_STORED, revisions.c.rests_on.label("served"))
            .select_from(variants.outerjoin(revisions, same))
            .where(variants.c.workspace_id == self._workspace, variants.c.status.not_in(_GONE), sa.or_(*named))
        )


_GONE: Sequence[str] = ("retired", "rejected")
_STORED: tuple[sa.Column[Any], ...] = tuple(variants.c[name] for name in StoredVariant._fields)
