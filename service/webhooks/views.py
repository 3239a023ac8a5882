"""Webhooks as they are shown: with the address to give to the provider, and without secrets."""

from __future__ import annotations

from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection

from service.webhooks.adapter import Adapter
from service.webhooks.models import Hook, Hooks, HookView
from service.webhooks.registry import Adapters
from service.webhooks.store import HookStore
from service.workspaces.models import Workspace


async def hooks_of(connection: AsyncConnection, workspace: Workspace, providers: Adapters, base_url: str) -> Hooks:
    """Those that are set up, and the names of those that can be. `base_url` is how the caller reached this service."""
    found = await HookStore(connection, workspace.id).all()
    items = [view(workspace, hook, providers[hook.provider], base_url) for hook in found]
    return Hooks(items=items, providers=list(providers))


def view(workspace: Workspace, hook: Hook, adapter: Adapter, base_url: str, secret_part: str = "") -> HookView:
    """One of them; with its `secret_part` the address is shown whole, once."""
    query = urlencode({"workspace": workspace.slug})
    return HookView(
        provider=hook.provider,
        url=f"{base_of(hook, base_url)}/v1/hooks/{hook.provider}?{query}{secret_part}",
        steps=adapter.steps,
        created_at=hook.created_at,
        confirm_url=hook.settings.confirm_url,
    )


def base_of(hook: Hook, base_url: str) -> str:
    """How the world calls this service."""
    return str(hook.settings.base_url or base_url).rstrip("/")
