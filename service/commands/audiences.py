"""`sobmedida audiences list|show|create|update|delete|preview|members|overlap|ready`"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.errors import CannotRead
from service.settings import Settings

audiences = typer.Typer(help="Name micro-segments, see who is in them and why.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="The audience's slug.")]
Condition = Annotated[
    str, typer.Option("--condition", "-c", help='Such as {"orders_365d": {"$gte": 3}}, or @file.json.')
]
Parent = Annotated[str | None, typer.Option(help="The slug of a broader audience, whose copy serves where none fits.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(audiences, name="audiences")


@audiences.command("list")
def list_(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """List all audiences with how many members each has.

    Example:

        sobmedida audiences list
    """
    found = _call("GET", "", workspace, quiet)["items"]
    if as_json:
        print_json(found)
        return
    table = Table("slug", "name", "members", "parent", "condition")
    for one in found:
        table.add_row(one["slug"], escape(one["name"]), str(one["members"]), one["parent"] or "", _condition(one))
    out.print(table)


@audiences.command("show")
def show(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show an audience with its ladder from exact to broad.

    Example:

        sobmedida audiences show at-risk
    """
    _print(_call("GET", f"/{slug}", workspace, quiet), as_json)


@audiences.command("create")
def create(
    slug: Slug,
    condition: Condition,
    name: Annotated[str | None, typer.Option(help="What people call it; else the slug.")] = None,
    parent: Parent = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make an audience.

    Example:

        sobmedida audiences create big-carts --condition '{"cart_value": {"$gt": 200}}' --parent abandoned-cart
    """
    body = {"slug": slug, "name": name or slug, "condition": _read(condition), "parent": parent}
    _print(_call("POST", "", workspace, quiet, json=body), as_json)


@audiences.command("update")
def update(
    slug: Slug,
    condition: Annotated[str | None, typer.Option("--condition", "-c", help="A condition, or @file.json.")] = None,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    parent: Parent = None,
    no_parent: Annotated[bool, typer.Option("--no-parent", help="It is the broadest of its ladder.")] = False,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Change what is given; the rest stays.

    Example:

        sobmedida audiences update big-carts --name "Carrinhos acima de R$ 200"
    """
    given = {"name": name, "condition": _read(condition) if condition else None, "parent": parent}
    changes = {key: value for key, value in given.items() if value is not None}
    _print(asyncio.run(_change(slug, changes | ({"parent": None} if no_parent else {}), workspace, quiet)), as_json)


@audiences.command("delete")
def delete(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Forget an audience; its leads stay.

    Example:

        sobmedida audiences delete big-carts
    """
    _call("DELETE", f"/{slug}", workspace, quiet)
    note(f"{slug} is gone.", quiet=quiet)


@audiences.command("preview")
def preview(
    condition: Condition,
    parent: Parent = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Count who would be in an audience now, with some members and why.

    Example:

        sobmedida audiences preview --condition '{"days_to_birthday": {"$lte": 6}}'
    """
    found = _call("POST", ":preview", workspace, quiet, json={"condition": _read(condition), "parent": parent})
    if as_json:
        print_json(found)
        return
    out.print(f"{found['members']:,} of {found['looked_at']:,} leads" + (" (time ran out)" if found["partial"] else ""))
    out.print(
        f"{found['without_consent']:,} have not allowed what this needs: {', '.join(found['purposes']) or 'none'}"
    )
    if found["in_parent"] is not None:
        out.print(f"{found['in_parent']:,} of the members are in {parent}, too")
    _people(found["sample"] or ())


@audiences.command("members")
def members(
    slug: Slug,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 20,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List leads in an audience with the reasons.

    Example:

        sobmedida audiences members loyal --limit 5
    """
    found = _call("GET", f"/{slug}/members", workspace, quiet, params={"limit": limit})
    if as_json:
        print_json(found)
        return
    _people(found["items"])


@audiences.command("overlap")
def overlap(
    slugs: Annotated[list[str], typer.Argument(help="Two or more slugs.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show how many leads audiences share, and which part of those in either that is.

    Example:

        sobmedida audiences overlap loyal at-risk birthday-week
    """
    found = _call("GET", ":overlap", workspace, quiet, params={"slugs": ",".join(slugs)})
    if as_json:
        print_json(found)
        return
    table = Table("", *found["slugs"])
    for slug, leads, parts in zip(found["slugs"], found["leads"], found["jaccard"], strict=True):
        table.add_row(slug, *(_shared(*pair) for pair in zip(leads, parts, strict=True)))
    out.print(table)


@audiences.command("ready")
def ready(
    slugs: Annotated[list[str] | None, typer.Argument(help="Which to adopt.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Adopt all that the contract allows.")] = False,
    category: Annotated[list[str] | None, typer.Option(help="Also carts with this category. Repeatable.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List ready-made audiences, or adopt those named.

    Examples:

        sobmedida audiences ready

        sobmedida audiences ready birthday-week loyal --category cafe
    """
    if not (slugs or everything or category):
        found = _call("GET", ":ready", workspace, quiet)
        if as_json:
            print_json(found)
            return
        table = Table("slug", "name", "parent", "condition")
        for one in found["items"]:
            table.add_row(one["slug"], escape(one["name"]), one["parent"] or "", _condition(one))
        out.print(table)
        return
    body = {"slugs": None if everything else slugs or [], "categories": category or []}
    adopted = _call("POST", ":ready", workspace, quiet, json=body)
    if as_json:
        print_json(adopted)
        return
    out.print(f"new: {', '.join(adopted['created']) or 'none'}")
    for one in adopted["left_out"]:
        out.print(f"left out: {one['slug']}: {escape(one['reason'])}")


def _call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    return asyncio.run(_ask(method, path, workspace, quiet, **options))


async def _ask(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, f"/v1/audiences{path}", **options)


async def _change(slug: str, changes: dict[str, Any], workspace: str, quiet: bool) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        kept = await api.call("GET", f"/v1/audiences/{slug}")
        body = {key: kept[key] for key in ("name", "condition", "parent")} | changes
        return await api.call("PUT", f"/v1/audiences/{slug}", json=body)


def _read(given: str) -> Any:
    try:
        return orjson.loads(Path(given[1:]).read_bytes() if given.startswith("@") else given)
    except OSError as error:
        raise CannotRead(f"{given[1:]} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CannotRead(f"The condition is no JSON: {error}") from None


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    table = Table(show_header=False, box=None)
    for key in ("slug", "name", "members", "origin"):
        table.add_row(key, escape(str(found[key])))
    table.add_row("ladder", " -> ".join(found["ladder"]))
    table.add_row("condition", _condition(found))
    if found["unusable"]:
        table.add_row("unusable", f"the contract no longer lets choose by {', '.join(found['unusable'])}")
    out.print(table)


def _people(found: Sequence[dict[str, Any]]) -> None:
    table = Table("lead", "why")
    for one in found:
        table.add_row(escape(one["external_id"]), escape("; ".join(reason["text"] for reason in one["reasons"])))
    out.print(table)


def _condition(found: dict[str, Any]) -> str:
    return escape(orjson.dumps(found["condition"]).decode())


def _shared(leads: int, part: float | None) -> str:
    return f"{leads:,}" + ("" if part is None else f" ({part:.0%})")
