"""A lead's rights over HTTP: to see and take along everything that is kept of it, and to be forgotten."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal
from uuid import UUID
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from service.auth import Admin, Ingest, Wired
from service.db.engine import Database
from service.leads.models import ExternalId
from service.privacy.erasing import Eraser
from service.privacy.exporting import LeadExport, export
from service.privacy.models import Receipt, ReceiptPage, Verdict, Verification
from service.privacy.rendering import page
from service.privacy.store import ErasureStore
from service.profile.computed import profile_of
from service.profile.store import SubjectStore
from service.wiring import Services

router = APIRouter(prefix="/v1", tags=["privacy"])


@router.get(
    "/leads/{external_id:path}/export",
    summary="Everything that is kept of a lead",
    response_model=LeadExport,
    responses={200: {"content": {"text/html": {}}, "description": "All of it, for a program or for a person"}},
)
async def take_along(
    external_id: ExternalId,
    services: Wired,
    caller: Ingest,
    format: Annotated[Literal["json", "html"], Query(description="`html` is for a person.")] = "json",  # noqa: A002
) -> LeadExport | Response:
    """Traits, identities, the whole consent ledger, events, what is computed of it, audiences, scores, actions, copy
    made for it alone, what was decided for it and why, and its vector."""
    workspace, now = caller.workspace, services.clock()
    await services.taker.caught_up()
    async with services.database.read() as connection:
        subject = await SubjectStore(connection, workspace.id).get(external_id)
        vectors = await services.index.retrieve("leads", str(workspace.id), [subject.lead.id])
        everything = await export(
            connection, workspace.id, subject.lead, profile_of(subject, now.astimezone(ZoneInfo(workspace.timezone))),
            slug=workspace.slug, vector=next((vector.tolist() for vector in vectors.values()), None), now=now,
        )  # fmt: skip
    return everything if format == "json" else _readable(everything, workspace.name)


@router.delete("/leads/{external_id:path}", summary="Erase a lead")
async def erase(external_id: ExternalId, services: Wired, caller: Ingest) -> Receipt:
    """Rows, events, vector, drafts made for it alone, and what the files still held of them. The signed receipt proves
    it and holds nothing of the lead. 404 for an unknown lead, and for one that was erased."""
    return await _eraser(services).erase(caller.workspace, external_id)


@router.get("/erasures", summary="Receipts of erasures")
async def receipts(services: Wired, caller: Admin, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> ReceiptPage:
    """Newest first."""
    async with services.database.read() as connection:
        return ReceiptPage(items=await ErasureStore(connection, caller.workspace.id).page(limit))


@router.get("/erasures/{id}", summary="One receipt")
async def receipt(id: UUID, services: Wired, caller: Admin) -> Receipt:  # noqa: A002
    """As it is now: one that said `queued` says `done` once everything is gone."""
    async with services.database.read() as connection:
        return await ErasureStore(connection, caller.workspace.id).get(id)


@router.post("/erasures:verify", summary="Check a receipt")
async def verify(body: Verification, services: Wired, caller: Admin) -> Verdict:
    """Whether we signed exactly that, and whether it is about somebody's external id."""
    eraser, workspace = _eraser(services), caller.workspace
    try:
        told = Receipt.model_validate(body.receipt)
    except ValidationError:
        return Verdict(valid=False, matches=None if body.external_id is None else False)
    valid = eraser.valid(workspace, told)
    if body.external_id is None:
        return Verdict(valid=valid, matches=None)
    return Verdict(valid=valid, matches=valid and eraser.fingerprint(workspace.id, body.external_id) == told.subject)


def _eraser(services: Services) -> Eraser:
    """Erasures that come together share their cleaning: they take turns over one database."""
    turn = _TURNS.setdefault(services.database, asyncio.Lock())
    return Eraser(services.database, services.index, services.follower, services.signer, services.clock, turn)


_TURNS: WeakKeyDictionary[Database, asyncio.Lock] = WeakKeyDictionary()


def _readable(everything: LeadExport, name: str) -> HTMLResponse:
    apart = {"lead", "attributes", "exported_at", "workspace", "vector"}
    told = everything.model_dump(mode="json", exclude=apart)
    return page(
        "export.html.j2", everything.lead.locale, root="", name=name, lead=everything.lead,
        at=everything.exported_at, attributes=everything.attributes, told=told,
        has_vector=everything.vector is not None,
    )  # fmt: skip
