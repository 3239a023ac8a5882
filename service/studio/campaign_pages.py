"""Campaigns: all of them, a brief in one page, and how far one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.members import MemberStore
from service.audiences.models import Audience
from service.audiences.store import AudienceStore
from service.campaigns.generating import GENERATE
from service.campaigns.models import STEPS, Campaign, CampaignSettings, Step
from service.campaigns.store import CampaignStore, Copies
from service.campaigns.surveying import surveyed
from service.channels.registry import CHANNELS
from service.content.models import ContentItem
from service.content.store import ContentStore
from service.delivery.platforms.registry import NONE, PLATFORMS
from service.delivery.policy import Utm
from service.errors import NotFound
from service.generation.models import MAX_VARIANTS
from service.jobs.models import Job
from service.jobs.store import JobStore
from service.leads.models import ExternalId
from service.studio.rendering import page
from service.studio.visiting import Visit, Visiting
from service.types import LOCALES
from service.variants.models import Glance
from service.variants.store import VariantStore, Wanted

router = APIRouter(prefix="/studio")

_PLATFORMS = [(name, name) for name in sorted(PLATFORMS) if name != NONE.name]


class Choice(NamedTuple):
    """An audience that can be chosen, and how many leads are in it."""

    audience: Audience
    members: int


@dataclass(frozen=True, slots=True)
class Form:
    """All that the page of a brief needs. Without a campaign it is a new one's; `lost` names chosen content that is not
    there any more."""

    campaign: Campaign | None
    choices: Sequence[Choice]
    chosen: Sequence[ContentItem]
    lost: Sequence[str]

    @property
    def values(self) -> Mapping[str, Any]:
        """What stands in the campaign, as the API has it."""
        return {} if self.campaign is None else self.campaign.model_dump(mode="json")

    @property
    def holdout(self) -> str:
        """The share of leads that get nothing, in percent, as a number field has it."""
        return f"{self.settings.holdout * 100:.2f}".rstrip("0").rstrip(".")

    @property
    def differs(self) -> bool:
        """Whether any setting is not the usual one."""
        return self.settings != CampaignSettings()

    @property
    def settings(self) -> CampaignSettings:
        """The campaign's own settings."""
        return CampaignSettings() if self.campaign is None else self.campaign.settings

    @property
    def order(self) -> Sequence[Choice]:
        """The campaign's audiences in their order, then the others."""
        wanted = self.campaign.audiences if self.campaign else []
        return sorted(
            self.choices,
            key=lambda one: wanted.index(one.audience.slug) if one.audience.slug in wanted else len(wanted),
        )


@router.get("/campaigns")
async def all_(visit: Visiting) -> HTMLResponse:
    """Every campaign, the newest first, with what waits and what is live."""
    async with visit.services.database.read() as connection:
        store = CampaignStore(connection, visit.workspace.id)
        campaigns, copies = await store.all(), await store.copies()
        running = await JobStore(connection, visit.workspace.id).undone(GENERATE)
        names = await _names(connection, visit)
    at_work = {job.parameters["campaign"]: job for job in reversed(running)}
    shown = [(one, copies.get(one.id, Copies()), at_work.get(str(one.id))) for one in campaigns]
    return page(visit, "campaigns.html", shown=shown, names=names)


@router.get("/campaigns:new")
async def new(visit: Visiting) -> HTMLResponse:
    """An empty brief."""
    visit.need("generate")
    return await _form(visit, None)


@router.get("/campaigns:found")
async def found(
    visit: Visiting,
    ids: Annotated[list[ExternalId], Query(alias="id", max_length=50)],
    shown: Annotated[Literal["options", "chips"], Query(alias="as")] = "options",
) -> HTMLResponse:
    """Content items with their facts, for who searches among them or has chosen one."""
    async with visit.services.database.read() as connection:
        there, lost = await _items(connection, visit, ids)
    return page(visit, "campaign_found.html", found=there, lost=lost, shown=shown)


@router.get("/campaigns/{slug}/brief")
async def brief(slug: str, visit: Visiting) -> HTMLResponse:
    """What the campaign says of itself, to be changed."""
    async with visit.services.database.read() as connection:
        campaign = await CampaignStore(connection, visit.workspace.id).get(slug)
    return await _form(visit, campaign)


@router.get("/campaigns/{slug}")
async def one(slug: str, visit: Visiting) -> Response:
    """How far it is, and what can be done."""
    try:
        return await _overview(visit, slug)
    except NotFound:
        if slug == "new":  # where the empty brief was; a campaign may be called so, and one that is comes first
            return RedirectResponse("/studio/campaigns:new", 303)
        raise


@router.get("/campaigns/{slug}/readiness")
async def readiness(slug: str, visit: Visiting) -> HTMLResponse:
    """The part of the page that tells who would get what."""
    ready = await surveyed(visit.services, visit.workspace.id, slug)
    async with visit.services.database.read() as connection:
        campaign = await CampaignStore(connection, visit.workspace.id).get(slug)
        glances = await VariantStore(connection, visit.workspace.id).glances(Wanted(campaign=campaign.id))
        names = await _names(connection, visit)
    return page(
        visit, "campaign_readiness.html", campaign=campaign, ready=ready, names=names, copies=_by_place(glances)
    )  # fmt: skip


@router.get("/campaigns/{slug}/writing")
async def writing(slug: str, visit: Visiting, job: Annotated[str | None, Query(max_length=40)] = None) -> HTMLResponse:
    """The part of the page that tells how far its writing is. A `job` that is named is looked for first."""
    async with visit.services.database.read() as connection:
        campaign = await CampaignStore(connection, visit.workspace.id).get(slug)
        found = await JobStore(connection, visit.workspace.id).named(GENERATE, "campaign", str(campaign.id), 10)
        names = await _names(connection, visit)
    last = next((one for one in found if str(one.id) == job), found[0] if found else None)
    return page(visit, "campaign_writing.html", campaign=campaign, job=last, names=names)


async def _overview(visit: Visit, slug: str) -> HTMLResponse:
    async with visit.services.database.read() as connection:
        store = CampaignStore(connection, visit.workspace.id)
        campaign = await store.get(slug)
        copies = (await store.copies()).get(campaign.id, Copies())
        names, job = await _names(connection, visit), await _last(connection, visit, campaign)
        content = await _items(connection, visit, campaign.brief.content_ids)
    return page(
        visit, "campaign.html", campaign=campaign, copies=copies, names=names, job=job, content=content[0],
        steps=_steps(campaign), most=MAX_VARIANTS,
    )  # fmt: skip


async def _form(visit: Visit, campaign: Campaign | None) -> HTMLResponse:
    async with visit.services.database.read() as connection:
        counts = await MemberStore(connection, visit.workspace.id).counts()
        audiences = await AudienceStore(connection, visit.workspace.id).all()
        chosen, lost = await _items(connection, visit, campaign.brief.content_ids if campaign else ())
    form = Form(campaign, [Choice(one, counts.get(one.id, 0)) for one in audiences], chosen, lost)
    return page(
        visit, "campaign_brief.html", form=form, channels=list(CHANNELS), locales=LOCALES, platforms=_PLATFORMS,
        usual=Utm(), editable=visit.principal.may("generate") and (campaign is None or campaign.status != "ended"),
    )  # fmt: skip


async def _items(
    connection: AsyncConnection, visit: Visit, external_ids: Sequence[str]
) -> tuple[list[ContentItem], list[str]]:
    """Those of the content items that are there, and the names of the others."""
    store, found, lost = ContentStore(connection, visit.workspace.id), [], []
    for external_id in external_ids:
        try:
            found.append(await store.get(external_id))
        except NotFound:
            lost.append(external_id)
    return found, lost


async def _names(connection: AsyncConnection, visit: Visit) -> Mapping[str, str]:
    return {one.slug: one.name for one in await AudienceStore(connection, visit.workspace.id).all()}


async def _last(connection: AsyncConnection, visit: Visit, campaign: Campaign) -> Job | None:
    found = await JobStore(connection, visit.workspace.id).named(GENERATE, "campaign", str(campaign.id), 1)
    return found[0] if found else None


def _steps(campaign: Campaign) -> Sequence[Step]:
    """What can be done with it that changes something."""
    return [
        step
        for step in ("launch", "pause", "end", "delete")
        if campaign.status in STEPS[step] and (step == "delete" or STEPS[step][campaign.status] != campaign.status)
    ]


def _by_place(glances: Sequence[Glance]) -> Mapping[tuple[str, str | None], Sequence[Glance]]:
    """The variants of each channel and audience."""
    places: dict[tuple[str, str | None], list[Glance]] = {}
    for one in glances:
        places.setdefault((one.channel, one.audience_slug), []).append(one)
    return places
