"""Stored variants over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel

from service.audiences.models import Slug
from service.auth import Wired, Write
from service.campaigns.store import CampaignStore
from service.checks.ledger import holds
from service.checks.models import Claim
from service.etags import etag_of
from service.leads.models import CleanText
from service.review.deciding import Deciding
from service.review.handwork import write_down
from service.review.models import Edit, HumanCopy
from service.variants.history import HistoryStore
from service.variants.models import StoredVariant
from service.variants.states import Status
from service.variants.store import VariantStore, Wanted
from service.variants.views import EntryView, History, Revisions, RevisionView, VariantView

router = APIRouter(prefix="/v1/variants", tags=["variants"])

IfMatch = Annotated[str | None, Header(description='The variant\'s `version` as it was read, such as `"3"`.')]


class Ledger(BaseModel):
    """What a variant states and what supports it. All of it is true from `true_from` until `true_until`, days as the
    workspace's time zone has them; `holds` says whether it is so now."""

    variant: UUID
    items: list[Claim]
    evidence: list[Any]
    true_from: datetime | None
    true_until: datetime | None
    holds: bool


class VariantPage(BaseModel):
    """Some variants and where to go on."""

    items: list[VariantView]
    next_cursor: str | None


@router.get("", summary="All variants")
async def page(
    services: Wired,
    caller: Write,
    status: Annotated[list[Status] | None, Query(description="Repeatable.")] = None,
    campaign: Slug | None = None,
    audience: Slug | None = None,
    control: Annotated[bool, Query(description="Only the controls of campaigns.")] = False,
    channel: Annotated[CleanText | None, Query(max_length=40)] = None,
    locale: Annotated[CleanText | None, Query(max_length=20)] = None,
    findings: Annotated[bool | None, Query(description="With findings, or without any.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> VariantPage:
    """A page at a time. 404 for an unknown campaign."""
    async with services.database.read() as connection:
        in_campaign = (await CampaignStore(connection, caller.workspace.id).get(campaign)).id if campaign else None
        wanted = Wanted(status or (), in_campaign, audience, control, False, channel, locale, findings)
        items, next_cursor = await VariantStore(connection, caller.workspace.id).page(limit, cursor, wanted)
        slugs = await VariantStore(connection, caller.workspace.id).campaigns()
    return VariantPage(items=[VariantView.of(item, slugs) for item in items], next_cursor=next_cursor)


@router.post("", summary="Keep somebody's own copy", status_code=201)
async def create(body: HumanCopy, services: Wired, caller: Write, response: Response) -> VariantView:
    """It goes through the same checks as everything else and begins as a draft, with whatever was found. 404 for an
    unknown campaign; 422 for an audience, a channel or a locale that the campaign does not have."""
    made = await write_down(services.database, services.search, caller.workspace, body, caller.name, services.clock())
    response.headers["Location"] = f"/v1/variants/{made.id}"
    return await _answer(services, caller.workspace.id, made, response)


@router.get("/{variant_id}", summary="One variant")
async def get(variant_id: UUID, services: Wired, caller: Write, response: Response) -> VariantView:
    """404 also for another workspace's variant. Its `ETag` is its version."""
    async with services.database.read() as connection:
        found = await VariantStore(connection, caller.workspace.id).get(variant_id)
    return await _answer(services, caller.workspace.id, found, response)


@router.patch("/{variant_id}", summary="Edit a variant")
async def edit(
    variant_id: UUID, body: Edit, services: Wired, caller: Write, response: Response, if_match: IfMatch = None
) -> VariantView:
    """The fields given change, the others stay; the copy is checked anew and is a draft again. What was approved before
    is served until the new revision is approved in its place. 412 where `If-Match` names another version."""
    work = Deciding(
        services.database, services.search, services.pipeline, services.clock, caller.workspace, caller.name
    )
    done = await work.edit(variant_id, body.fields, if_match)
    return await _answer(services, caller.workspace.id, done, response)


@router.get("/{variant_id}/claims", summary="What a variant states, and what supports it")
async def claims(variant_id: UUID, services: Wired, caller: Write) -> Ledger:
    """Each claim with its place, its value in one spelling, the evidence behind it and the time it is true for."""
    async with services.database.read() as connection:
        found = await VariantStore(connection, caller.workspace.id).get(variant_id)
    return Ledger(
        variant=found.id, items=found.claims, evidence=found.evidence, true_from=found.true_from,
        true_until=found.true_until, holds=holds(found.true_from, found.true_until, services.clock()),
    )  # fmt: skip


@router.get("/{variant_id}/history", summary="What was done to a variant")
async def history(variant_id: UUID, services: Wired, caller: Write) -> History:
    """Every step, by whom and when, with its note, the oldest first."""
    async with services.database.read() as connection:
        found = await VariantStore(connection, caller.workspace.id).get(variant_id)
        entries = await HistoryStore(connection, caller.workspace.id).entries(found.id)
    return History(items=[EntryView.model_validate(entry) for entry in entries])


@router.get("/{variant_id}/revisions", summary="The states of a variant that were judged")
async def revisions(variant_id: UUID, services: Wired, caller: Write) -> Revisions:
    """Each as it was submitted, edited or approved, with who wrote and who approved it."""
    async with services.database.read() as connection:
        found = await VariantStore(connection, caller.workspace.id).get(variant_id)
        kept = await HistoryStore(connection, caller.workspace.id).revisions(found.id)
    return Revisions(items=[RevisionView.model_validate(one) for one in kept])


async def _answer(services: Wired, workspace: UUID, stored: StoredVariant, response: Response) -> VariantView:
    response.headers["ETag"] = etag_of(stored.version)
    async with services.database.read() as connection:
        return VariantView.of(stored, await VariantStore(connection, workspace).campaigns())
