"""Audiences as they are shown: to callers of the API and in the studio."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.attributes import LOOKED_AT, UsableAttribute, usable_attributes
from service.audiences.conditions import attributes_in
from service.audiences.judging import see
from service.audiences.members import MemberStore
from service.audiences.models import Audience, Reason
from service.audiences.preview import explained
from service.audiences.store import AudienceStore
from service.db.engine import Database
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.profile.attributes import selectable
from service.profile.store import SubjectStore
from service.workspaces.models import Principal, Workspace


class ShownAudience(Audience):
    """An audience, how many members it has, and the attributes that the contract no longer lets it use: with any of
    those it has no members."""

    members: int
    unusable: list[str]


class AudienceDetail(ShownAudience):
    """With the slugs of the ladder that copy is looked for on: this audience first, the broadest last."""

    ladder: list[str]


class Member(BaseModel):
    """A lead in an audience, since when, and why."""

    external_id: str
    since: datetime
    reasons: list[Reason]


class MemberPage(BaseModel):
    """Some members and where to go on."""

    items: list[Member]
    next_cursor: str | None


class LeadAudience(BaseModel):
    """An audience that a lead is in, since when, and why."""

    slug: str
    name: str
    since: datetime
    reasons: list[Reason]


class LeadAudiences(BaseModel):
    """The audiences of one lead."""

    items: list[LeadAudience]


async def shown(
    connection: AsyncConnection, workspace: Workspace, audiences: Sequence[Audience] | None = None
) -> list[ShownAudience]:
    """Those audiences, by slug every one where none is named, each with how many members it has."""
    if audiences is None:
        audiences = await AudienceStore(connection, workspace.id).all()
    counts = await MemberStore(connection, workspace.id).counts()
    usable_ = selectable(await ContractStore(connection, workspace.id).current()).keys()
    return [
        ShownAudience(
            **dict(one), members=counts.get(one.id, 0), unusable=sorted(attributes_in(one.condition) - usable_)
        )
        for one in audiences
    ]


async def detail(connection: AsyncConnection, workspace: Workspace, slug: str) -> AudienceDetail:
    """One with its ladder. Raises `NotFound`."""
    ladder = await AudienceStore(connection, workspace.id).ladder(slug)
    own = (await shown(connection, workspace, ladder[:1]))[0]
    return AudienceDetail(**dict(own), ladder=[one.slug for one in ladder])


def version_of(audience: Audience) -> str:
    """What names this state of it, for `If-Match`."""
    return audience.updated_at.isoformat()


async def usable(database: Database, caller: Principal, now: datetime) -> list[UsableAttribute]:
    """What conditions may speak of, with examples from leads for whoever may see leads."""
    workspace = caller.workspace
    async with database.read() as connection:
        contract = await ContractStore(connection, workspace.id).current()
        store = SubjectStore(connection, workspace.id)
        subjects = await store.pages(None, LOOKED_AT) if caller.may("read") else []
    local = now.astimezone(ZoneInfo(workspace.timezone))
    values = (see(subject, contract, workspace.policy, local).values for subject in subjects)
    return usable_attributes(contract, values, workspace.default_locale)


async def members_of(
    database: Database, workspace: Workspace, slug: str, limit: int, cursor: str | None, now: datetime
) -> MemberPage:
    """A page of an audience's members, each with why it is one. Raises `NotFound`."""
    async with database.read() as connection:
        audience = await AudienceStore(connection, workspace.id).get(slug)
        found, more = await MemberStore(connection, workspace.id).page(audience, limit, cursor)
    told = await explained(database, workspace, [(audience.condition, lead) for lead in found], now)
    items = [
        Member(external_id=one.external_id, since=since, reasons=one.reasons)
        for one, since in zip(told, found.values(), strict=True)
        if one is not None
    ]
    return MemberPage(items=items, next_cursor=more)


async def audiences_of(database: Database, workspace: Workspace, external_id: str, now: datetime) -> list[LeadAudience]:
    """The audiences that a lead is in, each with why. Raises `NotFound`."""
    async with database.read() as connection:
        lead = await LeadStore(connection, workspace.id).get(external_id)
        since = await MemberStore(connection, workspace.id).since(lead.id)
        audiences = [one for one in await AudienceStore(connection, workspace.id).all() if one.id in since]
    told = await explained(database, workspace, [(one.condition, lead.id) for one in audiences], now)
    return [
        LeadAudience(slug=audience.slug, name=audience.name, since=since[audience.id], reasons=one.reasons)
        for audience, one in zip(audiences, told, strict=True)
        if one is not None
    ]
