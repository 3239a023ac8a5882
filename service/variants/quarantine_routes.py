"""What is out of service and why, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, TypeAdapter

from service.auth import Wired, Write
from service.campaigns.store import CampaignStore
from service.db.paging import cursor_of, value_of
from service.variants.quarantine import Reason
from service.variants.quarantine_store import Exported, Kept, QuarantineStore
from service.variants.resting import evidence_versions

router = APIRouter(prefix="/v1/quarantine", tags=["variants"])

_REASONS: TypeAdapter[list[Reason]] = TypeAdapter(list[Reason])


class RestedOn(BaseModel):
    """A content item at the version that the copy rests on."""

    content_id: str
    version: int


class ExportView(BaseModel):
    """Copy that has left the house with so many leads' rows: no quarantine reaches it."""

    export: UUID
    platform: str
    leads: int
    at: datetime


class Quarantined(BaseModel):
    """Copy that is out of service: why, since when, what it rests on, and where it is missing.

    `revision` is the approved one that was served. It stood in `campaign` for `audience`, or as the control where that
    is null; `rung_is_empty` tells that nothing else stands there in this channel and locale, so that the next rung
    answers.
    """

    variant: UUID
    status: str
    revision: str
    channel: str
    locale: str
    campaign: str | None
    audience: str | None
    rung_is_empty: bool
    since: datetime | None
    reasons: list[Reason]
    rests_on: list[RestedOn]
    exports: list[ExportView]


class QuarantinePage(BaseModel):
    """Some of what is out of service, how much there is in all, and where to go on."""

    items: list[Quarantined]
    total: int
    next_cursor: str | None


@router.get("", summary="What is out of service, and why")
async def quarantine(
    services: Wired,
    caller: Write,
    campaign: Annotated[str | None, Query(description="Only that campaign's.", max_length=63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> QuarantinePage:
    """Each with the old value and the new of what has changed, and with the exports that it has left the house in."""
    after = value_of(cursor, UUID) if cursor is not None else None
    async with services.database.read() as connection:
        store = QuarantineStore(connection, caller.workspace.id)
        found = await store.kept(out=True)
        if campaign is not None:
            id_ = (await CampaignStore(connection, caller.workspace.id).get(campaign)).id
            found = [one for one in found if one.stored.campaign_id == id_]
        rest = [one for one in found if after is None or one.stored.id > after]
        items = await _shown(store, rest[:limit])
    more = cursor_of(items[-1].variant) if len(rest) > limit else None
    return QuarantinePage(items=items, total=len(found), next_cursor=more)


async def _shown(store: QuarantineStore, found: Sequence[Kept]) -> list[Quarantined]:
    served, campaigns = await store.served(), await store.campaigns()
    gone: dict[UUID, list[Exported]] = {}
    for one in await store.exported([kept.stored.id for kept in found]):
        gone.setdefault(one.variant, []).append(one)
    return [_view(one, served, campaigns, gone.get(one.stored.id, ())) for one in found]


def _view(one: Kept, served: set[Any], campaigns: Mapping[UUID, str], exports: Sequence[Exported]) -> Quarantined:
    stored = one.stored
    campaign = campaigns.get(stored.campaign_id) if stored.campaign_id else None
    rung = (stored.campaign_id, stored.audience_slug, stored.channel, stored.locale)
    return Quarantined(
        variant=stored.id, status=stored.status, revision=one.revision.revision, channel=stored.channel,
        locale=stored.locale, campaign=campaign, audience=stored.audience_slug,
        rung_is_empty=stored.campaign_id is not None and rung not in served, since=one.since,
        reasons=_REASONS.validate_python(stored.reasons),
        rests_on=[RestedOn(content_id=id_, version=version) for id_, version in evidence_versions(one.groups)],
        exports=[ExportView(export=gone.id, platform=gone.platform, leads=gone.leads, at=gone.at) for gone in exports],
    )  # fmt: skip
