"""One field of a draft written anew, over HTTP; nothing is kept until the draft is edited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from service.auth import Generate, Wired, refused
from service.errors import SobMedidaError
from service.generation.models import Notice
from service.generation.rewriting import Proposal, Proposals, Rewriting, Wanted
from service.leads.models import CleanText
from service.leaving import while_there
from service.review.handwork import Checking, reader_of_stored
from service.review.models import GivenFields
from service.variants.store import VariantStore
from service.wiring import Services
from service.workspaces.models import Principal

router = APIRouter(prefix="/v1/variants/{variant_id}", tags=["generation"])

MOST_TAKEN = 30
Text = Annotated[CleanText, Field(max_length=2_000)]


class RewriteBody(BaseModel):
    """Which field, and what is to be different. `fields` are words that are not kept yet, and `taken` texts that it
    must not be again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"field": "subject", "note": "Mais curto, sem pergunta"}]}
    )

    field: Annotated[CleanText, Field(max_length=40)]
    note: Annotated[CleanText, Field(max_length=500)] = ""
    fields: GivenFields | None = None
    taken: Annotated[list[Text], Field(max_length=MOST_TAKEN)] = Field(default_factory=list)


class SubjectsBody(BaseModel):
    """How many; of another field than the one that is met first, where one is named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"count": 10}]})

    count: Annotated[int, Field(ge=1, le=20)] = 10
    note: Annotated[CleanText, Field(max_length=500)] = ""
    field: Annotated[CleanText, Field(max_length=40)] | None = None
    fields: GivenFields | None = None


class Piece(BaseModel):
    """Some more of the text."""

    text: str


@router.post("/subjects", summary="More subjects for an e-mail, or more headlines")
async def subjects(
    variant_id: UUID, body: SubjectsBody, request: Request, services: Wired, caller: Generate
) -> Proposals:
    """Each checked as an edit of the draft would be, those without findings first, no two worded alike. The body stays
    as it is, and nothing is kept."""
    work = await _work(services, caller, variant_id)
    field = body.field or work.first_field
    wanted = Wanted(field, body.note.strip(), body.fields or {})
    return await while_there(request, work.several(wanted, body.count))


@router.post(
    "/rewrite:stream", summary="Write one field anew and show it as it is written",
    response_class=EventSourceResponse,
)  # fmt: skip
async def rewrite(
    variant_id: UUID, body: RewriteBody, services: Wired, caller: Generate
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `text` for each piece as it is written, `notice` where the composer stood in, then `proposal`
    with what the checks found, or `error` with a problem. Nothing is kept."""
    told: asyncio.Queue[Piece | Notice | None] = asyncio.Queue()

    async def written() -> Proposal:
        work = await _work(services, caller, variant_id)
        wanted = Wanted(body.field, body.note.strip(), body.fields or {}, body.taken)
        return await work.one(wanted, lambda text: told.put_nowait(Piece(text=text)), told.put_nowait)

    task = asyncio.create_task(written())
    task.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (one := await told.get()) is not None:
            yield ServerSentEvent(event="text" if isinstance(one, Piece) else "notice", data=one)
        try:
            yield ServerSentEvent(event="proposal", data=task.result())
        except SobMedidaError as error:
            yield ServerSentEvent(event="error", data=error.problem())
    finally:
        task.cancel()


async def _work(services: Services, caller: Principal, variant: UUID) -> Rewriting:
    if not caller.may("write"):
        raise refused(caller, "write")
    workspace, now = caller.workspace, services.clock()
    async with services.database.read() as connection:
        stored = await VariantStore(connection, workspace.id).get(variant)
    reader = await reader_of_stored(services.database, workspace, stored, now.astimezone(ZoneInfo(workspace.timezone)))
    checking = Checking(services.database, services.search, workspace, now)
    return Rewriting(services.pipeline, checking, workspace, stored, reader)
