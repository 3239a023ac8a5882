"""A variant as its readers get it and as it is used, over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.auth import Wired, Write, refused
from service.delivery.rendering import Rendering, RenderingAnswer, RenderingBody
from service.delivery.using import Using
from service.leads.models import CleanText, ExternalId
from service.users.addresses import root_of
from service.wiring import Services
from service.workspaces.models import Principal, Workspace

router = APIRouter(prefix="/v1/variants/{variant_id}", tags=["delivery"])

Platform = Annotated[str, Query(max_length=40, description="Whose merge tags to use; `none` puts the fallbacks.")]
Lead = Annotated[ExternalId | None, Query(description="As which lead; needs the scope `read`.")]
TYPES = {"html": "text/html; charset=utf-8", "text": "text/plain; charset=utf-8"}
_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


class Outputs(BaseModel):
    """What to put into a platform, output by output, with its merge tags."""

    platform: str
    revision: str
    outputs: dict[str, str]


class TestSend(BaseModel):
    """To whom, and as which lead; as somebody of whom nothing is known where none is named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"to": "ana@casa.example"}]})

    to: Annotated[CleanText, Field(min_length=3, max_length=320)]
    lead: ExternalId | None = None


class TestSent(BaseModel):
    """Where it went."""

    to: str


@router.post("/rendering", summary="A variant as one reader gets it")
async def rendering(variant_id: UUID, body: RenderingBody, services: Wired, caller: Write) -> RenderingAnswer:
    """Bound by the same code as serving, for words that are not kept yet too; nothing is kept of it and it is no
    exposure. For a lead it needs the scope `read` as well."""
    _may(caller, body.lead)
    return await rendering_of(services, caller.workspace).render(variant_id, body)


@router.get("/outputs", summary="What to paste into a platform")
async def outputs(
    variant_id: UUID, services: Wired, caller: Write, request: Request, platform: Platform = "none"
) -> Outputs:
    """Of what was approved; 409 where nothing was, 422 where the platform has no way to write it."""
    using = using_of(services, caller.workspace, request)
    stored = await using.approved(variant_id)
    return Outputs(platform=platform, revision=stored.revision, outputs=await using.outputs(stored, platform))


@router.get(
    "/file.{form}", summary="An approved variant as a file", response_class=Response,
    responses={200: {"content": {"text/html": {}, "text/plain": {}}}},
)  # fmt: skip
async def file(
    variant_id: UUID, form: Literal["html", "text"], services: Wired, caller: Write, request: Request,
    platform: Platform = "none",
) -> Response:  # fmt: skip
    """HTML or text, with the platform's merge tags."""
    using = using_of(services, caller.workspace, request)
    made = await using.file(await using.approved(variant_id), form, platform)
    ending = "html" if form == "html" else "txt"
    headers = _PRIVATE | {"Content-Disposition": f'attachment; filename="{variant_id}.{ending}"'}
    return Response(made, media_type=TYPES[form], headers=headers)


@router.get(
    "/eml", summary="An approved e-mail as a file that mail programs open", response_class=Response,
    responses={200: {"content": {"message/rfc822": {}}}},
)  # fmt: skip
async def eml(variant_id: UUID, services: Wired, caller: Write, request: Request, lead: Lead = None) -> Response:
    """As that lead would get it, with the headers by which they unsubscribe. It is no exposure."""
    _may(caller, lead)
    using = using_of(services, caller.workspace, request)
    message = await using.eml(await using.approved(variant_id), lead)
    headers = _PRIVATE | {"Content-Disposition": f'attachment; filename="{variant_id}.eml"'}
    return Response(message.as_bytes(), media_type="message/rfc822", headers=headers)


@router.post("/test-send", summary="Send an e-mail to a colleague")
async def test_send(variant_id: UUID, body: TestSend, services: Wired, caller: Write, request: Request) -> TestSent:
    """As it stands, approved or not, through the mail server that is set; only to people of the workspace unless the
    setting allows more. It is no exposure, and has no link to unsubscribe by."""
    _may(caller, body.lead)
    await using_of(services, caller.workspace, request).test(variant_id, body.to, body.lead)
    return TestSent(to=body.to)


def rendering_of(services: Services, workspace: Workspace) -> Rendering:
    """Renders that workspace's variants."""
    return Rendering(services.database, services.crowd, services.clock, workspace)


def using_of(services: Services, workspace: Workspace, request: Request) -> Using:
    """That workspace's variants at work, for whoever came to this address."""

    return Using(rendering_of(services, workspace), services.signer, services.mailer, root_of(request, services))


def _may(caller: Principal, lead: str | None) -> None:
    """What is shown of a lead is personal data."""
    if lead is not None and not caller.may("read"):
        raise refused(caller, "read")
