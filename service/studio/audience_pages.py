"""Audiences: who there is to write for, building one, and groups that were found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.audiences.models import SLUG, Audience
from service.audiences.ready import ready
from service.audiences.reasons import in_words
from service.audiences.store import AudienceStore
from service.audiences.viewing import MemberPage, ShownAudience, detail, members_of, shown, usable, version_of
from service.campaigns.models import Campaign
from service.campaigns.store import CampaignStore
from service.errors import NotFound
from service.jobs.store import JobStore
from service.learning.cluster_models import CLUSTERS, Clustering
from service.learning.cluster_store import ClusterStore
from service.studio.rendering import page
from service.studio.visiting import Visit, Visiting

router = APIRouter(prefix="/studio")

MEMBERS = 20
Name = Annotated[str, Query(pattern=SLUG)]


class Row(NamedTuple):
    """An audience in the table, how deep it stands below its parents, and the campaigns that write to it."""

    audience: ShownAudience
    depth: int
    campaigns: Sequence[Campaign]


@router.get("/audiences")
async def all_(visit: Visiting) -> HTMLResponse:
    """Every audience below its parent, and the ready-made ones that are not adopted yet."""
    async with visit.services.database.read() as connection:
        audiences = await shown(connection, visit.workspace)
        campaigns = await CampaignStore(connection, visit.workspace.id).all()
    there = {one.slug for one in audiences}
    offered = [one for slug, one in ready(visit.workspace.default_locale).items() if slug not in there]
    return page(visit, "audiences.html", rows=list(_tree(audiences, _writing(campaigns))), offered=offered)


@router.get("/audiences:new")
async def new(visit: Visiting) -> HTMLResponse:
    """A condition to build."""
    visit.need("generate")
    return await _builder(visit, None)


@router.get("/audiences:clusters")
async def clusters(visit: Visiting) -> HTMLResponse:
    """Groups of leads that resemble each other, and how far looking for them is."""
    visit.need("read")
    workspace = visit.workspace.id
    async with visit.services.database.read() as connection:
        job = await JobStore(connection, workspace).newest(CLUSTERS)
        found = await _newest(ClusterStore(connection, workspace))
    return page(
        visit, "clusters.html", job=job, found=found,
        asks=[in_words(one.proposal.condition, visit.workspace.default_locale) for one in found.clusters]
        if found else [],
        running=job is not None and job.status in ("queued", "running"),
    )  # fmt: skip


@router.get("/audiences:members")
async def members(visit: Visiting, slug: Name, cursor: str) -> HTMLResponse:
    """More members, as a part of an audience's page."""
    visit.need("read")
    return page(visit, "audience_members.html", members=await _members(visit, slug, cursor), slug=slug)


@router.get("/audiences/{slug}")
async def one(visit: Visiting, slug: str) -> Response:
    """One audience: what it asks, who is in it, who writes to it."""
    try:
        return await _builder(visit, slug)
    except NotFound:
        # an audience may be called so, and one that is comes first: `new` is ready-made
        if slug in ("new", "clusters"):
            return RedirectResponse(f"/studio/audiences:{slug}", 303)
        raise


async def _builder(visit: Visit, slug: str | None) -> HTMLResponse:
    """The page that builds a condition; for an audience that is there, with everything that is known of it."""
    async with visit.services.database.read() as connection:
        found = await detail(connection, visit.workspace, slug) if slug is not None else None
        audiences = await AudienceStore(connection, visit.workspace.id).all()
        campaigns = _writing(await CampaignStore(connection, visit.workspace.id).all())
    attributes = await usable(visit.services.database, visit.principal, visit.services.clock())
    names = {one.slug: one.name for one in audiences}
    return page(
        visit, "audience.html", audience=found, names=names, version=version_of(found) if found is not None else "",
        attributes=sorted((one.model_dump(mode="json") for one in attributes), key=lambda one: one["label"].lower()),
        parents=[one for one in audiences if found is None or not _below(one, found.slug, audiences)],
        children=[one for one in audiences if found is not None and one.parent == found.slug],
        campaigns=campaigns[found.slug] if found is not None else [],
        members=await _members(visit, found.slug, None) if found is not None and visit.principal.may("read") else None,
    )  # fmt: skip


async def _members(visit: Visit, slug: str, cursor: str | None) -> MemberPage:
    services = visit.services
    return await members_of(services.database, visit.workspace, slug, MEMBERS, cursor, services.clock())


async def _newest(store: ClusterStore) -> Clustering | None:
    try:
        return await store.newest()
    except NotFound:
        return None


def _writing(campaigns: Sequence[Campaign]) -> dict[str, list[Campaign]]:
    """The campaigns that write to each audience."""
    found: dict[str, list[Campaign]] = defaultdict(list)
    for campaign in campaigns:
        for slug in campaign.audiences:
            found[slug].append(campaign)
    return found


def _tree(audiences: Sequence[ShownAudience], campaigns: dict[str, list[Campaign]]) -> Iterator[Row]:
    """Each audience with those below it right after it; they come by name."""
    below: dict[str | None, list[ShownAudience]] = defaultdict(list)
    for audience in sorted(audiences, key=lambda one: one.name.lower(), reverse=True):
        below[audience.parent].append(audience)
    waiting = [(audience, 0) for audience in below[None]]
    while waiting:
        audience, depth = waiting.pop()
        yield Row(audience, depth, campaigns.get(audience.slug, ()))
        waiting += [(child, depth + 1) for child in below[audience.slug]]


def _below(audience: Audience, slug: str, audiences: Sequence[Audience]) -> bool:
    """Whether that one is `slug` or stands somewhere below it, so that it cannot be its parent."""
    parents = {one.slug: one.parent for one in audiences}
    at: str | None = audience.slug
    while at is not None and at != slug:
        at = parents.get(at)
    return at == slug
