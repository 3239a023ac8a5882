"""`sobmedida generate`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from service.commands.api import open_api
from service.commands.cards import show_variant
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.errors import Invalid
from service.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("generate")(generate)


def generate(
    objective: Annotated[str, typer.Argument(help="What the copy is to achieve.")],
    lead: Annotated[str | None, typer.Option(help="Write for this lead.")] = None,
    attribute: Annotated[
        list[str] | None, typer.Option(help="Write for an audience: `name=value`. Repeatable.")
    ] = None,
    channel: Annotated[
        str, typer.Option(help="email, banner, popup, push, sms, whatsapp, social_ad or chat.")
    ] = "email",
    locale: Annotated[str | None, typer.Option(help="pt-BR, en or es; the lead's own unless given.")] = None,
    variants: Annotated[int, typer.Option("--variants", "-n", min=1, max=8)] = 2,
    content: Annotated[list[str] | None, typer.Option(help="Rest only on this content item. Repeatable.")] = None,
    writer: Annotated[
        str, typer.Option(help="auto (the composer stands in for a model that fails), model or composer.")
    ] = "auto",
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask the model anew, remembered answers or not.")] = False,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write copy and show the evidence behind it.

    Examples:

        sobmedida generate "Convidar para um café melhor" --lead c-01

        sobmedida generate "Apresentar plantas fáceis" --attribute lifecycle_stage=lead --channel banner -n 4 --json
    """
    body: dict[str, Any] = {
        "brief": {"objective": objective, "content_ids": content or []}, "channel": channel, "locale": locale,
        "variants": variants, "writer": writer, "fresh": fresh,
    }  # fmt: skip
    if lead is not None:
        body["lead"] = lead
    if attribute is not None or lead is None:
        body["audience"] = {"attributes": dict(_pair(item) for item in attribute or [])}
    asyncio.run(_generate(body, workspace, as_json, quiet))


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        raise Invalid(f"--attribute {given!r}: write it as name=value.", code="audience.attribute")
    return name, value


async def _generate(body: dict[str, Any], workspace: str, as_json: bool, quiet: bool) -> None:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        answer = await api.call("POST", "/v1/generate", json=body)
    if as_json:
        print_json(answer)
    else:
        for variant in answer["variants"]:
            out.print(show_variant(variant))
        for item in answer["dropped"]:
            codes = ", ".join(sorted({finding["code"] for finding in item["findings"]}))
            note(f"Dropped {item['angle'] or 'a draft'}: {item['reason']} {codes}".rstrip())
        for notice in answer["notices"]:
            note(f"{notice['code']}: {notice['detail']}")
    if not answer["variants"]:
        raise typer.Exit(1)
