"""`sobmedida quarantine`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.settings import Settings

_PAGE = 200


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("quarantine")(quarantine)


def quarantine(
    workspace: Workspace = DEFAULT_WORKSPACE,
    campaign: Annotated[str | None, typer.Option(help="Only that campaign's copy.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show which copy is out of service, why, since when, and in which exports it has left the house.

    Examples:

        sobmedida quarantine

        sobmedida quarantine --campaign black-friday --json
    """
    found = asyncio.run(_all(workspace, campaign, quiet))
    if as_json:
        print_json(found)
        return
    if not found:
        note("Nothing is quarantined.")
        return
    table = Table("variant", "where", "why", "since", "exported")
    for one in found:
        why = "\n".join(escape(_why(reason)) for reason in one["reasons"])
        left = "\n".join(f"{gone['platform']}: {gone['leads']} leads" for gone in one["exports"])
        table.add_row(one["variant"][:8], _where(one), why, (one["since"] or "")[:16], escape(left))
    out.print(table)


async def _all(workspace: str, campaign: str | None, quiet: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        while True:
            asked = {"limit": _PAGE, "campaign": campaign, "cursor": cursor}
            told = {name: value for name, value in asked.items() if value is not None}
            page = await api.call("GET", "/v1/quarantine", params=told)
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found


def _where(one: dict[str, Any]) -> str:
    rung = one["audience"] or "control"
    empty = ", rung empty" if one["rung_is_empty"] else ""
    return f"{one['campaign']}/{rung}, {one['channel']}{empty}" if one["campaign"] else one["channel"]


def _why(reason: dict[str, Any]) -> str:
    what = f"{reason['content_id']} {reason['what']}".strip()
    if reason["was"] is None and reason["now"] is None:
        return f"{reason['kind']}: {what}"
    return f"{reason['kind']}: {what}: {reason['was'] or '-'} -> {reason['now'] or '-'}"
