"""`sobmedida workspace show|set`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.errors import Invalid
from service.settings import Settings

workspaces = typer.Typer(help="See and change how a workspace writes, and its limits.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(workspaces, name="workspace")


@workspaces.command("show")
def show(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show a workspace's voice, terms, time zone and limits.

    Example:

        sobmedida workspace show --json
    """
    _print(asyncio.run(_call("GET", workspace, quiet)), as_json)


@workspaces.command("set")
def set_(
    workspace: Workspace = DEFAULT_WORKSPACE,
    name: Annotated[str | None, typer.Option(help="Who signs the copy.")] = None,
    voice: Annotated[str | None, typer.Option(help="How it sounds, in a few sentences.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Where its readers are, such as America/Sao_Paulo.")] = None,
    default_locale: Annotated[str | None, typer.Option(help="pt-BR, en or es.")] = None,
    ban: Annotated[
        list[str] | None, typer.Option(help="A term that no copy may have. Repeatable; replaces all.")
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option(help="A term that all copy must have. Repeatable; replaces all.")
    ] = None,
    no_terms: Annotated[bool, typer.Option("--no-terms", help="Ban and require nothing.")] = False,
    daily_budget: Annotated[str | None, typer.Option(help="US dollars a day for models; `none` for no limit.")] = None,
    smallest_audience: Annotated[
        int | None, typer.Option(help="Fewer leads than this pass at most three attributes.")
    ] = None,
    domain: Annotated[
        list[str] | None, typer.Option(help="An own domain: links there are marked. Repeatable; replaces all.")
    ] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="A site that publishable keys are for. Repeatable; replaces all.")
    ] = None,
    unknown_recipient: Annotated[
        str | None, typer.Option(help="What strangers get: control (the campaign's) or skip (nothing).")
    ] = None,
    another_approves: Annotated[
        bool | None,
        typer.Option("--another-approves/--anyone-approves", help="Whether authors may approve."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Change what is given; the rest stays.

    Examples:

        sobmedida workspace set --voice "Frases curtas, sem exagero." --ban imperdível --ban "última chance"

        sobmedida workspace set --daily-budget 5 --smallest-audience 10

        sobmedida workspace set --domain loja.example --another-approves
    """
    given = {
        "name": name, "voice": voice, "timezone": timezone, "default_locale": default_locale,
        "smallest_audience": smallest_audience,
    }  # fmt: skip
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if daily_budget is not None:
        changes["daily_budget"] = None if daily_budget.lower() == "none" else daily_budget
    parts = {
        "terms": ({"banned": [], "required": []} if no_terms else {}) | _given(banned=ban, required=require),
        "delivery": _given(domains=domain, origins=origin, unknown_recipient=unknown_recipient),
        "review": {} if another_approves is None else {"another_approves": another_approves},
    }
    if not changes and not any(parts.values()):
        raise Invalid("Nothing to change was given; see sobmedida workspace set --help.")
    _print(asyncio.run(_change(workspace, changes, parts, quiet)), as_json)
    note(f"{workspace} is changed.", quiet=quiet)


async def _call(method: str, workspace: str, quiet: bool, **options: Any) -> dict[str, Any]:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return dict(await api.call(method, "/v1/workspace", **options))


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value}


async def _change(slug: str, changes: dict[str, Any], parts: dict[str, Any], quiet: bool) -> dict[str, Any]:
    async with open_api(Settings(), slug, quiet=quiet) as api:
        kept = await api.call("GET", "/v1/workspace") if any(parts.values()) else {}
        # the API replaces each as a whole, and `--ban` alone says nothing of terms that are required
        changes |= {name: kept[name] | part for name, part in parts.items() if part}
        return dict(await api.call("PATCH", "/v1/workspace", json=changes))


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    delivery = found["delivery"]
    shown = found | {
        "banned": ", ".join(found["terms"]["banned"]), "required": ", ".join(found["terms"]["required"]),
        "daily_budget": found["daily_budget"] or "no limit", "domains": ", ".join(delivery["domains"]),
        "origins": ", ".join(delivery["origins"]), "unknown_recipient": delivery["unknown_recipient"],
        "another_approves": "yes" if found["review"]["another_approves"] else "no",
    }  # fmt: skip
    table = Table(show_header=False, box=None)
    for key, value in shown.items():
        if key not in ("terms", "style", "delivery", "review", "policy"):
            table.add_row(key.replace("_", " "), escape(str(value)))
    out.print(table)
