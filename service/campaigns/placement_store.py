"""Placements in the records of one workspace."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.models import SLUG
from service.campaigns.placement_models import Placement, PlacementBody
from service.campaigns.store import CampaignStore
from service.db import changes
from service.db.inserts import insert_missing
from service.db.tables import placements
from service.errors import Conflict, Fault, Invalid, NotFound

MOST_PLACEMENTS = 500


class PlacementStore:
    """The placements of one workspace. Each write tells whoever follows the placement."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, key: str) -> Placement:
        """That placement. Raises `NotFound`."""
        row = None
        if re.fullmatch(SLUG, key):
            row = (await self._connection.execute(self._mine().where(placements.c.key == key))).first()
        if row is None:
            raise NotFound(f"There is no placement {key[:63]!r} in this workspace.", code="placement.unknown")
        return _placement(row)

    async def all(self) -> list[Placement]:
        """Every placement, by key; there are at most 500."""
        return [_placement(row) for row in await self._connection.execute(self._mine().order_by(placements.c.key))]

    async def keep(self, key: str, given: PlacementBody, now: datetime) -> Placement:
        """Make it, or replace what it says of itself. Raises `Invalid` for a campaign that is not there."""
        unknown = await CampaignStore(self._connection, self._workspace).unknown(given.campaigns)
        faults = [
            Fault(f"/campaigns/{given.campaigns.index(slug)}", f"there is no campaign {slug!r}") for slug in unknown
        ]
        if faults:
            raise Invalid("; ".join(fault.detail for fault in faults), code="placement.campaign", faults=faults)
        count = sa.select(sa.func.count()).select_from(placements).where(placements.c.workspace_id == self._workspace)
        if int(await self._connection.scalar(count) or 0) >= MOST_PLACEMENTS and await self._new(key):
            raise Conflict(f"This workspace has {MOST_PLACEMENTS} placements already.", code="placement.too_many")
        values = {**given.model_dump(mode="json"), "updated_at": now}
        row = {
            "id": uuid4(), "workspace_id": self._workspace, "key": key, "settings": {}, "created_at": now, **values
        }  # fmt: skip
        if not await insert_missing(self._connection, placements, [row], placements.c.id):
            await self._connection.execute(sa.update(placements).where(*self._is(key)).values(values))
        kept = await self.get(key)
        await self._changed(kept.id, now)
        return kept

    async def delete(self, key: str, now: datetime) -> None:
        """Forget it. Raises `NotFound`."""
        kept = await self.get(key)
        await self._connection.execute(sa.delete(placements).where(*self._is(key)))
        await self._changed(kept.id, now)

    async def _new(self, key: str) -> bool:
        return (await self._connection.execute(self._mine().where(placements.c.key == key))).first() is None

    async def _changed(self, id_: UUID, now: datetime) -> None:
        await changes.append(self._connection, self._workspace, "placement", [id_], now)

    def _is(self, key: str) -> tuple[sa.ColumnElement[bool], ...]:
        return placements.c.workspace_id == self._workspace, placements.c.key == key

    def _mine(self) -> sa.Select[Any]:
        return sa.select(placements).where(placements.c.workspace_id == self._workspace)


def _placement(row: sa.Row[Any]) -> Placement:
    return Placement.model_validate(row, from_attributes=True)
