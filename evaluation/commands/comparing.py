"""`sobmedida eval compare`: one run against another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.columns import Columns
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from evaluation.comparing import MOVED, Comparison, Moved, compare
from evaluation.runs import Run
from evaluation.showing import arrow, copies, gain, number
from service.commands.output import Json, out, print_json

COLOURS = {"better": "green", "worse": "red", "same": "dim", "unclear": ""}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(compare_)


def compare_(
    before: Annotated[Path, typer.Argument(help="The folder of the run that was there before.")],
    after: Annotated[Path, typer.Argument(help="The folder of the run to hold against it.")],
    cases: Annotated[int, typer.Option(min=0, help="How many of the cases that moved most to show.")] = MOVED,
    as_json: Json = False,
) -> None:
    """Say what differs between two runs, which figures really changed, and show the cases that moved most.

    Example:

        sobmedida eval compare runs/first runs/second
    """
    found = compare(Run.open(before), Run.open(after), most=cases)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _show(found)


def _show(found: Comparison) -> None:
    for other in found.changed:
        out.print(Text.assemble((f"{other.what}: ", "bold"), f"{other.before or '–'} → {other.after or '–'}"))
    if not found.changed:
        out.print("Code, prompts, model, embedder, data and configuration are the same.")
    table = Table("suite", "metric", "before", "after", "difference", "interval", "cases", "", box=None)
    for one in found.differences:
        inside = "" if one.low is None or one.high is None else f"{gain(one.low)} to {gain(one.high)}"
        table.add_row(
            one.suite, f"{one.metric} {arrow(one.better)}", number(one.before), number(one.after),
            f"{gain(one.difference)} {one.unit}".strip(), inside, str(one.cases),
            Text(one.verdict if one.difference is not None else "", COLOURS[one.verdict]),
        )  # fmt: skip
    out.print(table)
    for name, alone in found.suites.items():
        if alone.only_before or alone.only_after:
            out.print(
                f"{name}: {alone.only_before} cases only before and {alone.only_after} only after are not compared."
            )
    for name, why in found.cannot.items():
        out.print(Text.assemble((f"{name} could not be measured in one of them", "yellow"), f": {why}."))
    out.print(_summed(found))
    for moved in found.moved:
        _side_by_side(moved)


def _summed(found: Comparison) -> str:
    measured = sum(one.difference is not None for one in found.differences)
    told = (
        f"Of {measured} figures {len(found.of('better'))} are clearly better, {len(found.of('worse'))} clearly worse."
    )
    return told + " About one in twenty comes out clear by chance alone." if measured > 10 else told


def _side_by_side(moved: Moved) -> None:
    told = ", ".join(
        f"{step.metric} {number(step.before.value)} → {number(step.after.value)}" for step in moved.steps[:3]
    )  # fmt: skip
    out.print(Text.assemble("\n", (f"{moved.suite} · {moved.id}", "bold"), f"  {moved.title}\n", told))
    width = max(out.width // 2 - 1, 20)
    panels = [
        Panel(Text("\n".join(f"{name}: {text}" for name, text in copy.text.items())), title=title, width=width)
        for title, shown in (("before", moved.before), ("after", moved.after)) for copy in copies(shown)[:1]
    ]  # fmt: skip
    if panels:
        out.print(Columns(panels))
