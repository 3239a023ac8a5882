"""`sobmedida triggers list|set|on|off|drop`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.table import Table

from service.commands.api import Api, open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.errors import NotFound
from service.settings import Settings

triggers = typer.Typer(help="Standing rules that emit an action once for each occasion.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="The trigger's slug.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(triggers, name="triggers")


@triggers.command("list")
def list_(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show all triggers.

    Example:

        sobmedida triggers list
    """
    found = asyncio.run(_list(workspace, quiet))
    if as_json:
        print_json(found)
        return
    if not found:
        note("There are no triggers yet; make one with `sobmedida triggers set`.", quiet=quiet)
        return
    table = Table("trigger", "kind", "audience", "channels", "on", box=None, header_style="dim")
    for item in found:
        settings = item["settings"]
        channels = ", ".join(settings["channels"] or ["any"])
        audience = settings["audience"] or settings["stage"] or "ready-made"
        table.add_row(item["slug"], item["kind"], audience, channels, "yes" if item["enabled"] else "no")
    out.print(table)


@triggers.command("set")
def set_(
    slug: Slug,
    kind: Annotated[str, typer.Option(help="cart_abandoned, birthday, renewal, stage_change or at_risk.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    audience: Annotated[str | None, typer.Option(help="Whom to wait for; the kind's own unless given.")] = None,
    stage: Annotated[str | None, typer.Option(help="For stage_change, such as customer.")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="Only these channels. Repeatable.")] = None,
    objective: Annotated[str | None, typer.Option(help="What the message is for.")] = None,
    quiet: Quiet = False,
) -> None:
    """Make a trigger, or replace the one of that slug.

    Examples:

        sobmedida triggers set cart --kind cart_abandoned --channel email

        sobmedida triggers set welcome --kind stage_change --stage customer
    """
    given = {"audience": audience, "stage": stage, "channels": channel or None, "objective": objective}
    settings = {name: value for name, value in given.items() if value is not None}
    asyncio.run(_put(workspace, quiet, slug, {"kind": kind, "settings": settings}))
    note(f"Trigger {slug} is on.", quiet=quiet)


@triggers.command("on")
def on(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Let a trigger emit again.

    Example:

        sobmedida triggers on cart
    """
    asyncio.run(_switch(workspace, quiet, slug, enabled=True))
    note(f"Trigger {slug} is on.", quiet=quiet)


@triggers.command("off")
def off(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Stop a trigger; what it emitted stays.

    Example:

        sobmedida triggers off cart
    """
    asyncio.run(_switch(workspace, quiet, slug, enabled=False))
    note(f"Trigger {slug} is off.", quiet=quiet)


@triggers.command("drop")
def drop(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Drop a trigger and what it emitted.

    Example:

        sobmedida triggers drop cart
    """
    asyncio.run(_drop(workspace, quiet, slug))
    note(f"Trigger {slug} is gone.", quiet=quiet)


async def _list(workspace: str, quiet: bool) -> list[dict[str, Any]]:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await _all(api)


async def _all(api: Api) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await api.call("GET", "/v1/triggers"))["items"]
    return items


async def _put(workspace: str, quiet: bool, slug: str, body: dict[str, Any]) -> None:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        await api.call("PUT", f"/v1/triggers/{quote(slug, safe='')}", json=body)


async def _switch(workspace: str, quiet: bool, slug: str, *, enabled: bool) -> None:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        kept = next((item for item in await _all(api) if item["slug"] == slug), None)
        if kept is None:
            raise NotFound(f"There is no trigger {slug!r} in this workspace.", code="trigger.unknown")
        body = {"kind": kept["kind"], "settings": kept["settings"], "enabled": enabled}
        await api.call("PUT", f"/v1/triggers/{quote(slug, safe='')}", json=body)


async def _drop(workspace: str, quiet: bool, slug: str) -> None:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        await api.call("DELETE", f"/v1/triggers/{quote(slug, safe='')}")
