"""Variants in the records, with what they cite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.db.paging import cursor_of, value_of
from service.db.tables import citations, leads, variants
from service.errors import NotFound
from service.generation.models import Brief, Variant
from service.variants.models import Place, StoredVariant
from service.variants.resting import RestsOn, rests_on, revision_of


class NewVariant(NamedTuple):
    """A variant with what the API does not show of it."""

    workspace: UUID
    lead_id: UUID | None
    brief: Brief
    audience: dict[str, Any]
    variant: Variant
    place: Place | None = None
    author: str = ""


class VariantStore:
    """The variants of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, variant_id: UUID) -> StoredVariant:
        """One variant. Raises `NotFound`, also for another workspace's."""
        row = (
            await self._connection.execute(
                sa.select(*_COLUMNS).where(variants.c.workspace_id == self._workspace, variants.c.id == variant_id)
            )
        ).first()
        if row is None:
            raise NotFound(f"There is no variant {variant_id} in this workspace.", code="variant.unknown")
        return StoredVariant(*row)

    async def page(self, limit: int, cursor: str | None) -> tuple[list[StoredVariant], str | None]:
        """Variants by id, and the cursor of the next page, None at the end."""
        query = sa.select(*_COLUMNS).where(variants.c.workspace_id == self._workspace).order_by(variants.c.id)
        if cursor is not None:
            query = query.where(variants.c.id > value_of(cursor, UUID))
        rows = [StoredVariant(*row) for row in await self._connection.execute(query.limit(limit + 1))]
        more = len(rows) > limit
        return rows[:limit], cursor_of(rows[limit - 1].id) if more else None


async def _of_leads_that_are_there(connection: AsyncConnection, new: Sequence[NewVariant]) -> Sequence[NewVariant]:
    """Without those of a lead that was erased while they were written: nobody may read them any more."""
    wanted = {one.lead_id for one in new if one.lead_id is not None}
    if not wanted:
        return new
    there = sa.select(leads.c.id).where(leads.c.id.in_(wanted)).with_for_update(read=True, key_share=True)
    known = set(await connection.scalars(there))
    return [one for one in new if one.lead_id is None or one.lead_id in known]


async def insert_many(connection: AsyncConnection, new: Sequence[NewVariant]) -> None:
    """Keep variants of any workspaces, and what their claims cite, in two statements; each names its own workspace."""
    new = await _of_leads_that_are_there(connection, new)
    rows, cited = [], []
    shown: dict[tuple[int, ...], list[dict[str, Any]]] = {}  # the variants of one generation share their evidence
    for workspace, lead_id, brief, audience, variant, place, author in new:
        groups = resting(variant)
        same = tuple(map(id, variant.evidence))
        if same not in shown:
            shown[same] = [item.model_dump(mode="json") for item in variant.evidence]
        rows.append(
            {
                "id": variant.id,
                "workspace_id": workspace,
                "lead_id": lead_id,
                "status": "draft",
                "channel": variant.channel,
                "locale": variant.locale,
                "angle": variant.angle,
                "brief": brief.model_dump(mode="json"),
                "audience": audience,
                "fields": variant.fields,
                "claims": [claim.model_dump(mode="json") for claim in variant.claims],
                "findings": [finding.model_dump(mode="json") for finding in variant.findings],
                "evidence": shown[same],
                "provenance": variant.provenance.model_dump(mode="json"),
                "true_from": variant.true_from,
                "true_until": variant.true_until,
                "created_at": variant.provenance.created_at,
                "campaign_id": place.campaign if place else None,
                "audience_slug": place.audience if place else None,
                "revision": revision_of(scope_of(workspace, brief, audience, variant, place), variant.fields, groups),
                "rests_on": [[rest.model_dump(mode="json") for rest in group] for group in groups],
                "generator": variant.provenance.generator,
                "author": author or variant.provenance.model or variant.provenance.generator,
            }
        )
        named = {support.evidence for claim in variant.claims for support in claim.support}
        cited += [
            {
                "workspace_id": workspace,
                "variant_id": variant.id,
                "evidence_id": item.id,
                "item_id": item.item_id,
                "version": item.version,
                "passage_id": item.passage,
            }
            for item in variant.evidence
            if item.id in named
        ]
    await connection.execute(_INSERT_VARIANTS, rows)
    if cited:
        await connection.execute(_INSERT_CITATIONS, cited)


def resting(variant: Variant) -> RestsOn:
    """What that variant rests on."""
    channel = channel_named(variant.channel)
    pointed = channel.references(channel.fields.model_validate(variant.fields))
    return rests_on(variant.claims, variant.evidence, {channel.links[name]: id_ for name, id_ in pointed.items()})


def scope_of(
    workspace: UUID, brief: Brief, audience: Mapping[str, Any], variant: Variant, place: Place | None
) -> dict[str, Any]:
    """What a revision's name covers besides its words and their facts."""
    return {
        "workspace": workspace, "brief": brief.model_dump(mode="json"), "audience": dict(audience),
        "channel": variant.channel, "locale": variant.locale, "place": place,
    }  # fmt: skip


_INSERT_VARIANTS = sa.insert(variants)
_INSERT_CITATIONS = sa.insert(citations)
_COLUMNS = tuple(variants.c[name] for name in StoredVariant._fields)
