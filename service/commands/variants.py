"""`sobmedida variants list|show|add|approve|reject|change|submit|retire|history`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from service.commands.api import open_api
from service.commands.cards import show_claims
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.errors import Invalid
from service.settings import Settings

variants = typer.Typer(help="List variants, show them, and decide on them.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The variant's id.")]
Note = Annotated[str | None, typer.Option("--note", help="What the history is to say of it.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(variants, name="variants")


@variants.command("list")
def list_(
    status: Annotated[list[str] | None, typer.Option(help="draft, in_review, approved, live, ... Repeatable.")] = None,
    campaign: Annotated[str | None, typer.Option(help="A campaign's slug.")] = None,
    audience: Annotated[str | None, typer.Option(help="An audience's slug.")] = None,
    channel: Annotated[str | None, typer.Option(help="email, banner, ...")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List variants.

    Example:

        sobmedida variants list --campaign cafe --status live
    """
    given = {"status": status, "campaign": campaign, "audience": audience, "channel": channel, "limit": limit}
    found = call("GET", "/variants", workspace, quiet, params={key: value for key, value in given.items() if value})
    if as_json:
        print_json(found)
        return
    out.print(table_of(found["items"]))
    if found["next_cursor"]:
        note(f"There are more than {limit}; narrow them down, or raise --limit.", quiet=quiet)


@variants.command("show")
def show(variant: Id, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show a variant with its claims and findings.

    Example:

        sobmedida variants show 6f1c...
    """
    print_one(call("GET", f"/variants/{variant}", workspace, quiet), as_json)


@variants.command("add")
def add(
    fields: Annotated[list[str], typer.Argument(help="The copy, a `field=text` each: `title='Olá' body='...'`.")],
    campaign: Annotated[str, typer.Option(help="The campaign's slug.")],
    audience: Annotated[str | None, typer.Option(help="An audience's slug; without it the control.")] = None,
    channel: Annotated[str, typer.Option(help="email, banner, ...")] = "email",
    locale: Annotated[str | None, typer.Option(help="pt-BR, en or es; the campaign's unless given.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Put your own copy into a campaign, as a draft with whatever the checks found.

    Example:

        sobmedida variants add --campaign cafe --channel push title="Café coado" body="60 g de café por litro."
    """
    body = {
        "channel": channel, "locale": locale, "fields": dict(map(_pair, fields)), "campaign": campaign,
        "audience": audience,
    }  # fmt: skip
    print_one(call("POST", "/variants", workspace, quiet, json=body), as_json)


@variants.command("approve")
def approve(
    variant: Id, note_: Note = None, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Approve a variant as it stands; in a campaign that is live it is served at once.

    Example:

        sobmedida variants approve 6f1c...
    """
    _decide(variant, {"decision": "approve", "note": note_}, workspace, as_json, quiet)


@variants.command("reject")
def reject(
    variant: Id, reason: Annotated[str, typer.Argument(help="Why.")], workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Turn a variant down, and say why.

    Example:

        sobmedida variants reject 6f1c... "O tom não é o nosso"
    """
    _decide(variant, {"decision": "reject", "reason": reason}, workspace, as_json, quiet)


@variants.command("change")
def change(
    variant: Id, what: Annotated[str, typer.Argument(help="What is to be different.")],
    workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """Have a variant written again with a note.

    Example:

        sobmedida variants change 6f1c... "Mais curto, e sem pergunta no início"
    """
    _decide(variant, {"decision": "request_change", "note": what}, workspace, as_json, quiet)


@variants.command("submit")
def submit(
    variant: Id, note_: Note = None, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Hand a draft to the reviewers.

    Example:

        sobmedida variants submit 6f1c...
    """
    _decide(variant, {"decision": "submit", "note": note_}, workspace, as_json, quiet)


@variants.command("retire")
def retire(
    variant: Id, note_: Note = None, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Take a variant out of use for good.

    Example:

        sobmedida variants retire 6f1c...
    """
    _decide(variant, {"decision": "retire", "note": note_}, workspace, as_json, quiet)


@variants.command("history")
def history(variant: Id, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show all that was done to a variant.

    Example:

        sobmedida variants history 6f1c...
    """
    items = call("GET", f"/variants/{variant}/history", workspace, quiet)["items"]
    if as_json:
        print_json(items)
        return
    table = Table("when", "who", "what", "from", "to", "revision", "note")
    for one in items:
        table.add_row(
            one["at"][:16].replace("T", " "), Text(one["actor"]), one["action"], one["from_status"] or "",
            one["to_status"], one["revision"][:8], Text(one["note"]),
        )  # fmt: skip
    out.print(table)


def table_of(items: list[dict[str, Any]]) -> Table:
    """Variants, a line each."""
    table = Table("id", "status", "campaign", "for", "channel", "says", "findings")
    for one in items:
        place = one["audience_slug"] or ("control" if one["campaign"] else "")
        blocking = sum(finding["severity"] == "block" for finding in one["findings"])
        found = ", ".join(
            f"{count} {word}"
            for count, word in ((blocking, "block"), (len(one["findings"]) - blocking, "warn"))
            if count
        )
        table.add_row(
            one["id"], one["status"], one["campaign"] or "", place, one["channel"], Text(opening(one)),
            Text(found, style="red" if blocking else "yellow"),
        )  # fmt: skip
    return table


def opening(variant: dict[str, Any]) -> str:
    """The first words of a variant."""
    text = " ".join(str(next(filter(None, variant["fields"].values()), "")).split())
    return text if len(text) <= 60 else text[:59].rstrip() + "…"


def print_one(variant: dict[str, Any], as_json: bool) -> None:
    """One variant with its state, its copy, its claims and its findings."""
    if as_json:
        print_json(variant)
        return
    served = "" if variant["serving"] is None else f", serving revision {variant['serving'][:8]}"
    out.print(Text(f"{variant['id']}  {variant['status']}{served} · by {variant['author']}", style="bold"))
    for name, text in variant["fields"].items():
        if text:
            out.print(Text.assemble((f"{name}: ", "dim"), str(text)))
    out.print(Group(*show_claims(variant)))
    for notice in variant.get("notices", ()):
        note(f"{notice['code']}: {notice['detail']}")


def call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    """One call of the API."""

    async def run() -> Any:
        async with open_api(Settings(), workspace, quiet=quiet) as api:
            return await api.call(method, f"/v1{path}", **options)

    return asyncio.run(run())


def _decide(variant: str, body: dict[str, Any], workspace: str, as_json: bool, quiet: bool) -> None:
    print_one(call("POST", f"/variants/{variant}/decisions", workspace, quiet, json=body), as_json)


def _pair(given: str) -> tuple[str, str]:
    name, equals, text = given.partition("=")
    if not equals:
        raise Invalid(f"{given[:60]!r}: write each field as field=text.", code="check.field")
    return name, text.replace("\\n", "\n")
