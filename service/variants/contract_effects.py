"""Which copy in service another attribute contract would take out: the same judgement as the keeper's, before it is
made."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.types import Locale
from service.variants.quarantine_store import Kept, QuarantineStore
from service.variants.standing import permitted

MOST_SHOWN = 50


class Affected(BaseModel):
    """Copy that would go out of service, and the attributes for which it would."""

    variant: UUID
    channel: str
    campaign: str | None
    audience: str | None
    attributes: list[str]


class ContractEffects(BaseModel):
    """How many variants would go out of service, and some of them."""

    total: int
    items: list[Affected]


async def effects_of(connection: AsyncConnection, workspace: UUID, contract: Contract) -> ContractEffects:
    """What is served under the contract of now and could not be under that one."""
    current = await ContractStore(connection, workspace).current()
    store = QuarantineStore(connection, workspace)
    slugs = await store.campaigns()
    found = []
    for one in await store.kept():
        if not one.quarantined and (gone := [name for name in _gone(one, contract) if name not in _gone(one, current)]):
            stored = one.stored
            campaign = slugs.get(stored.campaign_id) if stored.campaign_id else None
            found.append(
                Affected(
                    variant=stored.id, channel=stored.channel, campaign=campaign, audience=stored.audience_slug,
                    attributes=gone,
                )
            )  # fmt: skip
    return ContractEffects(total=len(found), items=found[:MOST_SHOWN])


def _gone(one: Kept, contract: Contract) -> list[str]:
    channel = channel_named(one.stored.channel)
    texts = channel.texts(channel.fields.model_validate(one.revision.fields))
    return [gone.what for gone in permitted(contract, texts, one.stored.audience, cast("Locale", one.stored.locale))]
