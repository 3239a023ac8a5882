"""Campaigns over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel

from service.auth import Anyone, Generate, Review, Wired
from service.campaigns.generating import GENERATE
from service.campaigns.models import Campaign, CampaignBody, CampaignInput, Generating
from service.campaigns.readiness import Readiness
from service.campaigns.store import CampaignStore
from service.campaigns.surveying import surveyed
from service.delivery.platforms.registry import platform_named
from service.errors import Conflict, Fault, Invalid
from service.etags import check_match, etag_of
from service.jobs.models import Job
from service.jobs.store import JobStore
from service.variants.living import launch_campaign, pause_campaign
from service.wiring import Services
from service.workspaces.models import Principal

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"])

IfMatch = Annotated[str | None, Header(description="The `ETag` of what was read: 412 where it has changed since.")]


class CampaignList(BaseModel):
    """Every campaign."""

    items: list[Campaign]


class CampaignJobs(BaseModel):
    """The newest jobs that write a campaign."""

    items: list[Job]


@router.get("", summary="All campaigns")
async def all_(services: Wired, caller: Anyone) -> CampaignList:
    """The newest first."""
    async with services.database.read() as connection:
        return CampaignList(items=await CampaignStore(connection, caller.workspace.id).all())


@router.post("", summary="Make a campaign", status_code=201)
async def create(body: CampaignInput, response: Response, services: Wired, caller: Generate) -> Campaign:
    """A draft: nothing of it is served before it is launched. 409 where the slug is taken, 422 for an audience that is
    not there."""
    _known_platform(body)
    async with services.database.write() as connection:
        store = CampaignStore(connection, caller.workspace.id)
        made = await store.create(body, caller.workspace.default_locale, services.clock())
    return _told(made, response)


@router.get("/{slug}", summary="One campaign")
async def get(slug: str, response: Response, services: Wired, caller: Anyone) -> Campaign:
    """With its version as `ETag`."""
    async with services.database.read() as connection:
        found = await CampaignStore(connection, caller.workspace.id).get(slug)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.put("/{slug}", summary="Change a campaign")
async def put(
    slug: str, body: CampaignBody, response: Response, services: Wired, caller: Generate, if_match: IfMatch = None
) -> Campaign:
    """Replaces all but its status. A live one stays as it is where a channel would be without its control (409)."""
    _known_platform(body)
    async with services.database.write() as connection:
        store = CampaignStore(connection, caller.workspace.id)
        kept = await _matching(store, slug, if_match)
        kept.after("edit")
        changed = await store.update(kept, body, caller.workspace.default_locale, services.clock())
        if changed.status == "live":
            await _controlled(store, changed, services)
    return _told(changed, response)


@router.delete("/{slug}", summary="Forget a campaign", status_code=204)
async def delete(slug: str, services: Wired, caller: Generate, if_match: IfMatch = None) -> None:
    """Its variants stay, in no campaign, and its query tokens open nothing any more. 409 while it is live."""
    async with services.database.write() as connection:
        store = CampaignStore(connection, caller.workspace.id)
        kept = await _matching(store, slug, if_match)
        kept.after("delete")
        await store.delete(kept, services.clock())


@router.post("/{slug}/launch", summary="Serve a campaign")
async def launch(slug: str, response: Response, services: Wired, caller: Review, if_match: IfMatch = None) -> Campaign:
    """What is approved is served from its start until its end. 409 `campaign.no_control` names the channels that have
    no approved control in its locale."""
    async with services.database.write() as connection:
        store, now = CampaignStore(connection, caller.workspace.id), services.clock()
        kept = await _matching(store, slug, if_match)
        if kept.ends_at is not None and kept.ends_at <= now:
            raise Conflict(f"{slug!r} ended on {kept.ends_at:%Y-%m-%d %H:%M} UTC.", code="campaign.state")
        to = kept.after("launch")
        await _controlled(store, kept, services)
        launched = kept if kept.status == to else await store.move(kept, to, now)
        await launch_campaign(connection, caller.workspace.id, kept.id, caller.name, now)
    return _told(launched, response)


@router.post("/{slug}/pause", summary="Serve a campaign no longer, for now")
async def pause(slug: str, response: Response, services: Wired, caller: Review, if_match: IfMatch = None) -> Campaign:
    """Whoever asks is told `paused`. `launch` goes on."""
    return await _stopped(slug, "paused", response, services, caller, if_match)


@router.post("/{slug}/end", summary="End a campaign")
async def end(slug: str, response: Response, services: Wired, caller: Review, if_match: IfMatch = None) -> Campaign:
    """For good: it can be looked at and forgotten, and nothing else."""
    return await _stopped(slug, "ended", response, services, caller, if_match)


@router.post("/{slug}/generate", summary="Write a campaign's variants", status_code=202)
async def generate(slug: str, body: Generating, response: Response, services: Wired, caller: Generate) -> Job:
    """A job: the control and a few variants for each audience and channel, checked, and sent where the review policy
    says. What is there already is not written again. Its result counts them, and tells where none could be."""
    async with services.database.read() as connection:
        campaign = await CampaignStore(connection, caller.workspace.id).get(slug)
    campaign.after("edit")
    _of(campaign, body)
    parameters = {"campaign": str(campaign.id), "wanted": body.model_dump(mode="json")}
    job = await services.jobs.start(caller.workspace.id, GENERATE, parameters)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job


@router.get("/{slug}/readiness", summary="How ready a campaign is")
async def ready(slug: str, services: Wired, caller: Anyone) -> Readiness:
    """As if it were live now: how many leads stand on which rung in each channel and why others get nothing, and what
    is missing: controls, audiences without a variant, drafts that wait."""
    return await surveyed(services, caller.workspace.id, slug)


@router.get("/{slug}/jobs", summary="The writing of a campaign")
async def jobs(
    slug: str, services: Wired, caller: Anyone, limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> CampaignJobs:
    """The jobs that `generate` began, the newest first: whoever comes back finds the one that is still at work."""
    async with services.database.read() as connection:
        campaign = await CampaignStore(connection, caller.workspace.id).get(slug)
        store = JobStore(connection, caller.workspace.id)
        return CampaignJobs(items=await store.named(GENERATE, "campaign", str(campaign.id), limit))


async def _stopped(
    slug: str, to: str, response: Response, services: Services, caller: Principal, if_match: str | None
) -> Campaign:
    async with services.database.write() as connection:
        store, now = CampaignStore(connection, caller.workspace.id), services.clock()
        kept = await _matching(store, slug, if_match)
        status = kept.after("pause" if to == "paused" else "end")
        stopped = kept if kept.status == status else await store.move(kept, status, now)
        await pause_campaign(connection, caller.workspace.id, kept.id, caller.name, now)
    return _told(stopped, response)


async def _matching(store: CampaignStore, slug: str, if_match: str | None) -> Campaign:
    kept = await store.get(slug)
    check_match(if_match, kept.version, "campaign.version")
    return kept


async def _controlled(store: CampaignStore, campaign: Campaign, services: Services) -> None:
    """Raises `Conflict` naming the channels without an approved control."""
    if missing := await store.without_control(campaign, services.clock()):
        told = ", ".join(missing)
        raise Conflict(
            f"There is no approved control in {campaign.locale} for: {told}. "
            "Approve copy that fits everyone for each of them first.",
            code="campaign.no_control", faults=[Fault("/channels", name) for name in missing],
        )  # fmt: skip


def _told(campaign: Campaign, response: Response) -> Campaign:
    response.headers["ETag"] = etag_of(campaign.version)
    return campaign


def _known_platform(body: CampaignBody) -> None:
    if body.settings.platform is not None:
        platform_named(body.settings.platform)


def _of(campaign: Campaign, wanted: Generating) -> None:
    """Raises `Invalid` for channels and audiences that are none of the campaign's."""
    faults = [
        Fault(f"/{name}/{place}", f"{one!r} is none of the campaign's {name}")
        for name, given, known in (
            ("channels", wanted.channels or (), campaign.channels),
            ("audiences", wanted.audiences or (), campaign.audiences),
        )
        for place, one in enumerate(given)
        if one not in known
    ]
    if faults:
        raise Invalid("; ".join(fault.detail for fault in faults), faults=faults)
