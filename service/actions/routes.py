"""Next actions, triggers and the actions that they emitted, over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from service.actions.audience import needed
from service.actions.models import (
    SLUG,
    ActionRequest,
    Emitted,
    NextAction,
    ResolveRequest,
    Trigger,
    TriggerBody,
)
from service.actions.next_action import next_action, resolve
from service.actions.store import ActionStore, TriggerStore
from service.auth import Admin, Generate, Wired
from service.leads.models import ExternalId

router = APIRouter(prefix="/v1", tags=["actions"])

Slug = Annotated[str, Path(pattern=SLUG)]


class TriggerList(BaseModel):
    """All triggers."""

    items: list[Trigger]


class ActionPage(BaseModel):
    """Some emitted actions and where to go on."""

    items: list[Emitted]
    next_cursor: str | None


@router.post("/leads/{external_id:path}/next-action", summary="What to do next for a lead, and why")
async def next_(
    external_id: ExternalId, services: Wired, caller: Generate, body: ActionRequest | None = None
) -> NextAction:
    """Channel, moment, content and brief, each with its reasons, and what was turned down. 200 with `action: null`
    where nothing may or should be done."""
    return await next_action(
        services.database, services.search, caller.workspace, external_id, body or ActionRequest(), services.clock()
    )


@router.get("/triggers", summary="All triggers")
async def triggers(services: Wired, caller: Generate) -> TriggerList:
    """By slug."""
    async with services.database.read() as connection:
        return TriggerList(items=await TriggerStore(connection, caller.workspace.id).all())


@router.put("/triggers/{slug}", summary="Keep a trigger", responses={201: {"model": Trigger}})
async def put_trigger(slug: Slug, body: TriggerBody, response: Response, services: Wired, caller: Admin) -> Trigger:
    """201 when it is new. A ready-made audience that it waits for is made where it is missing."""
    async with services.database.write() as connection:
        await needed(connection, caller.workspace, body.audience, services.clock())
        store = TriggerStore(connection, caller.workspace.id)
        new = await store.put(slug, body, services.clock())
        kept = await store.get(slug)
    response.status_code = 201 if new else 200
    return kept


@router.delete("/triggers/{slug}", summary="Drop a trigger and what it emitted", status_code=204)
async def delete_trigger(slug: Slug, services: Wired, caller: Admin) -> None:
    """404 for an unknown one. Made anew, it emits again for occasions that it had emitted for."""
    async with services.database.write() as connection:
        await TriggerStore(connection, caller.workspace.id).delete(slug)


@router.get("/actions", summary="Actions that triggers emitted")
async def page(
    services: Wired,
    caller: Generate,
    limit: Annotated[int, Query(ge=1, le=200, description="Items a page.")] = 50,
    cursor: str | None = None,
    trigger: Annotated[str | None, Query(pattern=SLUG, description="Only that trigger's.")] = None,
) -> ActionPage:
    """Newest first."""
    async with services.database.read() as connection:
        store = ActionStore(connection, caller.workspace.id)
        if trigger is not None:
            await TriggerStore(connection, caller.workspace.id).get(trigger)
        items, next_cursor = await store.page(limit, cursor, trigger)
    return ActionPage(items=items, next_cursor=next_cursor)


@router.post("/actions/{id}:resolve", summary="What to do about an emitted action, as things are now")
async def resolve_(
    id: UUID,  # noqa: A002
    services: Wired,
    caller: Generate,
    body: ResolveRequest | None = None,
) -> NextAction:
    """Consents, caps and the occasion itself are looked at again: any of them may be gone since it was emitted."""
    return await resolve(
        services.database, services.search, caller.workspace, id, body or ResolveRequest(), services.clock()
    )
