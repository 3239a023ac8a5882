"""The hardest cases of a stored variant: what its tokens may be by the contract, and how long they are among the
leads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.db.tables import leads
from service.generation.models import Evidence
from service.leads.contract import Attribute, tokens
from service.leads.contract_store import ContractStore
from service.leads.domains import shown
from service.leads.traits import trait_of
from service.review.coverage import Coverage, Covered, coverage
from service.types import Locale
from service.variants.models import StoredVariant

_LOOKED_AT = 200  # the longest values; most of what is longer than a name may be is none, and is not shown


async def covered(connection: AsyncConnection, workspace: UUID, stored: StoredVariant, now: datetime) -> Coverage:
    """How the variant looks with the hardest values, by the contract of today."""
    contract = await ContractStore(connection, workspace).current()
    channel, locale = channel_named(stored.channel), cast("Locale", stored.locale)
    asked = Covered(
        channel=channel, fields=channel.fields.model_validate(stored.fields), locale=locale,
        evidence=[Evidence.model_validate(one) for one in stored.evidence], attributes=contract.attributes,
        fallbacks=tokens(contract, locale), contract_version=contract.version, now=now,
    )  # fmt: skip
    seen = {
        name: length
        for name in asked.names
        if (length := await _longest_seen(connection, workspace, name, contract.attributes[name]))
    }
    return coverage(replace(asked, seen=seen))


async def _longest_seen(connection: AsyncConnection, workspace: UUID, name: str, attribute: Attribute) -> int | None:
    """How long the longest value is that a token would show for any lead."""
    found: list[int] = []
    for trait in _spellings(name):
        value = leads.c.traits[trait].as_string()
        rows = await connection.scalars(
            sa.select(value)
            .where(leads.c.workspace_id == workspace, value.is_not(None))
            .order_by(sa.func.length(value).desc())
            .limit(_LOOKED_AT)
        )
        found += [len(text) for one in rows if (text := shown(attribute.domain, one)) is not None]
    return max(found, default=None)


def _spellings(name: str) -> Collection[str]:
    return dict.fromkeys((trait_of(name), name))
