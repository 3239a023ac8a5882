"""Leads: finding one, and everything that is known of it. Nowhere else in the studio does personal data stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from service.actions.models import ActionRequest
from service.actions.next_action import next_action
from service.audiences.viewing import audiences_of
from service.audiences.wordings import WORDINGS
from service.delivery.decision_explaining import Explainer
from service.delivery.decision_models import DecisionRow, Explanation
from service.delivery.decision_pages import page_of
from service.delivery.decision_store import Wanted
from service.delivery.receipts import PURPOSE
from service.delivery.replay import kept
from service.errors import NotFound, SobMedidaError
from service.events.store import EventStore
from service.leads.models import CleanText, ExternalId, Lead
from service.leads.store import LeadStore
from service.learning.models import Scores
from service.learning.refreshing import scores_now
from service.privacy.store import ConsentStore
from service.profile.computed import profile_of
from service.profile.knowing import LeadAttribute, SimilarLead, known_lead, similar_to
from service.profile.models import Value
from service.profile.store import SubjectStore
from service.studio.grounds import ground_of
from service.studio.rendering import page
from service.studio.visiting import Visit, Visiting

router = APIRouter(prefix="/studio")

LEADS, EVENTS, DECISIONS, ALIKE = 50, 25, 5, 6
IN_LISTS = frozenset(("funnel_stage",))
Cursor = Annotated[str | None, Query(max_length=200)]


class Row(NamedTuple):
    """A lead in the list: what it is called, how far it is, and its scores."""

    lead: Lead
    name: str
    stage: Value | None
    scores: Scores


class Told(NamedTuple):
    """A decision, and why it came out so; or why that cannot be told."""

    decision: DecisionRow
    why: Explanation | None
    problem: str = ""


@router.get("/leads")
async def all_(
    visit: Visiting, search: Annotated[CleanText, Query(max_length=200)] = "", cursor: Cursor = None
) -> HTMLResponse:
    """A page of leads, all of them or those that are called so."""
    visit.need("read")
    now = visit.services.clock().astimezone(ZoneInfo(visit.workspace.timezone))
    async with visit.services.database.read() as connection:
        store = LeadStore(connection, visit.workspace.id)
        found, more = await store.page(LEADS, cursor, search)
        subjects = await SubjectStore(connection, visit.workspace.id).by_ids([lead.id for lead in found])
        scores = await scores_now(connection, visit.workspace, subjects, now)
        total = await store.count()
    rows = [
        Row(one.lead, name_of(one.lead), profile_of(one, now, names=IN_LISTS).values.get("funnel_stage"), scored)
        for one, scored in zip(subjects, scores, strict=True)
    ]
    stages = WORDINGS[visit.reader.locale].stages
    return page(
        visit, "leads.html", rows=rows, more=more, search=search, total=total, stages=stages, paged=bool(cursor)
    )


@router.get("/leads:events")
async def events(visit: Visiting, lead: ExternalId, cursor: Cursor = None) -> HTMLResponse:
    """More of what a lead did, as a part of its page."""
    visit.need("read")
    async with visit.services.database.read() as connection:
        found = await LeadStore(connection, visit.workspace.id).get(lead)
        items, more = await EventStore(connection, visit.workspace.id).of_lead(found.id, EVENTS, cursor)
    return page(visit, "lead_events.html", events=items, events_more=more, external_id=found.external_id)


@router.get("/leads:decisions")
async def decisions(visit: Visiting, lead: ExternalId, cursor: Cursor = None) -> HTMLResponse:
    """More of what a lead got, and why."""
    visit.need("read")
    told, more = await _decisions(visit, lead, cursor)
    return page(visit, "lead_decisions.html", decisions=told, decisions_more=more, external_id=lead)


@router.get("/leads/{external_id:path}")
async def one(visit: Visiting, external_id: ExternalId) -> HTMLResponse:
    """Everything that is known of a lead, where from, and what follows from it."""
    visit.need("read")
    services, workspace, now = visit.services, visit.workspace, visit.services.clock()
    known = await known_lead(services.database, workspace, external_id, now)
    async with services.database.read() as connection:
        subject = await SubjectStore(connection, workspace.id).get(external_id)
        scores = await scores_now(connection, workspace, [subject], now)
        ledger = await ConsentStore(connection, workspace.id).ledger(known.id)
        done, done_more = await EventStore(connection, workspace.id).of_lead(known.id, EVENTS)
    told, told_more = await _decisions(visit, external_id, None)
    return page(
        visit, "lead.html", lead=known, external_id=known.external_id, name=name_of(known), ledger=ledger,
        traits=_of(known.attributes, "trait"), computed=_of(known.attributes, "computed"),
        ground_of=ground_of, labels=WORDINGS[visit.reader.locale].label, stages=WORDINGS[visit.reader.locale].stages,
        events=done, events_more=done_more, decisions=told, decisions_more=told_more,
        audiences=await audiences_of(services.database, workspace, external_id, now),
        scores=scores[0],
        next=await next_action(services.database, services.search, workspace, external_id, ActionRequest(), now),
        alike=await _alike(visit, external_id),
    )  # fmt: skip


def name_of(lead: Lead) -> str:
    """What a lead is called: its whole name as far as it is known, else nothing."""
    parts = [lead.traits.get(name) for name in ("firstName", "lastName")]
    return " ".join(str(part) for part in parts if part) or str(lead.traits.get("name") or "")


def _of(attributes: Sequence[LeadAttribute], origin: str) -> list[LeadAttribute]:
    return sorted(
        (one for one in attributes if one.origin == origin), key=lambda one: (one.use == "forbidden", one.name)
    )


async def _decisions(visit: Visit, lead: str, cursor: str | None) -> tuple[list[Told], str | None]:
    """What was decided for that lead, the newest first, each explained."""
    services, workspace = visit.services, visit.workspace
    await services.taker.caught_up()
    async with services.database.read() as connection:
        found, more = await page_of(connection, workspace.id, Wanted(), DECISIONS, cursor, lead=lead)
    return [await _told(visit, decision) for decision in found], more


async def _told(visit: Visit, decision: DecisionRow) -> Told:
    services, workspace = visit.services, visit.workspace
    try:
        async with services.database.read() as connection:
            receipt = await kept(connection, workspace.id, decision.id, services.signer.key(PURPOSE))
        return Told(decision, await Explainer(services.database, workspace).explain(receipt))
    except SobMedidaError as error:  # such as a receipt that somebody tampered with: the others are told all the same
        return Told(decision, None, error.detail)


async def _alike(visit: Visit, external_id: str) -> list[SimilarLead] | None:
    """Its look-alikes; None where nothing may be known of it for that."""
    services = visit.services
    try:
        return await similar_to(services.database, services.index, services.search, visit.workspace, external_id, ALIKE)
    except NotFound:
        return None
