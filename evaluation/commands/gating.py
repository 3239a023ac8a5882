"""`sobmedida eval gate`: a run held to its thresholds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from evaluation.gate import SAMPLE, Verdict, judge, known_metrics, passed, read_gate
from evaluation.runs import Run
from evaluation.showing import number
from service.commands.output import Json, out, print_json
from service.errors import Invalid


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gate")(gate)


def gate(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    thresholds: Annotated[Path, typer.Option(help="What its figures have to be; else the sample shop's.")] = SAMPLE,
    against: Annotated[
        Path | None, typer.Option(help="Another run, for thresholds such as at_most_times; those are skipped without.")
    ] = None,
    suite: Annotated[list[str] | None, typer.Option(help="Only the thresholds of this suite. Repeatable.")] = None,
    as_json: Json = False,
) -> None:
    """Hold a run to its thresholds. Exit code 1, and what failed, where a figure misses its own or is not there.

    Examples:

        sobmedida eval gate runs/second --against runs/first

        sobmedida eval gate runs/mine --thresholds gate.toml --json
    """
    asked = [one for one in read_gate(thresholds, known_metrics()) if not suite or one.suite in suite]
    if not asked:
        raise Invalid(f"{thresholds} has no thresholds for {', '.join(suite or ())}.", code="eval.gate_empty")
    verdicts = judge(asked, Run.open(folder), Run.open(against) if against else None)
    good = passed(verdicts)
    if as_json:
        print_json({"passed": good, "thresholds": str(thresholds), "verdicts": [one.model_dump() for one in verdicts]})
    else:
        _show(verdicts, thresholds)
    if not good:
        raise typer.Exit(1)


def _show(verdicts: list[Verdict], path: Path) -> None:
    for one in verdicts:
        if one.told == "failed":
            _failed(one, path)
    for one in verdicts:
        if one.told == "skipped":
            out.print(f"[dim]skipped[/dim]  {_name(one)}: {escape(one.why)}", soft_wrap=True, highlight=False)
    counts = {told: sum(one.told == told for one in verdicts) for told in ("passed", "failed", "skipped")}
    out.print(", ".join(f"{count} {told}" for told, count in counts.items() if count or told != "skipped") + ".")


def _failed(one: Verdict, path: Path) -> None:
    inside = "" if one.low is None or one.high is None else f", interval {number(one.low)} to {number(one.high)}"
    value = f"{number(one.value)}{inside}" if one.value is not None else "no figure"
    asked = f"{one.threshold} ({path.name}, line {one.line})"
    out.print(f"[red]failed[/red]   [bold]{_name(one)}[/bold]: {value}; {asked}", soft_wrap=True, highlight=False)
    out.print(f"         {escape(one.why)}", soft_wrap=True, highlight=False)
    for case in one.worst:
        said = "; ".join(filter(None, (case.answer, case.explanation)))
        told = f"         {case.id}: {number(case.value)} – {said}"
        out.print(escape(told), soft_wrap=True, highlight=False)


def _name(one: Verdict) -> str:
    return escape(f"{one.suite} {one.metric}" + (f" on {one.on}" if one.on != "all" else ""))
