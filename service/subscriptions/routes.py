"""Webhooks out, over HTTP."""

from __future__ import annotations

import base64
import secrets
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.auth import Admin, Wired
from service.errors import Conflict
from service.subscriptions.addresses import checked_url
from service.subscriptions.models import (
    Delivery,
    DeliveryPage,
    NewSubscription,
    State,
    Subscription,
    SubscriptionInput,
    SubscriptionList,
    SubscriptionPatch,
)
from service.subscriptions.store import DispatchStore, SubscriptionStore

router = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])

SECRET_BYTES = 32


@router.get("", summary="All subscriptions")
async def all_(services: Wired, caller: Admin) -> SubscriptionList:
    """The oldest first, never their secrets."""
    async with services.database.read() as connection:
        return SubscriptionList(items=await SubscriptionStore(connection, caller.workspace.id).all())


@router.post("", summary="Subscribe to what happens", status_code=201)
async def create(body: SubscriptionInput, response: Response, services: Wired, caller: Admin) -> NewSubscription:
    """`secret` is shown in this answer and never again. 422 for a URL that is not of the public internet and https."""
    body = body.model_copy(update={"url": checked_url(body.url, services.dispatcher.sender.allowed)})
    secret = new_secret()
    async with services.database.write() as connection:
        made = await SubscriptionStore(connection, caller.workspace.id).create(body, secret, services.clock())
    return _shown(made, secret, response)


@router.get("/{id}", summary="One subscription")
async def get(id: UUID, services: Wired, caller: Admin) -> Subscription:  # noqa: A002
    """Without its secret."""
    async with services.database.read() as connection:
        return await SubscriptionStore(connection, caller.workspace.id).get(id)


@router.patch("/{id}", summary="Change a subscription")
async def change(id: UUID, body: SubscriptionPatch, services: Wired, caller: Admin) -> Subscription:  # noqa: A002
    """What is left out stays. `enabled: true` begins anew after lasting failure."""
    if body.url is not None:
        body = body.model_copy(update={"url": checked_url(body.url, services.dispatcher.sender.allowed)})
    async with services.database.write() as connection:
        return await SubscriptionStore(connection, caller.workspace.id).change(id, body, services.clock())


@router.delete("/{id}", summary="Tell nothing any more", status_code=204)
async def delete(id: UUID, services: Wired, caller: Admin) -> None:  # noqa: A002
    """With the messages that are kept of it."""
    async with services.database.write() as connection:
        await SubscriptionStore(connection, caller.workspace.id).delete(id)


@router.post("/{id}/rotate", summary="Sign with another secret")
async def rotate(id: UUID, response: Response, services: Wired, caller: Admin) -> NewSubscription:  # noqa: A002
    """`secret` is shown in this answer and never again. For a day messages are signed with the earlier one as well."""
    secret = new_secret()
    async with services.database.write() as connection:
        changed = await SubscriptionStore(connection, caller.workspace.id).rotate(id, secret, services.clock())
    return _shown(changed, secret, response)


@router.post("/{id}/test", summary="Send a test message", status_code=202)
async def send_test(id: UUID, services: Wired, caller: Admin) -> Delivery:  # noqa: A002
    """Of the type `subscription.test`, sent in a moment. 409 for a subscription that is disabled."""
    async with services.database.write() as connection:
        await _enabled(SubscriptionStore(connection, caller.workspace.id), id)
        return await DispatchStore(connection, caller.workspace.id).test(id, services.clock())


@router.get("/{id}/deliveries", summary="What was sent to a subscription")
async def deliveries(
    id: UUID,  # noqa: A002
    services: Wired,
    caller: Admin,
    state: Annotated[State | None, Query(description="`failed`: not sent any more.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> DeliveryPage:
    """The newest first, for a month: how often each was tried, and what came back the last time."""
    async with services.database.read() as connection:
        await SubscriptionStore(connection, caller.workspace.id).get(id)
        found, more = await DispatchStore(connection, caller.workspace.id).page(id, state, limit, cursor)
    return DeliveryPage(items=found, next_cursor=more)


@router.post("/{id}/deliveries/{delivery}/replay", summary="Send a message again", status_code=202)
async def replay(id: UUID, delivery: UUID, services: Wired, caller: Admin) -> Delivery:  # noqa: A002
    """Under the same `webhook-id`, whether it arrived before or not. 409 for a subscription that is disabled."""
    async with services.database.write() as connection:
        await _enabled(SubscriptionStore(connection, caller.workspace.id), id)
        return await DispatchStore(connection, caller.workspace.id).replay(id, delivery, services.clock())


def new_secret() -> str:
    """A secret as receivers' libraries read it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


async def _enabled(store: SubscriptionStore, id_: UUID) -> None:
    found = await store.get(id_)
    if not found.enabled:
        raise Conflict(
            f"The subscription is disabled: {found.disabled_reason}. Enable it first.", code="subscription.disabled"
        )


def _shown(found: Subscription, secret: str, response: Response) -> NewSubscription:
    response.headers["Cache-Control"] = "no-store"
    return NewSubscription(secret=secret, **found.model_dump())
