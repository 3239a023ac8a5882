"""`sobmedida privacy export|erase|receipts|verify|retention`"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.errors import CannotRead, Invalid
from service.settings import Settings

privacy = typer.Typer(help="Answer a lead's request to see or be rid of its data.", no_args_is_help=True)

Lead = Annotated[str, typer.Argument(help="The lead's external id.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(privacy, name="privacy")


@privacy.command("export")
def export(lead: Lead, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Print everything that is kept of a lead, as JSON.

    Example:

        sobmedida privacy export c-01 > c-01.json
    """
    print_json(asyncio.run(_call("GET", f"/v1/leads/{quote(lead)}/export", workspace, quiet)))


@privacy.command("erase")
def erase(
    lead: Lead,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; it cannot be undone.")] = False,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Erase a lead and print the receipt that proves it.

    Example:

        sobmedida privacy erase c-01 --yes --json > receipt.json
    """
    if not yes and not typer.confirm(f"Erase everything of {lead}? It cannot be undone", err=True):
        raise Invalid("Nothing was erased.")
    receipt = asyncio.run(_call("DELETE", f"/v1/leads/{quote(lead)}", workspace, quiet))
    if as_json:
        print_json(receipt)
        return
    _table([receipt])
    if "queued" in (receipt["records"], receipt["index"]):
        note(
            "The rows are gone; files are still being cleaned. `privacy receipts` tells when that is done.", quiet=quiet
        )


@privacy.command("receipts")
def receipts(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """List the receipts of erasures, newest first."""
    items = asyncio.run(_call("GET", "/v1/erasures", workspace, quiet))["items"]
    if as_json:
        print_json(items)
    elif items:
        _table(items)
    else:
        note("Nobody was erased yet.", quiet=quiet)


@privacy.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="A receipt as it was given out.", exists=True, dir_okay=False)],
    lead: Annotated[str | None, typer.Option(help="Somebody's external id: is it about them?")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check that a receipt is ours, and whom it is about. Ends with 1 where it is not.

    Example:

        sobmedida privacy verify receipt.json --lead c-01
    """
    try:
        receipt = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        raise CannotRead(f"{file} is not JSON.") from None
    body = {"receipt": receipt} | ({"external_id": lead} if lead else {})
    verdict = asyncio.run(_call("POST", "/v1/erasures:verify", workspace, quiet, json=body))
    if as_json:
        print_json(verdict)
    else:
        out.print("We signed this." if verdict["valid"] else "We did not sign this, or not so.")
        if lead:
            out.print(escape(f"It is {'' if verdict['matches'] else 'not '}about {lead}."))
    if not verdict["valid"] or verdict["matches"] is False:
        raise typer.Exit(1)


@privacy.command("retention")
def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Throw it away now, not with the next daily round.")] = False,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what is older than the workspace keeps it; with --apply, throw it away."""
    found = asyncio.run(_retention(workspace, apply, quiet))
    if as_json:
        print_json(found)
        return
    table = Table("kind", "thrown away" if apply else "due", box=None, header_style="dim")
    for kind, count in found.items():
        table.add_row(kind.replace("_", " "), str(count))
    out.print(table)


async def _call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> dict[str, Any]:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return dict(await api.call(method, path, **options))


async def _retention(workspace: str, apply: bool, quiet: bool) -> dict[str, Any]:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        if not apply:
            return dict(await api.call("POST", "/v1/retention:apply", params={"dry_run": True}))
        job = await api.call("POST", "/v1/retention:apply")
        while job["status"] in ("queued", "running"):  # the command may itself be the process that does it
            await asyncio.sleep(0.1)
            job = await api.call("GET", f"/v1/jobs/{job['id']}")
    if job["status"] == "failed":
        raise Invalid(job["problem"]["detail"], code=job["problem"]["code"])
    return dict(job["result"])


def _table(items: list[dict[str, Any]]) -> None:
    table = Table("receipt", "at", "rows", "records", "index", box=None, header_style="dim")
    for item in items:
        rows = str(sum(item["erased"].values()))
        table.add_row(item["id"], item["at"], rows, item["records"], item["index"])
    out.print(table)
