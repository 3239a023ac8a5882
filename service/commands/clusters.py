"""`sobmedida clusters find|show|adopt`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.commands.scores import run_job
from service.settings import Settings

clusters = typer.Typer(help="Find groups of leads that resemble each other, and adopt them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(clusters, name="clusters")


@clusters.command("find")
def find(
    workspace: Workspace = DEFAULT_WORKSPACE,
    most: Annotated[int, typer.Option(min=2, max=12, help="At most so many groups.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and leads give the same groups.")] = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find groups anew, in place of those found before, and show them.

    Example:

        sobmedida clusters find
    """
    _tell(asyncio.run(_find({"most": most, "seed": seed}, workspace, quiet)), as_json)


@clusters.command("show")
def show(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show the groups that were found last.

    Example:

        sobmedida clusters show
    """
    _tell(asyncio.run(_newest(workspace, quiet)), as_json)


@clusters.command("adopt")
def adopt(
    number: Annotated[int, typer.Argument(min=1, help="The group's number.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    slug: Annotated[str | None, typer.Option(help="The audience's name in addresses.")] = None,
    name: Annotated[str | None, typer.Option(help="The audience's name.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make an audience of a group, by the condition proposed for it.

    Example:

        sobmedida clusters adopt 2 --slug coffee-buyers
    """
    body = {key: value for key, value in (("slug", slug), ("name", name)) if value is not None}
    found = asyncio.run(_adopt(number, body, workspace, quiet))
    if as_json:
        print_json(found)
        return
    out.print(f"Audience {found['slug']} ({escape(found['name'])}): {_condition(found['condition'])}", highlight=False)


async def _find(body: dict[str, Any], workspace: str, quiet: bool) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        await run_job(api, "/v1/clusters", body, quiet=quiet)
        return await api.call("GET", "/v1/clusters")


async def _newest(workspace: str, quiet: bool) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call("GET", "/v1/clusters")


async def _adopt(number: int, body: dict[str, Any], workspace: str, quiet: bool) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        newest = await api.call("GET", "/v1/clusters")
        return await api.call("POST", f"/v1/clusters/{newest['id']}/{number}:adopt", json=body)


def _tell(found: Any, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    for one in found["clusters"]:
        out.print(f"[bold]{one['number']}. {escape(one['name'])}[/bold] {one['size']} leads ({one['share']:.0%})")
        for trait in one["sets_apart"][:3]:
            out.print(
                f"   {escape(trait['text'])} [dim]({trait['inside']:.2g}, elsewhere {trait['outside']:.2g})[/dim]"
            )
        proposal = one["proposal"]
        precision, recall = f"{proposal['precision']:.0%}", f"{proposal['recall']:.0%}"
        out.print(f"   {_condition(proposal['condition'])} [dim]precision {precision}, recall {recall}[/dim]")
        out.print(f"   such as {escape(', '.join(one['examples']))}")
    quality = found["quality"]
    note(
        f"{found['leads']} leads, {found['without_consent']} more without consent. "
        f"Silhouette {quality['silhouette']:.2f} (by chance {quality['by_chance']:.2f}), "
        f"stability {quality['stability']:.2f}."
    )


def _condition(condition: dict[str, Any]) -> str:
    return escape(orjson.dumps(condition).decode())
