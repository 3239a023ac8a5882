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
from service.review.gathering import gather, with_copy
from service.review.inspect import CheckRequest, CheckResponse, inspect
from service.review.models import ApprovalBody, Approvals, Decided, DecisionBody, ReviewPage
from service.review.queue import CONTROL, Asked, Claimed, Findings, counts, rank_of, told
from service.variants.models import StoredVariant
from service.variants.store import VariantStore
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
    generator: Annotated[Literal["model", "composer", "human"] | None, Query(description="Who wrote it.")] = None,
    missing_control: Annotated[
        bool | None, Query(description="Controls without which a campaign cannot go live, or everything else.")
    ] = None,
    search: Annotated[
        str, Query(max_length=200, description="Words that all stand in the copy, whatever their case and accents.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> ReviewPage:
    """What is in review, and the drafts of campaigns, worst first: findings that block, then warnings, then controls
    without which a campaign cannot go live, then age. The counts are of all that the filters let through."""
    now, workspace = services.clock(), caller.workspace.id
    start = value_of(cursor, rank_of) if cursor else None
    async with services.database.read() as connection:
        in_campaign = (await CampaignStore(connection, workspace).get(campaign)).id if campaign else None
        asked = Asked(
            in_campaign, CONTROL if control else audience, channel, locale, status, claimed, findings, generator,
            missing_control, search,
        )  # fmt: skip
        found = (await gather(connection, workspace, caller.name, now, asked)).shown
        left = [one for one in found if start is None or one.rank > start]
        copy = await with_copy(connection, workspace, left[:limit])
        slugs = await VariantStore(connection, workspace).campaigns()
    items = [one.shown(copy[one.id], slugs) for one in left[:limit] if one.id in copy]
    more = cursor_of(told(left[limit - 1].rank)) if len(left) > limit else None
    return ReviewPage(items=items, counts=counts(found), next_cursor=more)


@router.post("/reviews/approve", summary="Approve several variants")
async def approve(body: ApprovalBody, services: Wired, caller: Review) -> Approvals:
    """Those without any finding are approved; the others are named with the reason."""
    approved, left = await _deciding(services, caller).approve_all(body.variants, body.note)
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
