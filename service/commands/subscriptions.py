"""`sobmedida subscriptions list|add|remove|deliveries`"""

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
from service.subscriptions.models import EVENT_TYPES

subscriptions = typer.Typer(help="Tell other systems what happens here.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The subscription, as `subscriptions list` shows it.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(subscriptions, name="subscriptions")


@subscriptions.command("list")
def list_(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show who is told what, and who stopped answering.

    Example:

        sobmedida subscriptions list --json
    """
    found = asyncio.run(_call("GET", "", workspace, quiet))["items"]
    if as_json:
        print_json(found)
        return
    if not found:
        note(f"{workspace} tells nobody; make one with `sobmedida subscriptions add URL`.", quiet=quiet)
        return
    table = Table("id", "URL", "events", "state")
    for one in found:
        state = one["disabled_reason"] or (f"failing since {one['failing_since']}" if one["failing_since"] else "on")
        table.add_row(one["id"], escape(one["url"]), ", ".join(one["events"]), escape(state))
    out.print(table)


@subscriptions.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where messages go: https, on the public internet.", show_default=False)],
    workspace: Workspace = DEFAULT_WORKSPACE,
    event: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(EVENT_TYPES)}. Repeatable; all unless given.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell that URL what happens, and show the secret that messages are signed with, once.

    Examples:

        sobmedida subscriptions add https://loja.example/sobmedida

        sobmedida subscriptions add https://loja.example/sobmedida --event variant.quarantined --event run.finished
    """
    body = {"url": url} | ({"events": event} if event else {})
    made = asyncio.run(_call("POST", "", workspace, quiet, json=body))
    if as_json:
        print_json(made)
        return
    out.print(made["secret"], soft_wrap=True)
    note(f"Subscription {made['id']}. The secret verifies what comes, and is shown this once.", quiet=quiet)


@subscriptions.command("remove")
def remove(id_: Id, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Tell nothing any more.

    Example:

        sobmedida subscriptions remove 5f0c6c1e-7a55-4c12-9f0e-2f6f3f1f2b11
    """
    asyncio.run(_call("DELETE", f"/{quote(id_, safe='')}", workspace, quiet))
    note(f"Subscription {id_} is told nothing any more.", quiet=quiet)


@subscriptions.command("deliveries")
def deliveries(
    id_: Id,
    workspace: Workspace = DEFAULT_WORKSPACE,
    state: Annotated[str | None, typer.Option(help="waiting, delivered or failed.")] = None,
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=200)] = 50,
    replay: Annotated[str | None, typer.Option(help="Send that message again.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what was sent, how often it was tried, and what came back; or send a message again.

    Examples:

        sobmedida subscriptions deliveries 5f0c6c1e-7a55-4c12-9f0e-2f6f3f1f2b11 --state failed

        sobmedida subscriptions deliveries 5f0c6c1e-7a55-4c12-9f0e-2f6f3f1f2b11 --replay 0b1d...
    """
    path = f"/{quote(id_, safe='')}/deliveries"
    if replay is not None:
        again = asyncio.run(_call("POST", f"{path}/{quote(replay, safe='')}/replay", workspace, quiet))
        found = [again]
    else:
        params = {"limit": limit} | ({"state": state} if state else {})
        found = asyncio.run(_call("GET", path, workspace, quiet, params=params))["items"]
    if as_json:
        print_json(found)
        return
    table = Table("id", "type", "state", "tries", "status", "error")
    for one in found:
        told = str(one["last_status"] or "")
        table.add_row(one["id"], one["type"], one["state"], str(one["attempts"]), told, escape(one["last_error"] or ""))
    out.print(table)


async def _call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, f"/v1/subscriptions{path}", **options)
