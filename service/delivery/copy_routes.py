"""Copy at send time: one GET, one flat JSON object, always 200 for a campaign that there is.

E-mail platforms leave out what answers late or not with 200, cache by address, and follow no redirects.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from service.auth import Anyone, Wired
from service.delivery.decide import WRITTEN_TO
from service.delivery.desk import Answer
from service.delivery.doors import token_of
from service.delivery.models import Ask, Reason
from service.delivery.platforms.registry import platform_named
from service.delivery.unsubscribing import with_unsubscribe
from service.errors import Forbidden, NotFound, StorageFull, StorageUnavailable
from service.leads.models import Channel
from service.privacy.links import ONE_CLICK, Holder, unsubscribe_url
from service.query_route import QueryRoute
from service.wiring import Services

router = APIRouter(prefix="/v1", tags=["delivery"], route_class=QueryRoute)

DEADLINE_MS = 500
_UNCACHED = {"Cache-Control": "private, no-store"}
SHARE = 0.5  # of the deadline, for a look-up: the rest is for the way back


class CopyAnswer(BaseModel):
    """What to send, or that nothing is to be sent and why. The outputs are those of the channel: for an e-mail
    `subject`, `preheader`, `html`, `text` and `cta_url`, all empty where `send` is false."""

    send: bool
    reason: str | None = Field(description="Why nothing is sent; null where something is.")
    rung: str = Field(description="`audience`, `parent`, `control` or `none`.")
    variant_id: str | None
    decision_id: str | None = Field(description="Null where nothing could be decided.")
    subject: str = ""
    preheader: str = ""
    html: str = ""
    text: str = ""
    list_unsubscribe: str = Field(default="", description="The `List-Unsubscribe` header for this recipient.")
    list_unsubscribe_post: str = ""


class Serving(BaseModel):
    """The workspace's campaigns and leads in this process; `complete` once all leads have been read."""

    fresh: bool
    campaigns: int
    leads: int
    complete: bool


class CopyQuery(BaseModel):
    """Who asks for what."""

    campaign: Annotated[str, Field(max_length=63, description="The campaign's slug.")]
    recipient: Annotated[
        str, Field(max_length=320, description="The lead's external id, or its e-mail address; empty for nobody known.")
    ] = ""
    delivery: Annotated[str, Field(max_length=200, description="The platform's own name for this send.")] = ""
    platform: Annotated[
        str | None, Field(max_length=40, description="Whose merge tags to use; else the campaign's, or bound values.")
    ] = None
    channel: Annotated[Channel, Field(description="What is sent.")] = "email"
    deadline_ms: Annotated[int | None, Field(ge=20, le=10_000, description="How long the caller waits.")] = None
    key: Annotated[str | None, Field(max_length=200, description="A campaign's query token, if no header.")] = None


@router.get("/copy", summary="Copy for one recipient, at send time", response_model=CopyAnswer)
async def copy(request: Request, query: Annotated[CopyQuery, Query()]) -> Response:
    """The same recipient gets the same copy of the same campaign, as long as it stands. Never a model call."""
    services: Services = request.app.state.services
    door = services.doors.open(token_of(request.headers.get("authorization"), query.key))
    if not door.may_copy(query.campaign):
        raise Forbidden("This needs a key with the scope `serve`, or the campaign's own query token.")
    platform = query.platform or _usual_platform(services, door.workspace, query.campaign)
    profile = platform_named(platform) if platform else None
    ask = Ask(query.channel, None, query.delivery or None, query.recipient or None)
    waits = query.deadline_ms or (profile.deadline_ms if profile else DEADLINE_MS)
    try:
        answer = await services.desk.answer(
            door.workspace, (query.campaign,), ask, platform=platform, within=SHARE * waits / 1000
        )
    except (StorageFull, StorageUnavailable):  # what cannot be written down is not said
        return Response(orjson.dumps(nothing("not_written")), media_type="application/json", headers=_UNCACHED)
    if answer is None and services.shelf.begun:
        raise NotFound(f"There is no campaign {query.campaign!r} in this workspace.", code="campaign.unknown")
    if answer is None:
        told = nothing("starting")
    else:
        told = flat(answer, unsubscribing(services, request, answer, query.channel))
    return Response(orjson.dumps(told), media_type="application/json", headers=_UNCACHED)


@router.get("/serving", summary="What this process has in memory to serve from")
async def serving(services: Wired, caller: Anyone) -> Serving:
    """Every process that serves has its own; `fresh` says whether it has read what changed within the last second."""
    shelf, crowd, workspace = services.shelf, services.crowd, caller.workspace.id
    return Serving(
        fresh=shelf.fresh() and crowd.fresh(), campaigns=shelf.count(workspace), leads=crowd.count(workspace),
        complete=crowd.complete(workspace),
    )  # fmt: skip


def _usual_platform(services: Services, workspace: UUID, campaign: str) -> str | None:
    """The one that the campaign is made for."""
    shelved = services.shelf.campaign(workspace, campaign)
    return shelved.settings.get("platform") if shelved else None


def flat(answer: Answer, unsubscribe: str | None) -> dict[str, Any]:
    """A decision as the flat object that platforms read."""
    choice = answer.choice
    told = {
        "send": choice.candidate is not None, "reason": choice.reason, "rung": choice.rung,
        "variant_id": choice.candidate.variant if choice.candidate else None, "decision_id": answer.decision,
    }  # fmt: skip
    if unsubscribe is None:
        return {**told, **answer.outputs}
    headers = {"list_unsubscribe": f"<{unsubscribe}>", "list_unsubscribe_post": ONE_CLICK}
    return {**told, **with_unsubscribe(answer.outputs, unsubscribe), **headers}


def nothing(reason: Reason) -> dict[str, Any]:
    """What is said where nothing could be decided."""
    return {"send": False, "reason": reason, "rung": "none", "variant_id": None, "decision_id": None}


def unsubscribing(services: Services, request: Request, answer: Answer, channel: Channel) -> str | None:
    """Where one click unsubscribes the lead that is written to (RFC 8058)."""
    workspace = services.shelf.workspace(answer.shelved.workspace)
    if answer.lead is None or answer.choice.candidate is None or channel not in WRITTEN_TO or workspace is None:
        return None
    base = f"{request.scope['scheme']}://{request.headers.get('host', '')}"
    return unsubscribe_url(services.signer, base, Holder(workspace.slug, answer.lead.id), channel, answer.at)


def hot() -> list[QueryRoute]:
    """The routes that are asked for each mail that is sent."""
    return [one for one in router.routes if isinstance(one, QueryRoute) and one.path == "/v1/copy"]
