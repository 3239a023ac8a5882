"""`sobmedida reindex`"""

from __future__ import annotations

import asyncio

import typer

from service.commands.api import open_api
from service.commands.imports import follow
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, print_json
from service.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reindex")(reindex)


def reindex(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Drop the search index and build it anew from the records, for all workspaces. Nothing stored is lost.

    Example:

        sobmedida reindex
    """
    asyncio.run(_reindex(workspace, as_json, quiet))


async def _reindex(workspace: str, as_json: bool, quiet: bool) -> None:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        await api.call("POST", "/v1/index:rebuild")
        await follow(api, quiet)
        state = await api.call("GET", "/v1/index")
    if as_json:
        print_json(state)
    else:
        note(f"The index is new: {state['passages']} passages and {state['leads']} leads of {workspace}.", quiet=quiet)
