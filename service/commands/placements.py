"""`sobmedida placements list|set|drop`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.settings import Settings

placements = typer.Typer(help="Named places in a site where banners or popups show.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="The placement's key, as pages name it.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(placements, name="placements")


@placements.command("list")
def list_(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show all placements.

    Example:

        sobmedida placements list
    """
    found = asyncio.run(_call("GET", "", workspace, quiet))["items"]
    if as_json:
        print_json(found)
        return
    if not found:
        note("There are no placements yet; make one with `sobmedida placements set`.", quiet=quiet)
        return
    table = Table("placement", "name", "channel", "campaigns")
    for one in found:
        table.add_row(one["key"], escape(one["name"]), one["channel"], ", ".join(one["campaigns"]))
    out.print(table)


@placements.command("set")
def set_(
    key: Key,
    channel: Annotated[str, typer.Option(help="banner or popup.")] = "banner",
    campaign: Annotated[
        list[str] | None, typer.Option(help="A campaign's slug; the first that has something to say does. Repeatable.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What people call it; else the key.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    quiet: Quiet = False,
) -> None:
    """Make a placement, or replace the one of that key.

    Example:

        sobmedida placements set home-hero --campaign cafe --campaign boas-vindas
    """
    body = {"name": name or key, "channel": channel, "campaigns": campaign or []}
    asyncio.run(_call("PUT", f"/{quote(key, safe='')}", workspace, quiet, json=body))
    note(f"Placement {key} is set.", quiet=quiet)


@placements.command("drop")
def drop(key: Key, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Forget a placement; pages that ask for it keep their own default.

    Example:

        sobmedida placements drop home-hero
    """
    asyncio.run(_call("DELETE", f"/{quote(key, safe='')}", workspace, quiet))
    note(f"Placement {key} is gone.", quiet=quiet)


async def _call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, f"/v1/sites/placements{path}", **options)
