"""Generation over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from service.auth import Generate, Wired, refused
from service.channels.registry import channel as channel_named
from service.checks.models import Claim, Finding
from service.errors import SobMedidaError
from service.generation.authoring import Checked
from service.generation.models import GenerateRequest, GenerateResponse
from service.leaving import while_there
from service.workspaces.models import Principal

router = APIRouter(prefix="/v1", tags=["generation"])


class DraftView(BaseModel):
    """A draft that passed the checks, before it is kept: copy with its tokens."""

    angle: str
    fields: dict[str, str]
    claims: list[Claim]
    findings: list[Finding]


async def writing(body: GenerateRequest, caller: Generate) -> Principal:
    """Whoever may write, and try another voice where the request does. Raises `Forbidden`."""
    if body.trial and not caller.may("admin"):
        raise refused(caller, "admin")
    return caller


Writing = Annotated[Principal, Depends(writing)]


@router.post("/generate", summary="Write copy for a lead or an audience")
async def generate(body: GenerateRequest, request: Request, services: Wired, caller: Writing) -> GenerateResponse:
    """Variants in different angles, each with its claims and their evidence, a preview as the lead would read it, and
    its provenance. A caller who leaves stops the work."""
    return await while_there(request, services.pipeline.generate(caller.workspace, body))


@router.post(
    "/generate:stream", summary="Write copy and show each draft as it is written", response_class=EventSourceResponse
)
async def stream(body: GenerateRequest, services: Wired, caller: Writing) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `draft` for each one that passed the checks, then `answer`, which is what `/v1/generate`
    gives, or `error` with a problem. A draft that fails is never sent."""
    told: asyncio.Queue[Checked | None] = asyncio.Queue()
    work = asyncio.create_task(services.pipeline.generate(caller.workspace, body, told.put_nowait))
    work.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (checked := await told.get()) is not None:
            yield ServerSentEvent(event="draft", data=_view(body.channel, checked))
        try:
            yield ServerSentEvent(event="answer", data=work.result())
        except SobMedidaError as error:
            yield ServerSentEvent(event="error", data=error.problem())
    finally:
        work.cancel()


def _view(channel: str, checked: Checked) -> DraftView:
    texts = channel_named(channel).texts(checked.fields) if checked.fields else {}
    return DraftView(angle=checked.draft.angle, fields=texts, claims=checked.claims, findings=checked.findings)
