"""What the writing of copy has cost so far."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import revisions, variants
from service.variants.models import StoredVariant


class Cost(NamedTuple):
    """US dollars, for one variant and for its campaign; None where it is in none."""

    variant: Decimal
    campaign: Decimal | None


async def costs(connection: AsyncConnection, workspace: UUID, stored: StoredVariant) -> Cost:
    """Of all the generations that the variant, and its campaign, have been through."""
    return Cost(
        await _spent(connection, variants.c.workspace_id == workspace, variants.c.id == stored.id),
        await _spent(connection, variants.c.workspace_id == workspace, variants.c.campaign_id == stored.campaign_id)
        if stored.campaign_id
        else None,
    )


def spent(generations: Iterable[tuple[str, str, str]]) -> Decimal:
    """The sum over what made each: generator, time and cost. The variants of one generation share its cost, and words
    that somebody edited still carry that of their first writer, so each counts once."""
    once = {one for one in generations if one[0] != "human"}
    return sum((Decimal(cost or 0) for _, _, cost in once), Decimal(0))


async def _spent(connection: AsyncConnection, *of: sa.ColumnElement[bool]) -> Decimal:
    now = sa.select(*_made(variants.c.provenance)).where(*of)
    before = (
        sa.select(*_made(revisions.c.provenance)).join(variants, revisions.c.variant_id == variants.c.id).where(*of)
    )
    return spent((row[0], row[1], row[2]) for row in await connection.execute(now.union(before)))


def _made(provenance: sa.Column[Any]) -> tuple[sa.ColumnElement[Any], ...]:
    return tuple(provenance[name].as_string().label(name) for name in ("generator", "created_at", "cost"))
