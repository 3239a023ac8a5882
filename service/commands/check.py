"""`sobmedida check`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.text import Text

from service.commands.api import open_api
from service.commands.cards import show_claims
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, out, print_json
from service.errors import Invalid
from service.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    fields: Annotated[list[str], typer.Argument(help="The copy, a `field=text` each: `subject='Olá' body='...'`.")],
    channel: Annotated[str, typer.Option(help="The channel whose limits and fields hold.")] = "email",
    locale: Annotated[str | None, typer.Option(help="pt-BR, en or es; the workspace's own unless given.")] = None,
    content: Annotated[list[str] | None, typer.Option(help="Rest only on this content item. Repeatable.")] = None,
    variant: Annotated[str | None, typer.Option(help="Rest on the evidence of this stored variant.")] = None,
    lead: Annotated[str | None, typer.Option(help="This lead's own values must not show either.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check your own words: every claim beside its source, and every finding. Exit code 1 if anything blocks.

    Examples:

        sobmedida check --channel push title="Café coado" body="Água a 92 °C e 60 g de café por litro."

        sobmedida check subject="Kit por R$ 170,10" headline="Kit" body="Até 4 de dezembro." cta="Ver" --content kit
    """
    body: dict[str, Any] = {"channel": channel, "locale": locale, "fields": dict(map(_pair, fields))}
    body |= {"content_ids": content or [], "variant": variant, "lead": lead}
    answer = asyncio.run(_check(body, workspace, quiet))
    if as_json:
        print_json(answer)
    else:
        out.print(Group(*show_claims(answer)))
        if not answer["findings"]:
            out.print(Text("nothing to find fault with", style="green"))
    if answer["blocked"]:
        raise typer.Exit(1)


async def _check(body: dict[str, Any], workspace: str, quiet: bool) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call("POST", "/v1/checks", json=body)


def _pair(given: str) -> tuple[str, str]:
    name, equals, text = given.partition("=")
    if not equals:
        raise Invalid(f"{given[:60]!r}: write each field as field=text.", code="check.field")
    return name, text.replace("\\n", "\n")
