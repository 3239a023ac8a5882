"""`sobmedida eval run|rerun|suites`: suites over the sample shop, somebody's content or a workspace, into a folder."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from evaluation.commands.options import (
    Content,
    ForLocale,
    OfWorkspace,
    Questions,
    Seed,
    locale_of,
    moment_of,
    one_of,
    source_of,
)
from evaluation.lab import NOW, ZONE, Lab, Parts, content_lab, sample_lab, workspace_lab
from evaluation.runner import run_suites
from evaluation.runs import Config, Run, RunInfo, Source, Summary, code
from evaluation.suites.registry import SUITES, suites_of
from retrieval.embedding import SentenceTransformerEmbedder
from service.commands.output import Json, Quiet, err, note, out, print_json
from service.errors import Invalid
from service.logs import configure
from service.metrics import Metrics
from service.settings import Settings
from service.wiring import model_client


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run")(run)
    app.command("rerun")(rerun)
    app.command("suites")(suites)


def run(
    suite: Annotated[list[str] | None, typer.Option(help="A suite to run, else all of them. Repeatable.")] = None,
    content: Content = None,
    leads: Annotated[Path | None, typer.Option(help="Leads for that content, as `import leads` takes them.")] = None,
    workspace: OfWorkspace = None,
    locale: ForLocale = "pt-BR",
    scenarios: Annotated[Path | None, typer.Option(help="Cases of copy, a JSON object a line.")] = None,
    judged: Questions = None,
    labelled: Annotated[list[Path] | None, typer.Option(help="Labelled copy for the checks. Repeatable.")] = None,
    writer: Annotated[str, typer.Option(help="Who writes: composer, or model, as in your settings.")] = "composer",
    judge: Annotated[bool, typer.Option("--judge", help="Also let your model compare the copy in pairs.")] = False,
    seed: Seed = 7,
    now: Annotated[
        str | None,
        typer.Option(help="When it is for that content, such as 2026-12-01T08:00; the start of the run unless given."),
    ] = None,
    to: Annotated[Path | None, typer.Option("--out", help="The run's folder; a stopped run there goes on.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Measure how good the service is, on the sample shop or on your own content, and keep every case.

    Examples:

        sobmedida eval run

        sobmedida eval run --content artigos/ --judged perguntas/ --suite retrieval --out runs/first
    """
    source = source_of(content, workspace)
    config = Config(
        source=source, suites=suite or list(SUITES), content=_path(content), leads=_path(leads), workspace=workspace,
        locale=locale_of(locale), now=_stands_at(now, source, to), scenarios=_path(scenarios),
        writer=one_of("--writer", writer, ("composer", "model")), judged=judged or [],
        labelled=[str(one) for one in labelled or []], embedding=Settings().embedding.model, judge=judge, seed=seed,
        retrieval=Settings().retrieval.tuning,
    )  # fmt: skip
    _run_into(to, config, as_json, quiet)


def rerun(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    to: Annotated[Path | None, typer.Option("--out", help="The new run's folder.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Do a run again with the same configuration, and say whether every figure came out the same.

    Example:

        sobmedida eval rerun runs/first
    """
    before = Run.open(folder)
    again = _run_into(to, before.info.config, as_json, quiet)
    changed = before.summary != again
    note("Some figures differ; `sobmedida eval compare` shows which." if changed else
         "Every figure is the same, to the last digit.", quiet=quiet)  # fmt: skip
    if changed:
        raise typer.Exit(1)


def suites(as_json: Json = False) -> None:
    """List the suites, and what each metric of theirs says.

    Example:

        sobmedida eval suites
    """
    made = suites_of(Config(suites=list(SUITES)))
    if as_json:
        print_json({one.name: {"says": one.says, "metrics": {metric.name: metric.says for metric in one.metrics}}
                    for one in made})  # fmt: skip
        return
    table = Table("suite", "metric", "better", "what it says", box=None)
    for one in made:
        table.add_row(f"[bold]{one.name}[/bold]", "", "", one.says)
        for metric in one.metrics:
            table.add_row("", metric.name, metric.better, metric.says)
    out.print(table)


def _run_into(to: Path | None, config: Config, as_json: bool, quiet: bool) -> Summary:
    configure(Settings().log, at_least="warning")
    folder = to or Path("runs") / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    summary = asyncio.run(_run(folder, config, quiet))
    state = Run.open(folder).info
    if as_json:
        print_json(
            {"folder": str(folder), "run": state.model_dump(mode="json"), "summary": summary.model_dump(mode="json")}
        )
    else:
        _show(state, summary)
        out.print(f"\nThe run is in {folder}.", markup=False, highlight=False, soft_wrap=True)
    return summary


async def _run(folder: Path, config: Config, quiet: bool) -> Summary:
    made = suites_of(config)
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal) as bar:
        tasks = {one.name: bar.add_task(one.name, total=None) for one in made}
        async with open_lab(config, quiet) as lab:
            return await run_suites(
                folder, lab, config, made, code=code(), now=datetime.now(UTC),
                progress=lambda name, done, total: bar.update(tasks[name], completed=done, total=total),
            )  # fmt: skip


@asynccontextmanager
async def open_lab(config: Config, quiet: bool = True) -> AsyncIterator[Lab]:
    """The lab that a configuration asks for, with the embedder and the model of the settings."""
    settings = Settings()
    if config.source == "workspace":
        assert config.workspace is not None  # noqa: S101 - the source says so
        async with workspace_lab(settings, config.workspace, quiet=quiet) as lab:
            yield lab
        return
    with tempfile.TemporaryDirectory() as scratch:
        embedder = SentenceTransformerEmbedder(
            None if config.embedding == "bundled" else config.embedding, dtype="float32"
        )  # whichever CPU measures again, it gets the same vectors
        await embedder.warm()
        client = model_client(settings, None, Metrics()) if settings.model.model else None
        parts = Parts(embedder, client, settings.model.model, tuning=config.retrieval)
        try:
            if config.content:
                assert config.now is not None  # noqa: S101 - content has no time of its own
                leads = Path(config.leads) if config.leads else None
                opened = content_lab(
                    Path(scratch), parts, Path(config.content), now=config.now, leads=leads, locale=config.locale,
                    quiet=quiet,
                )  # fmt: skip
            else:
                opened = sample_lab(Path(scratch), parts)
            async with opened as lab:
                yield lab
        finally:
            if client is not None:
                await client.close()
            await embedder.close()


def _stands_at(told: str | None, source: Source, to: Path | None) -> datetime | None:
    """When it is in the lab: as told, as in the run that is there already, else the time of the start. None on a
    workspace, whose service has a time of its own."""
    if source != "content":
        if told is not None:
            raise Invalid("--now is for --content: the sample shop and a workspace have their own.", code="eval.option")
        return NOW if source == "sample" else None
    if told is not None:
        return moment_of("--now", told, ZONE)
    if to and (to / "run.json").is_file() and (begun := Run.open(to).info.config.now):
        return begun
    return datetime.now(UTC).replace(microsecond=0)


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _show(info: RunInfo, summary: Summary) -> None:
    table = Table("suite", "metric", "value", "interval", "cases", box=None)
    for suite, found in summary.suites.items():
        for name, figure in found.figures.items():
            inside = "" if figure.low is None or figure.high is None else f"{figure.low:.4g} to {figure.high:.4g}"
            value = "not scored" if figure.value is None else f"{figure.value:.4g} {figure.unit}".strip()
            table.add_row(suite, name, value, inside, str(figure.cases))
    out.print(table)
    for name, state in info.suites.items():
        if state.cannot:
            err.print(f"[yellow]{name} was not measured[/yellow]: {state.cannot}.", soft_wrap=True)
