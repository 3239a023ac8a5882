"""Leads with their histories, consents and scores, as a profile needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import histories, scores
from service.leads.models import Lead
from service.leads.store import LeadStore
from service.profile.history import History


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that is kept of one lead, with the ruling consents in `lead.consents`."""

    lead: Lead
    history: History
    scores: Mapping[str, float] = field(default_factory=dict)


class SubjectStore:
    """The leads of one workspace with what belongs to them."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, external_id: str) -> Subject:
        """That lead. Raises `NotFound`."""
        return (await self._with([await LeadStore(self._connection, self._workspace).get(external_id)]))[0]

    async def by_ids(self, ids: Sequence[UUID]) -> list[Subject]:
        """Those of the leads that are there, by their internal ids, in that order."""
        return await self._with(await LeadStore(self._connection, self._workspace).by_ids(ids))

    async def _with(self, leads: Sequence[Lead]) -> list[Subject]:
        ids = [lead.id for lead in leads]
        kept = await self._connection.execute(
            sa.select(histories.c.lead_id, histories.c.data).where(
                histories.c.workspace_id == self._workspace, histories.c.lead_id.in_(ids)
            )
        )
        found = {row.lead_id: row.data for row in kept}
        values: dict[UUID, dict[str, float]] = {}
        rows = await self._connection.execute(
            sa.select(scores.c.lead_id, scores.c.kind, scores.c.value).where(
                scores.c.workspace_id == self._workspace, scores.c.lead_id.in_(ids)
            )
        )
        for row in rows:
            values.setdefault(row.lead_id, {})[row.kind] = row.value
        return [Subject(lead, History.of(found.get(lead.id)), values.get(lead.id, {})) for lead in leads]
