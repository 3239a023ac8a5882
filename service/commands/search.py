"""`sobmedida search`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    locale: Annotated[str | None, typer.Option(help="Only content in pt-BR, en or es.")] = None,
    mode: Annotated[str, typer.Option(help="hybrid, dense or lexical.")] = "hybrid",
    tag: Annotated[list[str] | None, typer.Option(help="Only content with this tag. Repeatable.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind of content. Repeatable.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100)] = 5,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find passages, and see which half of the search found them.

    Examples:

        sobmedida search "temperatura da água para café"

        sobmedida search "frete grátis" --kind offer --json
    """
    body: dict[str, Any] = {
        "query": query,
        "mode": mode,
        "limit": limit,
        "tags": tag or [],
        "kinds": kind or [],
        "locale": locale,
    }
    asyncio.run(_search(body, workspace, as_json, quiet))


async def _search(body: dict[str, Any], workspace: str, as_json: bool, quiet: bool) -> None:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        found = await api.call("POST", "/v1/search", json=body)
    if as_json:
        print_json(found)
        return
    for item in found["items"]:
        halves = ", ".join(f"{half} {score:.3f}" for half, score in item["halves"].items())
        origin = f"{item['content_id']} v{item['version']} ({halves})"
        out.print(f"[bold]{item['score']:.3f}[/bold]  {item['title']}  [dim]{origin}[/dim]")
        out.print(f"       {item['text']}\n", markup=False)
    if not found["items"]:
        note("Nothing was found. `sobmedida import content` brings content in.")
