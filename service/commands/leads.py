"""`sobmedida leads list|show`"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.settings import Settings

leads = typer.Typer(help="List leads, and show what is known of one.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(leads, name="leads")


@leads.command("list")
def list_(
    workspace: Workspace = DEFAULT_WORKSPACE,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200)] = 20,
    cursor: Annotated[str | None, typer.Option(help="Go on from here, as the page before told.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List leads, a page at a time.

    Examples:

        sobmedida leads list

        sobmedida leads list -n 200 --json
    """
    params = {"limit": limit} | ({"cursor": cursor} if cursor else {})
    found = asyncio.run(_get("/v1/leads", workspace, quiet, params))
    if as_json:
        print_json(found)
        return
    table = _table("lead", "locale", "traits", "may use")
    for lead in found["items"]:
        granted = [row["purpose"] for row in lead["consents"] if row["status"] == "granted"]
        table.add_row(
            *map(escape, (lead["external_id"], lead["locale"], ", ".join(lead["traits"]), ", ".join(granted)))
        )
    out.print(table)
    if found["next_cursor"]:
        note(f"More: sobmedida leads list --cursor {found['next_cursor']}", quiet=quiet)


@leads.command("show")
def show(
    lead: Annotated[str, typer.Argument(metavar="ID", help="The lead's external id.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what is known of a lead now, where it comes from, and what it may be used for.

    Example:

        sobmedida leads show c-01
    """
    found = asyncio.run(_get(f"/v1/leads/{quote(lead, safe='')}", workspace, quiet, {}))
    if as_json:
        print_json(found)
        return
    table = _table("attribute", "value", "where from", "use")
    for known in found["attributes"]:
        table.add_row(*map(escape, (known["name"], _said(known["value"]), known["basis"], _use(known))))
    out.print(table)
    out.print(f"Audiences: {', '.join(found['audiences']) or 'none'}.", markup=False)


async def _get(path: str, workspace: str, quiet: bool, params: Mapping[str, Any]) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call("GET", path, params=params)


def _table(*headings: str) -> Table:
    return Table(*headings, box=None, header_style="dim")


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _use(known: Mapping[str, str]) -> str:
    return known["use"] if known["allowed"] or known["use"] == "forbidden" else f"{known['use']}, but no consent"
