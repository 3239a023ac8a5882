"""`sobmedida eval retrieval|checks|scores`: one thing measured on somebody's data, at once."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from evaluation.checks import Rates, read_cases, score
from evaluation.checks import Scores as CheckScores
from evaluation.datasets.ranking import RankingSet, read_ranking_set
from evaluation.ranking import Scores, evaluate
from evaluation.scores import evaluate as evaluate_scores
from evaluation.scores import read_people
from retrieval.embedding import SentenceTransformerEmbedder
from retrieval.languages import Language
from retrieval.search import Mode
from service.commands.output import Json, Quiet, err, out, print_json
from service.errors import CannotRead, Invalid
from service.settings import Settings

LANGUAGES: dict[str, Language] = {"pt": "pt", "pt-br": "pt", "en": "en", "es": "es"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("retrieval")(retrieval)
    app.command("checks")(checks)
    app.command("scores")(scores)


def retrieval(
    folder: Annotated[Path, typer.Argument(help="A folder with corpus.jsonl, queries.jsonl and qrels.tsv.")],
    locale: Annotated[str, typer.Option(help="The language of the data: pt, en or es.")] = "pt",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score lexical, dense and hybrid search on judged data: nDCG@10, recall@10 and MRR.

    Example:

        sobmedida eval retrieval judged/ --locale pt --json
    """
    language = LANGUAGES.get(locale.lower())
    if language is None:
        raise Invalid(f"--locale {locale!r}: use one of pt, en, es.", code="locale.unknown")
    try:
        data = read_ranking_set(folder)
    except (OSError, ValueError) as error:
        raise CannotRead(str(error)) from None
    scores = asyncio.run(_measure(data, language, quiet))
    if as_json:
        print_json(scores)
        return
    table = Table(
        "",
        "nDCG@10",
        "recall@10",
        "MRR",
        title=f"{len(data.documents)} documents, {len(data.relevance)} judged queries",
    )
    for mode, found in scores.items():
        table.add_row(mode, *(f"{found[name]:.4f}" for name in ("ndcg@10", "recall@10", "mrr")))
    out.print(table)


def checks(
    file: Annotated[Path, typer.Argument(help="Labelled copy: a JSON object a line.")],
    as_json: Json = False,
) -> None:
    """Score the checks on labelled copy: precision, recall and F1 of blocking, of all findings and of each code.

    Example:

        sobmedida eval checks copy_cases.jsonl
    """
    try:
        found = score(read_cases(file))
    except ValueError as error:
        raise CannotRead(str(error)) from None
    if as_json:
        print_json(_plain(found))
        return
    table = Table("", "right", "false", "missed", "precision", "recall", "F1", title=f"{found.cases} cases")
    rows = {"cases that block": found.blocking, "findings": found.findings, **found.codes}
    for name, rates in rows.items():
        figures = (rates.precision, rates.recall, rates.f1)
        counts = (str(rates.right), str(rates.false), str(rates.missed))
        table.add_row(name, *counts, *("-" if figure is None else f"{figure:.3f}" for figure in figures))
    out.print(table)
    for title, misses in (("False alarms", found.false_alarms), ("Misses", found.misses)):
        for miss in misses:
            out.print(f"{title}: {miss.case} {miss.code} in {miss.field}: {miss.quote}", markup=False, highlight=False)


def scores(
    file: Annotated[Path, typer.Argument(help="A CSV of people in the order of time, with what came of each.")],
    label: Annotated[str, typer.Option(help="The column that says what came of them.")] = "y",
    drop: Annotated[list[str] | None, typer.Option(help="A column to leave out. Repeatable.")] = None,
    every: Annotated[int | None, typer.Option(min=50, help="Also train anew after so many outcomes.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train the score model on the first four fifths, and measure it on the last beside a logistic regression.

    Example:

        sobmedida eval scores bank_additional_full.csv --drop duration
    """
    rows, labels = read_people(file, label, drop or ())
    with Progress(TextColumn("scores"), BarColumn(), MofNCompleteColumn(), console=err, disable=quiet) as bar:
        task = bar.add_task("scores")
        found = evaluate_scores(
            rows, labels, every=every, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    pairs = {"trained once": found.once} | ({f"trained every {every}": found.renewed} if found.renewed else {})
    if as_json:
        print_json(
            {name: {who: one.model_dump() for who, one in pair._asdict().items()} for name, pair in pairs.items()}
        )
        return
    table = Table("", "AUC", "interval", "calibration error", "Brier", title=f"{len(rows):,} people")
    for name, pair in pairs.items():
        for who, one in (("model", pair.model), ("logistic regression", pair.baseline)):
            low, high = one.auc_interval
            figures = (f"{one.auc:.4f}", f"{low:.4f}-{high:.4f}", f"{one.ece:.4f}", f"{one.brier:.4f}")
            table.add_row(f"{name}: {who}", *figures)
    out.print(table)


def _plain(found: CheckScores) -> dict[str, Any]:
    def rates(one: Rates) -> dict[str, float | None]:
        return {**asdict(one), "precision": one.precision, "recall": one.recall, "f1": one.f1}

    return {
        "cases": found.cases,
        "blocking": rates(found.blocking),
        "findings": rates(found.findings),
        "codes": {code: rates(one) for code, one in found.codes.items()},
        "false_alarms": [asdict(miss) for miss in found.false_alarms],
        "misses": [asdict(miss) for miss in found.misses],
    }


async def _measure(data: RankingSet, language: Language, quiet: bool) -> dict[Mode, Scores]:
    settings = Settings().embedding
    embedder = SentenceTransformerEmbedder(
        None if settings.model == "bundled" else settings.model,
        dtype=None if settings.dtype == "auto" else settings.dtype,
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        task = progress.add_task("retrieval", total=None)
        try:
            await embedder.warm()
            found = await evaluate(
                data,
                embedder,
                language=language,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
        finally:
            await embedder.close()
    order: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
    return {mode: found[mode] for mode in order}
