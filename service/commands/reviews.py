"""`sobmedida reviews list|approve|coverage`"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.commands.variants import call, table_of
from service.errors import Invalid

reviews = typer.Typer(help="See what waits for a reviewer, worst first.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(reviews, name="reviews")


@reviews.command("list")
def list_(
    campaign: Annotated[str | None, typer.Option(help="A campaign's slug.")] = None,
    channel: Annotated[str | None, typer.Option(help="email, banner, ...")] = None,
    findings: Annotated[str | None, typer.Option(help="blocked, warned or none.")] = None,
    claimed: Annotated[str | None, typer.Option(help="mine, unclaimed or others.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List what waits, worst first.

    Example:

        sobmedida reviews list --campaign cafe --findings none
    """
    given = {"campaign": campaign, "channel": channel, "findings": findings, "claimed": claimed, "limit": limit}
    found = call("GET", "/reviews", workspace, quiet, params={key: value for key, value in given.items() if value})
    if as_json:
        print_json(found)
        return
    out.print(table_of(found["items"]))
    told = found["counts"]
    note(
        f"{told['total']} wait: {told['blocked']} blocked, {told['warned']} with warnings, {told['clean']} clean; "
        f"{told['missing_control']} are controls without which a campaign cannot go live.",
        quiet=quiet,
    )


@reviews.command("approve")
def approve(
    variant: Annotated[list[str] | None, typer.Argument(help="Variants' ids.")] = None,
    campaign: Annotated[str | None, typer.Option(help="All of this campaign that have no finding.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Approve several variants; those with a finding are left. Exit code 1 where any is.

    Example:

        sobmedida reviews approve --campaign cafe
    """
    ids = list(variant or [])
    if campaign is not None:
        clean = {"campaign": campaign, "findings": "none", "limit": 200}
        ids += [one["id"] for one in call("GET", "/reviews", workspace, quiet, params=clean)["items"]]
    if not ids:
        if campaign is None:
            raise Invalid("Name variants, or a --campaign.", code="check.field")
        note("Nothing without findings waits there.", quiet=quiet)
        return
    done = call("POST", "/reviews/approve", workspace, quiet, json={"variants": ids})
    if as_json:
        print_json(done)
    else:
        note(f"{len(done['approved'])} approved.", quiet=quiet)
        for one in done["left"]:
            out.print(Text(f"{one['variant']}  {one['detail']} ({one['code']})", style="yellow"))
    if done["left"]:
        raise typer.Exit(1)


@reviews.command("coverage")
def coverage(
    variant: Annotated[str, typer.Argument(help="The variant's id.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show a variant with the hardest values of its tokens, worst first.

    Example:

        sobmedida reviews coverage 6f1c...
    """
    found = call("GET", f"/variants/{variant}/coverage", workspace, quiet)
    if as_json:
        print_json(found)
        return
    table = Table("case", "values", "over a limit", "found", "crowded at 320 px")
    for case in found["cases"]:
        table.add_row(
            ", ".join(case["kinds"]), Text(", ".join(case["values"].values()) or "-"),
            "; ".join(f"{one['field']} {one['length']}/{one['limit']}" for one in case["over"]),
            ", ".join(dict.fromkeys(one["code"] for one in case["findings"])), _crowded(case),
        )  # fmt: skip
    out.print(table)


def _crowded(case: dict[str, Any]) -> str:
    return "; ".join(f"{one['field']}: {one['word'] or str(one['lines']) + ' lines'}" for one in case["crowded"])
