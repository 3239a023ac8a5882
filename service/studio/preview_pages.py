"""Frames in which a variant is shown as its readers get it, and as whom it may be looked at."""

from __future__ import annotations

import secrets
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, ValidationError

from service.auth import CSRF
from service.delivery.rendering import Rendering, RenderingBody
from service.delivery.samples import samples
from service.errors import Fault, Forbidden, Invalid, SobMedidaError
from service.privacy.forms import form_of
from service.review.covering import covered
from service.studio.previewing import frame, refused
from service.studio.rendering import page
from service.studio.visiting import Visit, Visiting
from service.variants.store import VariantStore

router = APIRouter(prefix="/studio/variants/{variant_id}")

MOST_BYTES = 2 << 20


class Looking(BaseModel):
    """In which view, and as whom: `lead:` and an id, `case:` and a number, or nobody known."""

    view: Annotated[str, Field(max_length=20)] = ""
    as_: Annotated[str, Field(alias="as", max_length=400)] = ""


@router.get("/preview")
async def kept(variant_id: UUID, visit: Visiting, query: Annotated[Looking, Query()]) -> HTMLResponse:
    """What is kept of it."""
    return await _frame(visit, variant_id, query, None)


@router.post("/preview")
async def unkept(variant_id: UUID, visit: Visiting, request: Request) -> HTMLResponse:
    """The words that stand in the page and are not kept: a form, since a frame shows nothing that a script hands it
    under our policy."""
    told = {name: values[0] for name, values in (await form_of(request, MOST_BYTES)).items()}
    if not secrets.compare_digest(told.get("csrf", "").encode(), visit.csrf.encode()):
        raise Forbidden(f"Send the page's token, as scripts do as `{CSRF}`.", code="session.csrf")
    try:
        fields = orjson.loads(told.get("fields") or "null")
        looking = Looking.model_validate({name: told[name] for name in ("view", "as") if name in told})
    except (ValidationError, orjson.JSONDecodeError):
        return refused(visit.reader, Invalid("The form cannot be read."))
    return await _frame(visit, variant_id, looking, fields)


@router.get("/preview/readers")
async def readers(variant_id: UUID, visit: Visiting) -> HTMLResponse:
    """As whom it may be looked at: some leads, for those who may see them, and the hardest values."""
    visit.need("write")
    workspace = visit.workspace.id
    async with visit.services.database.read() as connection:
        stored = await VariantStore(connection, workspace).get(variant_id)
        leads = await samples(connection, workspace, stored) if visit.principal.may("read") else ()
        hardest = await covered(connection, workspace, stored, visit.services.clock())
    return page(visit, "preview_readers.html", leads=leads, cases=hardest.cases if hardest.tokens else ())


async def _frame(visit: Visit, variant: UUID, looking: Looking, fields: object) -> HTMLResponse:
    visit.need("write")
    services, workspace = visit.services, visit.workspace
    rendering = Rendering(services.database, services.crowd, services.clock, workspace)
    try:
        body = _body(looking.as_, fields)
        if body.lead is not None:
            visit.need("read")
        async with services.database.read() as connection:
            stored = await VariantStore(connection, workspace.id).get(variant)
        answer = await rendering.shown(await rendering.ready(stored, body.fields), body)
    except SobMedidaError as error:
        return refused(visit.reader, error)
    return await frame(
        visit.reader, answer, looking.view, services.pictures, stored.revision, services.clock(),
        ZoneInfo(workspace.timezone),
    )  # fmt: skip


def _body(as_: str, fields: object) -> RenderingBody:
    kind, _, who = as_.partition(":")
    told = {"fields": fields or None} | ({kind: who} if kind in ("lead", "case") else {})
    try:
        return RenderingBody.model_validate(told)
    except ValidationError as error:
        raise Invalid("It cannot be shown so.", faults=[Fault("/fields", error.errors()[0]["msg"])]) from None
