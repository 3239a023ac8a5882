"""`sobmedida eval calibrate`: the retrieval settings that fit somebody's content."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from evaluation.calibrating import Calibration, calibrate
from evaluation.commands.options import Content, ForLocale, OfWorkspace, Questions, Seed, locale_of, source_of
from evaluation.datasets.questions import Item, Material, items_at, of_content, of_judged
from evaluation.dotenv import FILE, write_settings
from evaluation.lab import Lab, Parts, content_lab, sample_lab, workspace_lab
from evaluation.neighbours import items_of
from evaluation.runs import Config
from evaluation.suites.retrieval import Judged, judged_sets, known_ids, why_not
from retrieval.embedding import HashEmbedder, SentenceTransformerEmbedder
from service.commands.output import Json, Quiet, err, note, out, print_json
from service.errors import Invalid
from service.logs import configure
from service.settings import Settings

NAMES = {"dense_weights": "weight of meaning", "passage_words": "words of a passage", "passages": "passages"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("calibrate")(calibrate_)


def calibrate_(
    content: Content = None,
    workspace: OfWorkspace = None,
    judged: Questions = None,
    locale: ForLocale = "pt-BR",
    write: Annotated[bool, typer.Option("--write", help="Write what is better into .env in this folder.")] = False,
    seed: Seed = 7,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the weights, the size of passages and the number of them that fit, on one half of the questions; the other
    half decides whether they are better than what is set. Without --judged the content's own titles and headings ask;
    without --write nothing is changed.

    Examples:

        sobmedida eval calibrate --workspace casa-jatoba

        sobmedida eval calibrate --content artigos/ --judged perguntas/ --write
    """
    source, language = source_of(content, workspace), locale_of(locale)
    if write and not (content or workspace or judged):
        raise Invalid(
            "--write needs content or questions of your own: what fits the sample shop says nothing about yours.",
            code="eval.option",
        )
    settings = Settings()
    configure(settings.log, at_least="warning")
    config = Config(
        source=source, suites=[], content=str(content) if content else None, workspace=workspace, locale=language,
        judged=judged or [], embedding=settings.embedding.model, retrieval=settings.retrieval.tuning, seed=seed,
    )  # fmt: skip
    found = asyncio.run(_calibrate(config, settings, quiet))
    if write and found.settings:
        write_settings(found.settings)
    if as_json:
        print_json(found.model_dump(mode="json") | {"settings": found.settings, "written": write})
    else:
        _show(found)
    _tell(found.settings, write, quiet)


async def _calibrate(config: Config, settings: Settings, quiet: bool) -> Calibration:
    materials = await _materials(config, settings, quiet)
    embedder = SentenceTransformerEmbedder(
        None if config.embedding == "bundled" else config.embedding, dtype="float32"
    )  # whichever CPU measures again, it gets the same vectors
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal) as bar:
        tasks = dict[str, TaskID]()

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step)
            bar.update(tasks[step], completed=done, total=total)

        try:
            await embedder.warm()
            return await calibrate(materials, embedder, config.retrieval, seed=config.seed, progress=progress)
        finally:
            await embedder.close()


async def _materials(config: Config, settings: Settings, quiet: bool) -> list[Material]:
    """What is asked of what. Raises `CannotRead`."""
    sets = judged_sets(config)[0] if config.judged else []
    if sets and all(one.data.documents for one in sets):
        return [of_judged(one.data, one.locale) for one in sets]
    with tempfile.TemporaryDirectory() as scratch:
        parts = Parts(HashEmbedder(64))  # content is only read here, and calibration embeds it
        if config.workspace:
            opened = workspace_lab(settings, config.workspace, quiet=quiet)
        elif config.content:
            opened = content_lab(
                Path(scratch), parts, Path(config.content), now=datetime.now(UTC), locale=config.locale, quiet=quiet
            )
        else:
            opened = sample_lab(Path(scratch), parts)
        async with opened as lab:
            return _about(lab, await items_of(lab), sets)


def _about(lab: Lab, found: Mapping[str, Mapping[str, Any]], sets: Sequence[Judged]) -> list[Material]:
    items: list[Item] = items_at(found, [id_ for id_, one in found.items() if why_not(one, lab.now) is None])
    for one in sets:
        if not one.data.documents:
            known_ids(one.data, found)
    return [of_judged(one.data, one.locale, items) for one in sets] or [of_content(items)]


def _show(found: Calibration) -> None:
    table = Table("setting", "set", "best", "held back: set", "best", "difference", "", "", box=None)
    for one in found.trials:
        name = f"{NAMES[one.what]}{f', {one.language}' if one.language else ''}"
        figures = ("", "", "")
        if one.score_before is not None and one.score_best is not None:
            difference = f"{one.score_best - one.score_before:+.4f} ({one.low:+.4f} to {one.high:+.4f})"
            figures = (f"{one.measure} {one.score_before:.4f}", f"{one.score_best:.4f}", difference)
        halves = f"{one.development} and {one.held_back} questions"
        table.add_row(name, f"{one.before:g}", f"{one.best:g}", *figures, one.why, halves)
    out.print(table)
    table = Table("all of it", "questions", "nDCG@10 before", "after", "difference", box=None)
    for gain in found.gains:
        table.add_row(
            gain.language, str(gain.questions), _with(gain.before, gain.before_interval),
            _with(gain.after, gain.after_interval), _with(gain.difference, (gain.low, gain.high), "+"),
        )  # fmt: skip
    out.print()
    out.print(table)


def _with(value: float, interval: tuple[float | None, float | None], sign: str = "") -> str:
    low, high = interval
    inside = "" if low is None or high is None else f" ({low:{sign}.4f} to {high:{sign}.4f})"
    return f"{value:{sign}.4f}{inside}"


def _tell(settings: Mapping[str, str], write: bool, quiet: bool) -> None:
    if not settings:
        note("Nothing is better than what is set; nothing is to be changed.", quiet=quiet)
        return
    lines = ", ".join(f"{name}={value}" for name, value in settings.items())
    note(f"{f'Written into {FILE.resolve()}' if write else 'With --write, .env would say'}: {lines}", quiet=quiet)
    if hidden := [name for name in settings if name in os.environ]:
        note(f"{hidden[0]} is set in the environment too, which counts before .env.", quiet=quiet)
    if write:
        note("A running service takes it up when it starts again.", quiet=quiet)
    if "SOBMEDIDA_PASSAGE_WORDS" in settings:
        note("Content that is there already is cut anew by `sobmedida reindex`.", quiet=quiet)
