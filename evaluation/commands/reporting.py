"""`sobmedida eval report`: a run as a page to be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.commands.options import locale_of
from evaluation.gate import SAMPLE, known_metrics, read_gate
from evaluation.report.page import EXAMPLES, report
from evaluation.runs import Run
from service.commands.output import out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report_)


def report_(
    run: Annotated[Path, typer.Argument(help="The folder of a run that is done.")],
    before: Annotated[Path | None, typer.Argument(help="The folder of a run to hold it against.")] = None,
    locale: Annotated[str, typer.Option(help="For the page's own words: pt-BR, en or es.")] = "en",
    examples: Annotated[
        int, typer.Option(min=0, max=100, help="Examples of copy for each suite that has any.")
    ] = EXAMPLES,
    thresholds: Annotated[
        Path | None, typer.Option(help="What figures have to be; the sample shop's own for a run on it, else none.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="The file; report.html in the run's folder unless given.")
    ] = None,
) -> None:
    """Write a run, or a run against another, as one HTML page that loads and runs nothing.

    Examples:

        sobmedida eval report runs/first --locale pt-BR

        sobmedida eval report runs/second runs/first --out report.html
    """
    language = locale_of(locale)
    opened = Run.open(run)
    held_to = thresholds or (SAMPLE if opened.info.config.source == "sample" else None)
    asked = read_gate(held_to, known_metrics()) if held_to else []
    page = report(
        opened, Run.open(before) if before else None, locale=language, asked=asked, examples=examples
    )  # fmt: skip
    path = to or opened.folder / "report.html"
    path.write_text(page, encoding="utf-8")
    out.print(f"The report is in {path}.", markup=False, highlight=False, soft_wrap=True)
