"""What writers and reviewers do with copy, over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from service.audiences.models import Slug
from service.auth import Review, Wired, Write, refused
from service.campaigns.store import CampaignStore
from service.db.paging import cursor_of, value_of
from service.etags import etag_of
from service.leads.models import CleanText
from service.review.coverage import Coverage
from service.review.covering import covered
from service.review.deciding import Deciding
from service.review.inspect import CheckRequest, CheckResponse, inspect
from service.review.models import ApprovalBody, Approvals, Decided, DecisionBody, ReviewPage
from service.review.queue import Claimed, Findings, claim_of, counts, rank_of, told, waiting
from service.variants.models import StoredVariant
from service.variants.store import VariantStore, Wanted
from service.variants.views import VariantView
from service.workspaces.models import Principal

router = APIRouter(prefix="/v1", tags=["review"])

_JUDGED = frozenset(("approve", "reject", "reopen", "retire"))

IfMatch = Annotated[str | None, Header(description='The variant\'s `version` as it was read, such as `"3"`.')]


@router.post("/checks", summary="Check a writer's own words")
async def checks(body: CheckRequest, services: Wired, caller: Write) -> CheckResponse:
    """Every claim with the evidence behind it, and every finding, as for copy that was generated. Nothing is kept."""
    return await inspect(services.database, services.search, caller.workspace, body, services.clock())


@router.get("/reviews", summary="What waits for a reviewer")
async def queue(
    services: Wired,
    caller: Write,
    campaign: Slug | None = None,
    audience: Slug | None = None,
    control: Annotated[bool, Query(description="Only the controls of campaigns.")] = False,
    channel: Annotated[CleanText | None, Query(max_length=40)] = None,
    locale: Annotated[CleanText | None, Query(max_length=20)] = None,
    status: Literal["in_review", "draft"] | None = None,
    claimed: Annotated[Claimed | None, Query(description="Who is at work on it.")] = None,
    findings: Annotated[Findings | None, Query(description="The worst of what was found.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> ReviewPage:
    """What is in review, and the drafts of campaigns, worst first: findings that block, then warnings, then controls
    without which a campaign cannot go live, then age. The counts are of all that the filters let through."""
    now, workspace = services.clock(), caller.workspace.id
    async with services.database.read() as connection:
        store = VariantStore(connection, workspace)
        in_campaign = (await CampaignStore(connection, workspace).get(campaign)).id if campaign else None
        wanted = Wanted(
            (status,) if status else ("in_review", "draft"), in_campaign, audience, control,
            channel=channel, locale=locale,
        )  # fmt: skip
        found = [one for one in await store.glances(wanted) if one.status == "in_review" or one.campaign_id]
        slugs = await store.campaigns()
        ranked = [
            one
            for one in waiting(found, await store.controls())
            if (findings is None or one.findings == findings)
            and (claimed is None or claim_of(one.variant, caller.name, now) == claimed)
        ]
        start = value_of(cursor, rank_of) if cursor else None
        left = [one for one in ranked if start is None or one.rank > start]
        shown = {one.variant.id: one for one in left[:limit]}
        stored = await store.by_ids(list(shown))
    more = cursor_of(told(left[limit - 1].rank)) if len(left) > limit else None
    return ReviewPage(
        items=[shown[one.id].shown(one, slugs) for one in stored], counts=counts(ranked, caller.name, now),
        next_cursor=more,
    )  # fmt: skip


@router.post("/reviews/approve", summary="Approve several variants")
async def approve(body: ApprovalBody, services: Wired, caller: Review) -> Approvals:
    """Those without any finding are approved; the others are named with the reason."""
    approved, left = await _deciding(services, caller).approve_all(body.variants, body.note)
    services.shelf.wake()
    async with services.database.read() as connection:
        slugs = await VariantStore(connection, caller.workspace.id).campaigns()
    return Approvals(approved=[VariantView.of(one, slugs) for one in approved], left=left)


@router.post("/reviews/{variant_id}/claim", summary="Say that you are at work on a variant")
async def claim(variant_id: UUID, services: Wired, caller: Write, response: Response) -> VariantView:
    """For half an hour nobody else decides on it or edits it. 409 while somebody else has it."""
    return await _shown(services, caller, await _deciding(services, caller).claim(variant_id), response)


@router.post("/reviews/{variant_id}/release", summary="Leave a variant to others")
async def release(variant_id: UUID, services: Wired, caller: Write, response: Response) -> VariantView:
    """409 where it is somebody else's."""
    return await _shown(services, caller, await _deciding(services, caller).release(variant_id), response)


@router.post("/variants/{variant_id}/decisions", summary="Decide on a variant")
async def decide(
    variant_id: UUID, body: DecisionBody, services: Wired, caller: Write, response: Response, if_match: IfMatch = None
) -> Decided:
    """Submit it for review, approve, reject, ask for a change, edit or retire it, or take an approval or a rejection
    back (`reopen`). 412 where `If-Match` names another version, 409 where its state, a finding or somebody else is in
    the way. To approve, reject, reopen or retire needs the scope `review`."""
    if body.decision in _JUDGED and not caller.may("review"):
        raise refused(caller, "review")
    done, notices = await _deciding(services, caller).decide(variant_id, body, if_match)
    services.shelf.wake()
    view = await _shown(services, caller, done, response)
    return Decided(**dict(view), notices=notices)


@router.get("/variants/{variant_id}/coverage", summary="A variant with the hardest values of its tokens")
async def hardest(variant_id: UUID, services: Wired, caller: Write) -> Coverage:
    """The worst dozen: the longest values, none at all, names in other scripts, each bound and measured, also on a
    screen of 320 pixels. An approval is for all of them. The names are made up."""
    async with services.database.read() as connection:
        stored = await VariantStore(connection, caller.workspace.id).get(variant_id)
        return await covered(connection, caller.workspace.id, stored, services.clock())


def _deciding(services: Wired, caller: Principal) -> Deciding:
    return Deciding(
        services.database, services.search, services.pipeline, services.clock, caller.workspace, caller.name
    )


async def _shown(services: Wired, caller: Principal, stored: StoredVariant, response: Response) -> VariantView:
    response.headers["ETag"] = etag_of(stored.version)
    async with services.database.read() as connection:
        return VariantView.of(stored, await VariantStore(connection, caller.workspace.id).campaigns())
