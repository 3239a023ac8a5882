"""The variants that rest on a content item, and what a change of it would take out of service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from service.content.store import ContentStore
from service.variants.quarantine import Reason
from service.variants.quarantine_store import QuarantineStore
from service.variants.resting import Rest
from service.variants.resting_store import Rester, RestingStore
from service.variants.states import Status

_REASONS: TypeAdapter[list[Reason]] = TypeAdapter(list[Reason])


class RestingVariant(BaseModel):
    """A variant that rests on the item.

    `facts` and `sentences` are what of the item it says: once one of them changes, or the item is deleted or ends at
    another time, it is out of service. Where `also_elsewhere`, other content says all of it too, and it stays. `until`
    is when what it rests on ends in any case. `reasons` tell what of the item keeps it out of service now.
    """

    variant: UUID
    status: Status
    served: bool
    channel: str
    locale: str
    campaign: str | None
    audience: str | None
    version: int = Field(description="Of the item: which one it rests on.")
    facts: list[str]
    sentences: list[str]
    also_elsewhere: bool
    until: datetime | None
    reasons: list[Reason]


class RestingPage(BaseModel):
    """Some variants, how many there are in all, and where to go on."""

    items: list[RestingVariant]
    total: int
    next_cursor: str | None


async def resting_on(
    connection: AsyncConnection, workspace: UUID, external_id: str, limit: int, cursor: str | None = None
) -> RestingPage:
    """By id. Raises `NotFound` for an unknown item."""
    item = await ContentStore(connection, workspace).get(external_id)
    store = RestingStore(connection, workspace)
    found, more = await store.on(item.id, limit, cursor)
    campaigns = await QuarantineStore(connection, workspace).campaigns()
    items = [_view(one, item.id, external_id, campaigns) for one in found]
    return RestingPage(items=items, total=await store.count(item.id), next_cursor=more)


def _view(one: Rester, item: UUID, external_id: str, campaigns: Mapping[UUID, str]) -> RestingVariant:
    stored, groups = one.stored, one.groups
    mine = [rest for group in groups for rest in group if rest.item == item]
    return RestingVariant(
        variant=stored.id, status=stored.status, served=stored.serving is not None, channel=stored.channel,
        locale=stored.locale, campaign=campaigns.get(stored.campaign_id) if stored.campaign_id else None,
        audience=stored.audience_slug, version=max((rest.version for rest in mine), default=0),
        facts=sorted({name for rest in mine for name in rest.facts}),
        sentences=_said(mine),
        also_elsewhere=all(any(rest.item != item for rest in group) for group in groups if _names(group, item)),
        until=min((rest.valid_until for rest in mine if rest.valid_until), default=None),
        reasons=[reason for reason in _REASONS.validate_python(stored.reasons) if reason.content_id == external_id],
    )  # fmt: skip


def _names(group: Sequence[Rest], item: UUID) -> bool:
    return any(rest.item == item for rest in group)


def _said(rests: Sequence[Rest]) -> list[str]:
    return list(dict.fromkeys(said for rest in rests for said in (rest.quote, *rest.sentences) if said))
