"""Webhooks over HTTP: the calls of providers, which have no key of ours, and their setting up."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from service.auth import Admin, Wired
from service.errors import CannotRead, NotFound, TooLarge
from service.events.ingest import ingest
from service.webhooks.adapter import Mapped, Signed
from service.webhooks.certificates import HttpCertificates
from service.webhooks.models import Hook, HookBody, Hooks, HookSettings, HookView, Taken
from service.webhooks.registry import Adapters, adapters
from service.webhooks.robots import marked
from service.webhooks.store import HookStore
from service.webhooks.views import base_of, hooks_of, view
from service.wiring import Services
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

log = structlog.get_logger("service.webhooks")
router = APIRouter(prefix="/v1", tags=["webhooks"])

MOST_BYTES = 1 << 20

_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}
_ADAPTERS = adapters(HttpCertificates())
Provider = Annotated[str, Path(max_length=20, description="rd_station, hubspot, sendgrid, mailgun, ses, brevo, mautic")]


async def known() -> Adapters:
    """The providers; tests put others here."""
    return _ADAPTERS


Known = Annotated[Adapters, Depends(known)]


@router.post("/hooks/{provider}", summary="What a provider tells", openapi_extra=_BODY)
async def call(
    provider: Provider,
    workspace: Annotated[str, Query(max_length=63)],
    request: Request,
    services: Wired,
    providers: Known,
) -> Taken:
    """Called by the provider itself, which proves by its signature or token who it is. At most 1 MB."""
    body = await _body(request)
    tenant, hook = await _set_up(services, workspace, provider)
    adapter = providers.get(provider)
    if adapter is None or tenant is None or hook is None:
        raise NotFound("No such webhook is set up here.", code="hook.unknown")
    now = services.clock()
    signed = _signed(request, hook, body)
    await adapter.verify(signed, hook, now)
    mapped = adapter.events(signed.json(), now)
    await _note(services, tenant, hook, mapped)
    if not mapped.incoming:
        return Taken(stored=0, duplicates=0, skipped=mapped.skipped)
    done = await ingest(services.database, tenant, marked(mapped.incoming), now)
    return Taken(stored=done.stored, duplicates=done.duplicates, skipped=mapped.skipped, unmatched=done.unmatched)


@router.get("/hooks", summary="The webhooks that are set up")
async def listed(request: Request, services: Wired, providers: Known, caller: Admin) -> Hooks:
    """Secrets are not shown."""
    async with services.database.read() as connection:
        return await hooks_of(connection, caller.workspace, providers, str(request.base_url))


@router.put("/hooks/{provider}", summary="Set a provider's webhook up")
async def put(
    provider: Provider, body: HookBody, request: Request, services: Wired, providers: Known, caller: Admin
) -> HookView:
    """Tells the URL to give to the provider and what to choose there. A token in it is shown this once."""
    adapter = providers.get(provider)
    if adapter is None:
        raise NotFound(f"There is no provider {provider!r}. Known ones: {', '.join(providers)}.", code="hook.unknown")
    settings = HookSettings(base_url=body.settings.base_url)
    hook = Hook(provider, adapter.secret(body.plain), settings, services.clock())
    async with services.database.write() as connection:
        await HookStore(connection, caller.workspace.id).put(hook)
    return view(caller.workspace, hook, adapter, str(request.base_url), adapter.path(hook.secret))


@router.delete("/hooks/{provider}", summary="Take no more calls of a provider", status_code=204)
async def delete(provider: Provider, services: Wired, caller: Admin) -> Response:
    """What it told before stays. 404 where it was not set up."""
    async with services.database.write() as connection:
        await HookStore(connection, caller.workspace.id).delete(provider)
    return Response(status_code=204)


async def _set_up(services: Services, slug: str, provider: str) -> tuple[Workspace | None, Hook | None]:
    async with services.database.read() as connection:
        workspace = await WorkspaceStore(connection).find(slug)
        return workspace, await HookStore(connection, workspace.id).find(provider) if workspace else None


async def _note(services: Services, workspace: Workspace, hook: Hook, mapped: Mapped) -> None:
    """Keep a link to be opened until messages come, and tell of what only people can do."""
    waiting = hook.settings.confirm_url
    if mapped.confirm_url or (waiting and mapped.incoming):
        async with services.database.write() as connection:
            await HookStore(connection, workspace.id).note(hook, mapped.confirm_url)
    if mapped.confirm_url:
        log.warning("webhook_to_confirm", provider=hook.provider, workspace=workspace.slug)
    if mapped.erasures:
        log.warning("webhook_erasure_asked", provider=hook.provider, workspace=workspace.slug, people=mapped.erasures)


async def _body(request: Request) -> bytes:
    found = bytearray()
    try:
        async for chunk in request.stream():
            found += chunk
            if len(found) > MOST_BYTES:
                raise TooLarge("A webhook's body may have 1 MB.")
    except ClientDisconnect:
        raise CannotRead("The connection ended before the body did; nothing of it is stored.") from None
    return bytes(found)


def _signed(request: Request, hook: Hook, body: bytes) -> Signed:
    asked = f"{request.url.path}?{request.url.query}"
    return Signed(
        request.method,
        _base(request, hook) + asked,
        {name.lower(): value for name, value in request.headers.items()},
        dict(request.query_params),
        body,
    )


def _base(request: Request, hook: Hook) -> str:
    return base_of(hook, str(request.base_url))
