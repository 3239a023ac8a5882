"""The versions of the attribute contract in the records of one workspace; none is ever changed or thrown away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.tables import contracts, workspaces
from service.errors import NotFound
from service.leads.contract import DEFAULT, Contract


class ContractVersion(BaseModel):
    """A version of the contract, when it was made and how many attributes it names."""

    version: int
    created_at: datetime
    attributes: int


class ContractStore:
    """The versions of one workspace's attribute contract."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def current(self) -> Contract:
        """The newest version; version 0 is the default that nobody has changed yet."""
        version = await self._connection.scalar(_NEWEST, {"workspace": self._workspace})
        if version is None:
            return DEFAULT
        known = _KNOWN.get((self._workspace, version))
        if known is None:
            known = (await self.history(1))[0]
            if len(_KNOWN) >= _MOST_KNOWN:
                _KNOWN.clear()
            _KNOWN[self._workspace, known.version] = known
        return known

    async def put(self, contract: Contract, now: datetime) -> Contract:
        """Keep the attributes as the next version, unless they are those of the current one."""
        # two that change the contract at once take turns, while foreign keys to the workspace go on
        await self._connection.execute(
            sa.select(workspaces.c.id).where(workspaces.c.id == self._workspace).with_for_update(key_share=True)
        )
        current = await self.current()
        if current.attributes == contract.attributes:
            return current
        kept = contract.model_copy(update={"version": current.version + 1})
        await self._connection.execute(
            sa.insert(contracts).values(
                workspace_id=self._workspace,
                version=kept.version,
                # pairs, since PostgreSQL's JSONB sorts the keys of an object, and the order of attributes counts
                attributes=list(kept.model_dump(mode="json")["attributes"].items()),
                created_at=now,
            )
        )
        await changes.append(self._connection, self._workspace, "contract", [self._workspace], now)
        return kept

    async def get(self, version: int) -> Contract:
        """That version; 0 is the default. Raises `NotFound`."""
        if version == DEFAULT.version:
            return DEFAULT
        row = (await self._connection.execute(self._stored().where(contracts.c.version == version))).first()
        if row is None:
            raise NotFound(f"The contract has no version {version} in this workspace.", code="contract.unknown")
        return Contract.stored(row.version, row.attributes)

    async def versions(self) -> list[ContractVersion]:
        """When each version was made, newest first."""
        wanted = self._stored().order_by(contracts.c.version.desc())
        return [
            ContractVersion(version=row.version, created_at=row.created_at, attributes=len(row.attributes))
            for row in await self._connection.execute(wanted)
        ]

    async def history(self, limit: int | None = None) -> list[Contract]:
        """Stored versions, newest first."""
        rows = await self._connection.execute(self._stored().order_by(contracts.c.version.desc()).limit(limit))
        return [Contract.stored(row.version, row.attributes) for row in rows]

    def _stored(self) -> sa.Select[Any]:
        return sa.select(contracts.c.version, contracts.c.attributes, contracts.c.created_at).where(
            contracts.c.workspace_id == self._workspace
        )


_NEWEST = sa.select(sa.func.max(contracts.c.version)).where(contracts.c.workspace_id == sa.bindparam("workspace"))

_MOST_KNOWN = 1_024
_KNOWN: dict[tuple[UUID, int], Contract] = {}
"""Contracts read before: a version never changes, and building one from its JSON costs more than finding its number."""
