"""The consent ledger and the receipts of erasures in the records of one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.tables import consents, erasures
from service.errors import NotFound
from service.leads.models import Consent
from service.privacy.models import Receipt, Row


class ConsentStore:
    """What the leads of one workspace agreed to. Rows are appended, and leave with their lead only."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def ledger(self, lead: UUID) -> list[Row]:
        """Every row of a lead, newest first: the first of each purpose and channel rules."""
        rows = await self._connection.execute(
            sa.select(*_LEDGER)
            .where(consents.c.workspace_id == self._workspace, consents.c.lead_id == lead)
            .order_by(consents.c.collected_at.desc(), consents.c.id.desc())
        )
        found: list[Row] = []
        seen: set[tuple[str, str]] = set()
        for row in rows:
            found.append(Row(**row._mapping, rules=(row.purpose, row.channel) not in seen))
            seen.add((row.purpose, row.channel))
        return found

    async def append(self, lead: UUID, given: Sequence[Consent], now: datetime) -> int:
        """Append the rows that are not there yet, and tell those that follow; how many were new."""
        there = {_key(row) for row in await self.ledger(lead)}
        fresh = list({_key(consent): consent for consent in given if _key(consent) not in there}.values())
        if fresh:
            rows = [{"workspace_id": self._workspace, "lead_id": lead, **_values(consent)} for consent in fresh]
            await self._connection.execute(sa.insert(consents), rows)
            await changes.append(self._connection, self._workspace, "consent", [lead], now)
        return len(fresh)


class ErasureStore:
    """What proves the erasures of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def add(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        await self._connection.execute(
            sa.insert(erasures).values(
                id=receipt.id, workspace_id=self._workspace, receipt=receipt.model_dump(mode="json"),
                created_at=receipt.at,
            )
        )  # fmt: skip

    async def replace(self, receipt: Receipt) -> None:
        """Keep it as it is now."""
        await self._connection.execute(
            sa.update(erasures)
            .where(erasures.c.workspace_id == self._workspace, erasures.c.id == receipt.id)
            .values(receipt=receipt.model_dump(mode="json"))
        )

    async def get(self, id_: UUID) -> Receipt:
        """That receipt. Raises `NotFound`."""
        found = await self._connection.scalar(self._mine().where(erasures.c.id == id_))
        if found is None:
            raise NotFound(f"There is no erasure {id_} in this workspace.", code="erasure.unknown")
        return Receipt.model_validate(found)

    async def page(self, limit: int) -> list[Receipt]:
        """The newest ones."""
        rows = await self._connection.scalars(self._mine().order_by(erasures.c.created_at.desc()).limit(limit))
        return [Receipt.model_validate(row) for row in rows]

    async def queued(self) -> list[Receipt]:
        """Those that are not through yet."""
        rows = await self._connection.scalars(self._mine().where(_QUEUED))
        return [Receipt.model_validate(row) for row in rows]

    def _mine(self) -> sa.Select[Any]:
        return sa.select(erasures.c.receipt).where(erasures.c.workspace_id == self._workspace)


async def unfinished(connection: AsyncConnection) -> Sequence[UUID]:
    """The workspaces with an erasure that is not through: only what sees them through, and answers to none, may ask."""
    return (await connection.scalars(sa.select(erasures.c.workspace_id).where(_QUEUED).distinct())).all()


_QUEUED = sa.or_(*(erasures.c.receipt[part].as_string() == "queued" for part in ("records", "index")))
_LEDGER = tuple(consents.c[name] for name in Consent.model_fields)


def _values(consent: Consent) -> dict[str, Any]:
    return {name: getattr(consent, name) for name in Consent.model_fields}


def _key(consent: Consent) -> tuple[Any, ...]:
    return tuple(_values(consent).values())  # moments compare by when they are, in whatever time zone
