"""Audiences over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.adopting import Adopted, adopt
from service.audiences.attributes import UsableAttribute
from service.audiences.conditions import checked
from service.audiences.members import MemberStore
from service.audiences.models import AudienceBody, AudienceInput, Condition, Slug
from service.audiences.overlap import Overlap, overlap_of
from service.audiences.preview import MOST_SECONDS, Preview, preview
from service.audiences.ready import MOST_CATEGORIES, ready
from service.audiences.store import AudienceStore
from service.audiences.viewing import (
    AudienceDetail,
    LeadAudiences,
    MemberPage,
    ShownAudience,
    audiences_of,
    detail,
    members_of,
    shown,
    usable,
    version_of,
)
from service.auth import Anyone, Generate, Read, Wired
from service.errors import Fault, Invalid
from service.etags import check_match, etag_of
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.leads.models import CleanText, ExternalId
from service.profile.attributes import selectable
from service.workspaces.models import Workspace

router = APIRouter(prefix="/v1", tags=["audiences"])

MOST_COMPARED = 20
Category = Annotated[CleanText, Field(min_length=1, max_length=200)]


class AudienceList(BaseModel):
    """Every audience."""

    items: list[ShownAudience]


class PreviewBody(BaseModel):
    """A condition to try, and a parent to compare it with."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"condition": {"cart_items": {"$gt": 0}}}]}
    )

    condition: Condition
    parent: Slug | None = None
    overlap: Annotated[bool, Field(description="Tell which audiences share leads with it.")] = False
    audience: Annotated[Slug | None, Field(description="Whose condition it is: it is left out of the overlap.")] = None
    seconds: Annotated[float, Field(gt=0, le=MOST_SECONDS, description="Look no longer than that.")] = MOST_SECONDS


class ReadyBody(BaseModel):
    """Which ready-made audiences: all where `slugs` is left out. Each of `categories` adds one of carts with it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"slugs": ["birthday-week", "loyal"]}]})

    slugs: Annotated[list[str], Field(max_length=100)] | None = None
    categories: Annotated[list[Category], Field(max_length=MOST_CATEGORIES)] = Field(default_factory=list)


class ReadyList(BaseModel):
    """Every ready-made audience."""

    items: list[AudienceInput]


class AttributeList(BaseModel):
    """Every attribute that a condition may use."""

    items: list[UsableAttribute]


@router.get("/audiences", summary="All audiences")
async def all_(
    services: Wired,
    caller: Anyone,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait until memberships are up to date.")] = 0,
) -> AudienceList:
    """By slug, each with how many members it has."""
    if wait:
        await services.audiences.wait(wait)
    async with services.database.read() as connection:
        return AudienceList(items=await shown(connection, caller.workspace))


@router.post("/audiences", summary="Make an audience", status_code=201)
async def create(body: AudienceInput, services: Wired, caller: Generate) -> AudienceDetail:
    """Its members are found within moments. 409 where the slug is taken; 422 tells what is wrong with a condition."""
    async with services.database.write() as connection:
        checked(body.condition, selectable(await _contract(connection, caller.workspace)))
        await AudienceStore(connection, caller.workspace.id).create(body, services.clock())
        return await detail(connection, caller.workspace, body.slug)


@router.get("/audiences:attributes", summary="What conditions may speak of")
async def attributes(services: Wired, caller: Anyone) -> AttributeList:
    """Traits that the attribute contract names and what is computed of a lead. Examples from leads need the scope
    `read`."""
    return AttributeList(items=await usable(services.database, caller, services.clock()))


@router.post("/audiences:preview", summary="Who would be in an audience")
async def preview_(body: PreviewBody, services: Wired, caller: Generate) -> Preview:
    """Counted over all leads as they are now; nothing is kept."""
    return await preview(
        services.database, caller.workspace, body.condition, body.parent, services.clock,
        with_sample=caller.may("read"), most_seconds=body.seconds, with_overlap=body.overlap, but=body.audience,
    )  # fmt: skip


@router.get("/audiences:overlap", summary="How far audiences overlap")
async def overlap(
    services: Wired,
    caller: Anyone,
    slugs: Annotated[str, Query(description="2 to 20, separated by commas.", max_length=1_500)],
) -> Overlap:
    """For each two of them how many leads they share, and which part of the leads in either that is."""
    wanted = list(dict.fromkeys(filter(None, map(str.strip, slugs.split(",")))))
    if not 2 <= len(wanted) <= MOST_COMPARED:
        told = f"{len(wanted)} audiences were named; name 2 to {MOST_COMPARED}, separated by commas."
        raise Invalid(told, faults=[Fault("query:slugs", told)])
    async with services.database.read() as connection:
        audiences = await AudienceStore(connection, caller.workspace.id).by_slugs(wanted)
        shared = await MemberStore(connection, caller.workspace.id).shared([one.id for one in audiences])
    return overlap_of(audiences, shared)


@router.get("/audiences:ready", summary="Ready-made audiences")
async def ready_(services: Wired, caller: Anyone) -> ReadyList:
    """Those that most shops want, in the workspace's language. `POST` adopts them."""
    return ReadyList(items=list(ready(caller.workspace.default_locale).values()))


@router.post("/audiences:ready", summary="Adopt ready-made audiences")
async def adopt_(body: ReadyBody, services: Wired, caller: Generate) -> Adopted:
    """All, or those named with their parents. What is there already stays as it is, so that adopting again does no
    harm."""
    async with services.database.write() as connection:
        return await adopt(connection, caller.workspace, body.slugs, body.categories, services.clock())


@router.get("/audiences/{slug}", summary="One audience")
async def get(slug: str, services: Wired, caller: Anyone, response: Response) -> AudienceDetail:
    """With its ladder and how many members it has. Its `ETag` names its state."""
    async with services.database.read() as connection:
        found = await detail(connection, caller.workspace, slug)
    response.headers["ETag"] = etag_of(version_of(found))
    return found


@router.put("/audiences/{slug}", summary="Change an audience")
async def put(
    slug: str,
    body: AudienceBody,
    services: Wired,
    caller: Generate,
    response: Response,
    if_match: Annotated[str | None, Header(description="The `ETag` of what was read.")] = None,
) -> AudienceDetail:
    """Replaces name, condition and parent. 422 for a parent that would make it its own ancestor; 412 where `If-Match`
    names another state."""
    async with services.database.write() as connection:
        checked(body.condition, selectable(await _contract(connection, caller.workspace)))
        kept = await AudienceStore(connection, caller.workspace.id).get(slug)
        check_match(if_match, version_of(kept), "audience.version")
        await AudienceStore(connection, caller.workspace.id).update(slug, body, services.clock())
        changed = await detail(connection, caller.workspace, slug)
    response.headers["ETag"] = etag_of(version_of(changed))
    return changed


@router.delete("/audiences/{slug}", summary="Forget an audience", status_code=204)
async def delete(slug: str, services: Wired, caller: Generate) -> None:
    """With its memberships. 409 while it is the parent of others."""
    async with services.database.write() as connection:
        await AudienceStore(connection, caller.workspace.id).delete(slug, services.clock())


@router.get("/audiences/{slug}/members", summary="The leads in an audience")
async def members(
    slug: str,
    services: Wired,
    caller: Read,
    limit: Annotated[int, Query(ge=1, le=200, description="Items a page.")] = 50,
    cursor: str | None = None,
) -> MemberPage:
    """A page at a time, each with why it is a member."""
    return await members_of(services.database, caller.workspace, slug, limit, cursor, services.clock())


@router.get("/leads/{external_id:path}/audiences", summary="The audiences of a lead")
async def of_lead(external_id: ExternalId, services: Wired, caller: Read) -> LeadAudiences:
    """Each with since when and why. 404 for an unknown lead."""
    return LeadAudiences(items=await audiences_of(services.database, caller.workspace, external_id, services.clock()))


async def _contract(connection: AsyncConnection, workspace: Workspace) -> Contract:
    return await ContractStore(connection, workspace.id).current()
