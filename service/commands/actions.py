"""`sobmedida actions next|log`"""

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

_MOST_TURNED_DOWN = 5

actions = typer.Typer(help="What to do next for a lead, and what triggers emitted.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(actions, name="actions")


@actions.command("next")
def next_(
    lead: Annotated[str, typer.Argument(help="The lead's external id.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    channel: Annotated[
        list[str] | None, typer.Option(help="email, whatsapp, push or sms. Repeatable; all of them unless given.")
    ] = None,
    objective: Annotated[str | None, typer.Option(help="What the message is for; by occasion unless given.")] = None,
    at: Annotated[str | None, typer.Option(help="From when on to plan, such as 2026-11-25T10:00:00-03:00.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show channel, moment, content and brief for a lead, with the reasons and what was turned down.

    Examples:

        sobmedida actions next c-02

        sobmedida actions next c-02 --channel email --objective "Falar de plantas" --json
    """
    given = {"channels": channel or None, "objective": objective, "at": at}
    body = {name: value for name, value in given.items() if value is not None}
    path = f"/v1/leads/{quote(lead, safe='')}/next-action"
    found = asyncio.run(_call(workspace, quiet, "POST", path, json=body))
    if as_json:
        print_json(found)
    else:
        show_action(found)


@actions.command("log")
def log(
    workspace: Workspace = DEFAULT_WORKSPACE,
    trigger: Annotated[str | None, typer.Option(help="Only that trigger's.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 50,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the actions that triggers emitted, the newest first.

    Example:

        sobmedida actions log --trigger cart --json
    """
    parameters = {"limit": limit} | ({"trigger": trigger} if trigger else {})
    found = asyncio.run(_call(workspace, quiet, "GET", "/v1/actions", params=parameters))
    if as_json:
        print_json(found)
        return
    if not found["items"]:
        note("No trigger has emitted anything yet; see `sobmedida triggers list`.", quiet=quiet)
        return
    table = Table("when", "trigger", "lead", "occasion", box=None, header_style="dim")
    for item in found["items"]:
        table.add_row(item["created_at"][:16], item["trigger"], escape(item["lead"]), item["occasion"])
    out.print(table)


def show_action(found: dict[str, Any]) -> None:
    """Print an action with its reasons, and what was turned down."""
    action = found["action"]
    if action is None:
        out.print("Nothing now.")
    else:
        content = action["content"]
        out.print(f"[bold]{action['channel']}[/bold] at {action['moment']}: {escape(content['title'])}")
        out.print(f"  {escape(action['brief']['objective'])} [dim]({escape(content['content_id'])})[/dim]")
    for reason in found["reasons"]:
        out.print(f"  {escape(reason['text'])} [dim]({reason['code']})[/dim]")
    if found["alternatives"]:
        out.print("Turned down:")
    for one in found["alternatives"][:_MOST_TURNED_DOWN]:
        what = one["channel"] or one["content"] or one["moment"]
        out.print(f"  {escape(what)}: {escape(one['text'])} [dim]({one['turned_down']})[/dim]")
    if more := found["alternatives"][_MOST_TURNED_DOWN:]:
        out.print(f"  and {len(more)} more; --json shows them all")


async def _call(workspace: str, quiet: bool, method: str, path: str, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, path, **options)
