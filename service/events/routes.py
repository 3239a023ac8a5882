"""Segment's HTTP API, and what a lead did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from service.auth import Read, Wired
from service.events.intake import Intake
from service.events.models import EventType, Kept, Robot
from service.events.reading import Complaint, Taken, body_of, many, one
from service.events.sender import sender
from service.events.store import EventStore
from service.leads.models import ExternalId
from service.leads.store import LeadStore
from service.workspaces.models import Principal

router = APIRouter(prefix="/v1", tags=["events"])

_ACCEPTED = b'{"success":true}'
_OBJECT = {"type": "object"}
_ID = {"type": "string", "maxLength": 200}
_EVENT: dict[str, Any] = {
    "userId": _ID,
    "anonymousId": _ID,
    "messageId": {"type": "string", "maxLength": 100},
    "timestamp": {"type": "string"},
    "context": _OBJECT,
}


class Noted(BaseModel):
    """What was left out of a request that was taken: where, and why."""

    index: int
    pointer: str
    detail: str


class Accepted(BaseModel):
    """What was sent is stored for good, but for the events that are `rejected`; of those in `warnings` a part is left
    out. The two are there only where there is something to tell."""

    success: bool
    rejected: list[Noted] = Field(default_factory=list)
    warnings: list[Noted] = Field(default_factory=list)


class LeadEvent(BaseModel):
    """Something a lead did or received. `robot` says why it is no person's doing, null where it is."""

    message_id: str
    type: EventType
    name: str
    source: str
    robot: Robot | None
    occurred_at: datetime
    received_at: datetime
    properties: dict[str, Any]
    context: dict[str, Any]


class EventPage(BaseModel):
    """Some events of a lead, newest first, and where to go on."""

    items: list[LeadEvent]
    next_cursor: str | None


def _documented(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "properties": properties}
    return {
        "responses": {200: {"model": Accepted}},
        "openapi_extra": {
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
            "security": [{"HTTPBearer": []}],
        },
    }


def _gpc(request: Request) -> bool:
    return request.headers.get("sec-gpc") == "1"


async def _kept(taken: Taken, caller: Principal, intake: Intake) -> Response:
    """Answer once the events are stored."""
    await intake.take(caller.workspace, taken.incoming)
    if not taken.rejected and not taken.warnings:
        return Response(_ACCEPTED, media_type="application/json")
    told = {"rejected": _told(taken.rejected), "warnings": _told(taken.warnings)}
    return Response(orjson.dumps({"success": True, **told}), media_type="application/json")


def _told(complaints: Sequence[Complaint]) -> list[dict[str, Any]]:
    return [asdict(complaint) for complaint in complaints]


def _single(kind: str, summary: str, required: list[str], **properties: Any) -> None:
    async def call(request: Request, services: Wired) -> Response:
        """One call of Segment's HTTP API. Basic with the key as user name, Bearer, or `writeKey` in the body."""
        body = await body_of(request)
        caller = await sender(request, services, body)
        return await _kept(one(body, kind, services.clock(), gpc=_gpc(request)), caller, services.intake)

    router.post(f"/{kind}", summary=summary, name=kind, **_documented(required, _EVENT | properties))(call)


_single("identify", "Say who somebody is", [], traits=_OBJECT)
_single("track", "Say what somebody did", ["event"], event={"type": "string", "minLength": 1}, properties=_OBJECT)
_single("page", "Say what page somebody saw", [], name={"type": "string"}, properties=_OBJECT)
_single("screen", "Say what screen of an app somebody saw", [], name={"type": "string"}, properties=_OBJECT)
_single("group", "Say what company somebody belongs to", ["groupId"], groupId=_ID, traits=_OBJECT)
_single("alias", "Say that two names mean one person", ["previousId", "userId"], previousId=_ID)


async def _many(request: Request, services: Wired) -> Response:
    """Up to 2,500 calls in up to 500 KB. What can be used is stored; `rejected` names the rest."""
    body = await body_of(request)
    caller = await sender(request, services, body)
    return await _kept(many(body, services.clock(), gpc=_gpc(request)), caller, services.intake)


_BATCH = _documented(["batch"], {"batch": {"type": "array", "minItems": 1, "items": _OBJECT}})
router.post("/batch", summary="Many events at once", name="batch", **_BATCH)(_many)
router.post("/import", summary="Many events of the past at once", name="import", **_BATCH)(_many)


@router.get("/leads/{external_id:path}/events", summary="What a lead did")
async def events(
    external_id: ExternalId,
    services: Wired,
    caller: Read,
    limit: Annotated[int, Query(ge=1, le=200, description="Items a page.")] = 50,
    cursor: str | None = None,
) -> EventPage:
    """Newest first. 404 for an unknown lead."""
    async with services.database.read() as connection:
        lead = await LeadStore(connection, caller.workspace.id).get(external_id)
        items, next_cursor = await EventStore(connection, caller.workspace.id).of_lead(lead.id, limit, cursor)
    return EventPage(items=[_shown(kept) for kept in items], next_cursor=next_cursor)


def _shown(kept: Kept) -> LeadEvent:
    event = kept.event
    return LeadEvent(
        message_id=event.message_id,
        type=event.type,
        name=event.name,
        source=event.source,
        robot=event.robot,
        occurred_at=event.occurred_at,
        received_at=kept.received_at,
        properties=dict(event.properties),
        context=dict(event.context),
    )
