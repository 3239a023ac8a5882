"""Gathers what the choice of a lead's next action rests on, and has it chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.search import Search
from retrieval.types import Filter
from service.actions.catalogue import Catalogue, searched
from service.actions.choosing import choose, nothing
from service.actions.habits import Audience, Had, crowd, had
from service.actions.models import (
    AUDIENCES,
    DIRECT,
    OCCASION_OF,
    ActionRequest,
    DirectChannel,
    NextAction,
    Occasion,
    ResolveRequest,
)
from service.actions.moments import zone_of
from service.actions.occasions import lasts, occasion_now
from service.actions.situation import Candidate, Situation
from service.actions.store import ActionStore
from service.actions.wordings import plain
from service.db.engine import Database
from service.db.tables import audiences, memberships
from service.errors import Fault, Invalid
from service.generation.relevance import nearest
from service.leads.contract import MOST_ATTRIBUTES_OF_ONE, Contract, Word, permits
from service.leads.contract_store import ContractStore
from service.leads.domains import closed_word
from service.leads.models import PROFILING
from service.leads.traits import value_of
from service.profile.computed import contextual_only, profile_of, visible
from service.profile.models import Profile, Value
from service.profile.store import Subject, SubjectStore
from service.types import language_of
from service.workspaces.models import Workspace

SLACK = timedelta(minutes=5)  # a caller's clock may be behind ours
FARTHEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Seen:
    """A lead as far as it may be seen for a choice at `now`, which is in the workspace's time zone.

    `values` is empty where nothing of what the lead did may be used: `contextual` says why.
    """

    subject: Subject
    profile: Profile
    contract: Contract
    values: Mapping[str, Value]
    contextual: Literal["no_profiling", "minor"] | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the action is to be, as far as whoever asks says so."""

    occasion: Occasion
    channels: Sequence[DirectChannel] | None = None
    objective: str | None = None
    tone: str | None = None
    audience: str | None = None


async def next_action(
    database: Database, search: Search, workspace: Workspace, external_id: str, request: ActionRequest, now: datetime
) -> NextAction:
    """What to do next for a lead. Raises `NotFound` for an unknown one and `Invalid` for a time that cannot be."""
    now = _from(request.at, now, workspace)
    async with database.read() as connection:
        subject = await SubjectStore(connection, workspace.id).get(external_id)
        seen = await _see(connection, workspace, subject, request.context, now)
    occasion: Occasion = "discover" if request.objective else occasion_now(seen.values)
    wanted = Wanted(occasion, request.channels, request.objective, request.tone)
    return choose(await _situation(database, search, workspace, seen, wanted))


async def resolve(
    database: Database, search: Search, workspace: Workspace, action: UUID, request: ResolveRequest, now: datetime
) -> NextAction:
    """What to do about an emitted action, as things are now: consents may be gone, and the occasion too.

    Raises `NotFound` for an unknown action and `Invalid` for a time that cannot be.
    """
    now = _from(request.at, now, workspace)
    async with database.read() as connection:
        emitted, trigger = await ActionStore(connection, workspace.id).get(action)
        subject = await SubjectStore(connection, workspace.id).get(emitted.lead)
        seen = await _see(connection, workspace, subject, request.context, now)
    if seen.contextual:
        return nothing(subject.lead.locale, now, seen.contextual, "occasion_unseen")
    if not lasts(emitted.kind, emitted.occasion, subject, seen.values, now):
        return nothing(subject.lead.locale, now, "occasion_over")
    told = trigger.settings
    wanted = Wanted(OCCASION_OF[emitted.kind], told.channels, told.objective, told.tone, emitted.audience)
    return choose(await _situation(database, search, workspace, seen, wanted))


def _from(at: datetime | None, now: datetime, workspace: Workspace) -> datetime:
    """From when on to plan, in the workspace's time zone."""
    if at is not None and not now - SLACK <= at <= now + FARTHEST:
        fault = Fault("/at", f"must be from now on, and at most {FARTHEST.days} days ahead")
        raise Invalid(f"at: {fault.detail}.", code="action.at", faults=[fault])
    return max(at or now, now).astimezone(ZoneInfo(workspace.timezone))


async def _see(
    connection: AsyncConnection, workspace: Workspace, subject: Subject, context: Mapping[str, Value], now: datetime
) -> Seen:
    contract = await ContractStore(connection, workspace.id).current()
    profile = profile_of(subject, now, context)
    contextual = _contextual(workspace, subject, profile_of(subject, now) if context else profile, now)
    values = {} if contextual else visible(profile, contract, subject, now)
    return Seen(subject, profile, contract, values, contextual, now)


def _contextual(
    workspace: Workspace, subject: Subject, profile: Profile, now: datetime
) -> Literal["no_profiling", "minor"] | None:
    """Why nothing of what the lead did may be used. Age is looked at for the lead's own good, so it asks no consent."""
    if contextual_only(profile, workspace.policy):
        return "minor"
    return None if permits(subject.lead.consents, PROFILING, now) else "no_profiling"


async def _situation(database: Database, search: Search, workspace: Workspace, seen: Seen, wanted: Wanted) -> Situation:
    lead, zone = seen.subject.lead, ZoneInfo(workspace.timezone)
    objective = wanted.objective or plain("objectives", wanted.occasion, lead.locale)
    async with database.read() as connection:
        catalogue = Catalogue(connection, workspace.id)
        candidates = await _named(catalogue, seen.values)
        newest = await catalogue.newest_offers(seen.now, lead.locale)
        audience = None if seen.contextual else await _audience(connection, workspace.id, lead.id, wanted)
        others = await crowd(connection, workspace.id, zone, audience)
        own = Had() if seen.contextual else await had(connection, workspace.id, lead.id, seen.now)
    if not seen.contextual:
        candidates += await _searched(database, search, workspace, seen, objective)
    return Situation(
        subject=seen.subject, values=seen.values, policy=workspace.policy, now=seen.now,
        zone=zone_of(value_of(lead.traits, "timezone"), zone), locale=lead.locale, occasion=wanted.occasion,
        contextual=seen.contextual, channels=wanted.channels or DIRECT, objective=wanted.objective, tone=wanted.tone,
        candidates=candidates + newest, crowd=others, bought=own.bought, shown=own.shown,
        audience=audience.slug if audience else None,
    )  # fmt: skip


async def _named(catalogue: Catalogue, values: Mapping[str, Value]) -> list[Candidate]:
    return [
        *await catalogue.named(_texts(values, "cart_products"), "in_cart"),
        *await catalogue.named(_texts(values, "top_products"), "liked_product"),
    ]


async def _searched(
    database: Database, search: Search, workspace: Workspace, seen: Seen, objective: str
) -> list[Candidate]:
    """By closed words alone: a category, which any page may name as it likes, only ever narrows, as a tag."""
    locale = seen.subject.lead.locale
    query = " ".join([objective, *_closed_words(seen, objective)])
    everything = Filter(str(workspace.id), language=language_of(locale), valid_at=seen.now)
    found = await searched(database, search, everything, query, locale, "fits_best")
    if categories := _texts(seen.values, "top_categories"):
        liked = replace(everything, tags=categories)
        found += await searched(database, search, liked, query, locale, "liked_category")
    return found


def _closed_words(seen: Seen, objective: str) -> list[str]:
    words = [
        Word(name, attribute.use, text)
        for name, attribute in seen.contract.attributes.items()
        if attribute.use in ("select", "imply") and name in seen.values
        if (text := closed_word(attribute.domain, seen.values[name], seen.now)) is not None
    ]
    return [word.text for word in nearest(words, objective, MOST_ATTRIBUTES_OF_ONE)]


async def _audience(connection: AsyncConnection, workspace: UUID, lead: UUID, wanted: Wanted) -> Audience | None:
    """The lead's audience that goes with the occasion, else the one that it entered last."""
    rows = await connection.execute(
        sa.select(audiences.c.id, audiences.c.slug)
        .join(memberships, memberships.c.audience_id == audiences.c.id)
        .where(audiences.c.workspace_id == workspace, memberships.c.lead_id == lead)
        .order_by(memberships.c.since.desc(), audiences.c.slug)
    )
    mine = [Audience(*row) for row in rows]
    fitting = wanted.audience or AUDIENCES.get(wanted.occasion)
    return next((one for one in mine if one.slug == fitting), mine[0] if mine else None)


def _texts(values: Mapping[str, Value], name: str) -> list[str]:
    found = values.get(name)
    return found if isinstance(found, list) else []
