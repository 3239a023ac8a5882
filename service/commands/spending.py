"""`sobmedida spending`"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("spending")(spending)


def spending(
    workspace: Workspace = DEFAULT_WORKSPACE,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days back.")] = 31,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what language models cost, by day and model, and today's budget.

    Examples:

        sobmedida spending

        sobmedida spending --days 7 --json
    """
    asyncio.run(_spending(workspace, days, as_json, quiet))


async def _spending(workspace: str, days: int, as_json: bool, quiet: bool) -> None:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        found = await api.call("GET", "/v1/spending", params={"days": days})
    if as_json:
        print_json(found)
        return
    table = Table("day", "model", "calls", "tokens in", "tokens out", "US$", box=None, header_style="dim")
    for item in found["items"]:
        counted = (item["calls"], item["input_tokens"], item["output_tokens"], item["cost"])
        table.add_row(item["day"], item["model"], *map(str, counted))
    if found["items"]:
        out.print(table)
    else:
        note("No model has cost anything yet.")
    budget = f" of a budget of US$ {found['budget']}" if found["budget"] is not None else ", with no budget set"
    out.print(f"Today: US$ {found['spent_today']}{budget}.")
