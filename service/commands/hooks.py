"""`sobmedida hooks set|list|remove`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.settings import Settings

hooks = typer.Typer(help="Let CRMs and e-mail providers tell what happened.", no_args_is_help=True)

Provider = Annotated[
    str, typer.Argument(help="rd_station, hubspot, sendgrid, mailgun, ses, brevo or mautic.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(hooks, name="hooks")


@hooks.command("set")
def set_(
    provider: Provider,
    workspace: Workspace = DEFAULT_WORKSPACE,
    base_url: Annotated[
        str | None, typer.Option(help="How the world calls this service, such as https://copy.loja.example.")
    ] = None,
    secret: Annotated[
        bool, typer.Option("--secret", help="Ask for the secret; or it comes from SOBMEDIDA_HOOK_SECRET.")
    ] = False,
    given: Annotated[str | None, typer.Option(envvar="SOBMEDIDA_HOOK_SECRET", hidden=True)] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Set a provider's webhook up, and show the URL to give to it. An earlier secret is good no longer.

    Examples:

        sobmedida hooks set rd_station --base-url https://copy.loja.example

        sobmedida hooks set mailgun --secret
    """
    told = typer.prompt("Secret", hide_input=True, err=True) if secret else given
    settings = {"base_url": base_url} if base_url else {}
    body = {"settings": settings} | ({"secret": told} if told else {})
    found = asyncio.run(_call("PUT", f"/v1/hooks/{quote(provider, safe='')}", workspace, quiet, json=body))
    if as_json:
        print_json(found)
        return
    out.print(found["url"], soft_wrap=True)
    note(found["steps"], quiet=quiet)
    if base_url is None:
        note("The address in it is this machine's; give --base-url for the one that others call.", quiet=quiet)


@hooks.command("list")
def list_hooks(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show which providers are set up, never their secrets.

    Example:

        sobmedida hooks list --json
    """
    found = asyncio.run(_call("GET", "/v1/hooks", workspace, quiet))
    if as_json:
        print_json(found["items"])
        return
    if not found["items"]:
        note(f"{workspace} has no webhooks yet. Providers: {', '.join(found['providers'])}.", quiet=quiet)
        return
    table = Table("provider", "set up", "URL", "to confirm")
    for item in found["items"]:
        made = item["created_at"][:16].replace("T", " ")
        table.add_row(item["provider"], made, item["url"], item["confirm_url"] or "")
    out.print(table)


@hooks.command("remove")
def remove(provider: Provider, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Take no more calls of a provider; what it told before stays.

    Example:

        sobmedida hooks remove brevo
    """
    asyncio.run(_call("DELETE", f"/v1/hooks/{quote(provider, safe='')}", workspace, quiet))
    note(f"{provider} may no longer call {workspace}.", quiet=quiet)


async def _call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, path, **options)
