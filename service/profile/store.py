"""Leads with their histories, consents and scores, as a profile needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import audiences, consents, histories, identities, leads, memberships, scores
from service.leads.models import Consent, Lead
from service.leads.store import LeadStore
from service.profile.history import History

Clause = sa.ColumnElement[bool]
_Which = Callable[[sa.Column[Any]], Clause]
"""A condition on the column of a table that names its lead."""


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
        lead = await LeadStore(self._connection, self._workspace).get(external_id)
        return (await self._with([lead], lambda column: column == lead.id))[0]

    async def by_ids(self, ids: Sequence[UUID]) -> list[Subject]:
        """Those of the leads that are there, by their internal ids, in that order."""
        found = await LeadStore(self._connection, self._workspace).by_ids(ids)
        return await self._with(found, lambda column: column.in_([lead.id for lead in found]))

    async def pages(self, after: UUID | None, limit: int) -> list[Subject]:
        """The next leads after that one, in the order of their ids: for going through all of them.

        Four statements a page, and nothing is validated again: 100,000 leads take some ten seconds, not a minute.
        """
        page = sa.select(*_OF_A_LEAD).where(leads.c.workspace_id == self._workspace).order_by(leads.c.id).limit(limit)
        rows = (await self._connection.execute(page.where(leads.c.id > after) if after else page)).all()
        if not rows:
            return []
        first, last = rows[0].id, rows[-1].id
        rulings = await self._rulings(first, last)
        found = [Lead.model_construct(**row._mapping, consents=rulings.get(row.id, [])) for row in rows]
        return await self._with(found, lambda column: column.between(first, last))

    async def memberships(self, lead: UUID) -> list[str]:
        """The slugs of the audiences that the lead is in."""
        wanted = (
            sa.select(audiences.c.slug)
            .join(memberships, memberships.c.audience_id == audiences.c.id)
            .where(memberships.c.workspace_id == self._workspace, memberships.c.lead_id == lead)
            .order_by(audiences.c.slug)
        )
        return list(await self._connection.scalars(wanted))

    async def identities(self, lead: UUID) -> list[str]:
        """By what kinds of names the lead is known: `external_id`, `email`, `anonymous_id`."""
        wanted = (
            sa.select(identities.c.kind)
            .where(identities.c.workspace_id == self._workspace, identities.c.lead_id == lead)
            .distinct()
            .order_by(identities.c.kind)
        )
        return list(await self._connection.scalars(wanted))

    async def _with(self, found: Sequence[Lead], which: _Which) -> list[Subject]:
        if not found:
            return []
        kept = await self._connection.execute(
            sa.select(histories.c.lead_id, histories.c.data).where(
                histories.c.workspace_id == self._workspace, which(histories.c.lead_id)
            )
        )
        data: dict[UUID, dict[str, Any]] = {lead: value for lead, value in kept}  # noqa: C416 - rows are no pairs
        values: dict[UUID, dict[str, float]] = defaultdict(dict)
        rows = await self._connection.execute(
            sa.select(scores.c.lead_id, scores.c.kind, scores.c.value).where(
                scores.c.workspace_id == self._workspace, which(scores.c.lead_id)
            )
        )
        for lead_id, kind, value in rows:
            values[lead_id][kind] = value
        return [Subject(lead, History.of(data.get(lead.id)), values.get(lead.id, {})) for lead in found]

    async def _rulings(self, first: UUID, last: UUID) -> dict[UUID, list[Consent]]:
        """As `LeadStore` has them, of all leads from the first to the last: the row of each purpose and channel that
        was collected last comes last."""
        rows = await self._connection.execute(
            sa.select(consents.c.lead_id, *(consents.c[name] for name in Consent.model_fields))
            .where(consents.c.workspace_id == self._workspace, consents.c.lead_id.between(first, last))
            .order_by(
                consents.c.lead_id, consents.c.purpose, consents.c.channel, consents.c.collected_at, consents.c.id
            )
        )
        ruling: dict[UUID, dict[tuple[str, str], Any]] = defaultdict(dict)
        for lead_id, *values in rows:
            ruling[lead_id][values[0], values[1]] = values
        return {lead: [_consent(values) for values in by_purpose.values()] for lead, by_purpose in ruling.items()}


_OF_A_LEAD = [leads.c[name] for name in Lead.model_fields if name != "consents"]


def _consent(values: Sequence[Any]) -> Consent:
    return Consent.model_construct(**dict(zip(Consent.model_fields, values, strict=True)))
