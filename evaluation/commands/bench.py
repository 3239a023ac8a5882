"""`sobmedida bench search|embed|checks|generate|events|audiences|serve|pictures|studio|peers`"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from evaluation.benchmarks import audiences, checks, embed, events, generate, pictures, search, serve, studio
from evaluation.benchmarks.peers import running, table
from evaluation.benchmarks.report import BenchResult
from evaluation.datasets.ranking import read_ranking_set
from retrieval.embedding import Dtype
from service.commands.output import Json, Quiet, err, note, out, print_json
from service.errors import CannotRead

bench = typer.Typer(help="Measure how fast the service is, against a baseline in the same run.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(bench, name="bench")


@bench.command("search")
def bench_search(
    passages: Annotated[int, typer.Option(min=100, help="How many passages the index holds.")] = 50_000,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hybrid, filtered search against the same two raw engine queries.

    Example:

        sobmedida bench search --json
    """
    with _bar("search", quiet) as told:
        result = asyncio.run(search.run(passages=passages, progress=told.update))
    _show(result, as_json)


@bench.command("embed")
def bench_embed(as_json: Json = False, quiet: Quiet = False) -> None:
    """Embedding against plain sentence-transformers in float32.

    Example:

        sobmedida bench embed
    """
    with _bar("embed", quiet) as told:
        result = asyncio.run(embed.run(progress=told.update))
    _show(result, as_json)


@bench.command("checks")
def bench_checks(as_json: Json = False, quiet: Quiet = False) -> None:
    """All checks over e-mails with eight passages of evidence, against one regular expression over the same words.

    Example:

        sobmedida bench checks
    """
    with _bar("checks", quiet) as told:
        result = asyncio.run(checks.run(progress=told.update))
    _show(result, as_json)


@bench.command("pictures")
def bench_pictures(as_json: Json = False, quiet: Quiet = False) -> None:
    """Banners as PNG, drawn anew and from memory, against bare resvg on the same SVG.

    Example:

        sobmedida bench pictures --json
    """
    with _bar("pictures", quiet) as told:
        result = asyncio.run(pictures.run(progress=told.update))
    _show(result, as_json)


@bench.command("events")
def bench_events(
    database: Annotated[
        str | None, typer.Option(help="DATABASE_URL of an empty PostgreSQL database; a new SQLite file without it.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Events through HTTP, in batches and one by one, against an endpoint that only reads them.

    Example:

        sobmedida bench events --database postgresql://me@localhost/bench --json
    """
    told: Callable[[str], None] = lambda step: note(step, quiet=quiet)  # noqa: E731
    _show(events.run(progress=told, database=database), as_json)


@bench.command("audiences")
def bench_audiences(
    leads: Annotated[int, typer.Option(min=1_000, help="How many leads.")] = 100_000,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Memberships of 50 audiences over many leads against bare growthbook, then one event at a time.

    Example:

        sobmedida bench audiences --leads 10000
    """
    with _bar("audiences", quiet) as told:
        result = asyncio.run(audiences.run(progress=told.update, leads=leads))
    _show(result, as_json)


@bench.command("generate")
def bench_generate(
    passages: Annotated[int, typer.Option(min=10, help="How many passages the index holds.")] = 5_000,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Generation end to end over HTTP: the composer's latency, then 100 and 200 callers of a model that takes a second.

    Example:

        sobmedida bench generate --passages 500
    """
    told: Callable[[str], None] = lambda step: note(step, quiet=quiet)  # noqa: E731
    _show(generate.run(progress=told, passages=passages), as_json)


@bench.command("serve")
def bench_serve(
    leads: Annotated[int, typer.Option(min=1_000, help="How many leads.")] = serve.LEADS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Copy on demand over HTTP, route by route, against a bare route that answers the same JSON from memory.

    Example:

        sobmedida bench serve --leads 10000 --json
    """
    results = serve.run(told=lambda step: note(step, quiet=quiet), leads=leads)
    if as_json:
        print_json([result.model_dump() for result in results])
        return
    for result in results:
        _show(result, as_json)


@bench.command("studio")
def bench_studio(
    drafts: Annotated[int, typer.Option(min=100, help="How many drafts wait.")] = studio.DRAFTS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The studio's inbox over HTTP, against a page of the studio that holds nothing.

    Example:

        sobmedida bench studio --drafts 1000
    """
    _show(studio.run(told=lambda step: note(step, quiet=quiet), drafts=drafts), as_json)


@bench.command("peers")
def bench_peers(
    judged: Annotated[
        Path | None,
        typer.Option(
            envvar="SOBMEDIDA_BENCH_JUDGED",
            help="A folder with corpus.jsonl, queries.jsonl and qrels.tsv for nDCG@10; not measured without one.",
        ),
    ] = None,
    passages: Annotated[int, typer.Option(min=50, help="How many passages are indexed.")] = 1_000,
    queries: Annotated[int, typer.Option(min=10, help="How many searches in each mode.")] = 200,
    callers: Annotated[int, typer.Option(min=1, help="How many ask at once.")] = 200,
    dtype: Annotated[
        Dtype | None, typer.Option(help="Of the embedder, for all; the one that this machine is fastest with.")
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="Write every round into this file too, as JSON.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The same work with Haystack, LlamaIndex and LangChain, over the same embedder, data and model: twenty minutes.

    It needs `pip install '.[peers]'`.

    Example:

        sobmedida bench peers --judged faquad --keep rounds.json
    """
    try:
        data = read_ranking_set(judged) if judged else None
    except ValueError as error:
        raise CannotRead(str(error)) from None
    sizes = running.Sizes(passages=passages, queries=queries, callers=callers)
    run = running.run(lambda step: note(step, quiet=quiet), sizes, dtype, data)
    if keep:
        keep.write_text(run.model_dump_json(indent=1), encoding="utf-8")
    if as_json:
        print_json(run.model_dump(mode="json"))
    else:
        out.print(table.markdown(run), markup=False, soft_wrap=True)


class _bar:  # noqa: N801 - reads as a phrase where it is used
    def __init__(self, name: str, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal)
        self._task = self._progress.add_task(name, total=None)

    def __enter__(self) -> _bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


def _show(result: BenchResult, as_json: bool) -> None:
    if as_json:
        print_json(result.model_dump())
        return
    table = Table("", "median", "quartiles", "least", "most", title=f"{result.name} ({result.unit})")
    for name, spread in (("ours", result.ours), ("baseline", result.baseline)):
        quartiles = f"{spread.low_quartile:.3f} - {spread.high_quartile:.3f}"
        table.add_row(name, f"{spread.median:.3f}", quartiles, f"{spread.least:.3f}", f"{spread.most:.3f}")
    out.print(table)
    out.print(f"ratio {result.ratio:.3f}")
    for name, value in result.detail.items():
        out.print(f"  {name}: {value:g}")
