"""`sobmedida eval pairs|judge`: copy compared two at a time, by people in a form, or by a model."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from evaluation.commands.options import locale_of
from evaluation.judge import VOTES, Judged, JudgeSettings, Measured, Pair, judge_of, measure, read_pairs
from evaluation.pairs import KEYS, MOST, Result, Standing, make, page, read_answers, read_key, result
from evaluation.runs import Run
from evaluation.showing import number
from service.commands.output import Json, Quiet, err, note, out, print_json
from service.errors import Invalid, NotFound
from service.settings import Settings

pairs_ = typer.Typer(help="Let people compare copy in a form that does not say who wrote it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(pairs_, name="pairs")
    app.command("judge")(judge)


@pairs_.callback()
def _pairs() -> None:
    """Let people compare copy in a form that does not say who wrote it."""


@pairs_.command("make")
def make_(
    first: Annotated[Path, typer.Argument(help="The folder of a run with copy; the key is kept in it.")],
    second: Annotated[Path | None, typer.Argument(help="The folder of another one.")] = None,
    human: Annotated[
        Path | None, typer.Option(help='Copy by people, a line each: {"id": "the case", "fields": {"subject": "..."}}.')
    ] = None,
    to: Annotated[Path, typer.Option("--out", help="The form.")] = Path("form.html"),
    locale: Annotated[str, typer.Option(help="For the form's own words: pt-BR, en or es.")] = "pt-BR",
    pairs: Annotated[int, typer.Option(min=1, max=200, help="At most so many pairs.")] = MOST,
    seed: Annotated[int, typer.Option(help="For the order.")] = 7,
) -> None:
    """Make a form in which writers compare the copy of two runs, and of people.

    Example:

        sobmedida eval pairs make runs/composer runs/model --human ours.jsonl --out form.html
    """
    language = locale_of(locale)
    runs = [Run.open(folder) for folder in (first, second) if folder]
    form = make(runs, human, seed, pairs)
    key = first / KEYS / f"{form.key.form}.json"
    key.parent.mkdir(exist_ok=True)
    key.write_text(form.key.model_dump_json(indent=2) + "\n", encoding="utf-8")
    to.write_text(page(form, language), encoding="utf-8")
    told = f"{to} has {len(form.pairs)} pairs by {', '.join(form.key.writers)}"
    told += f"; {form.same} were left out, since both sides are the same" if form.same else ""
    out.print(f"{told}.\nWho wrote what is in {key}, which nobody who answers may see.", markup=False, soft_wrap=True)


@pairs_.command("read")
def read_(
    answers: Annotated[list[Path], typer.Argument(help="What the form saved, a file for each who answered.")],
    key: Annotated[Path | None, typer.Option(help="The form's key; else it is looked for in runs/*/pairs.")] = None,
    as_json: Json = False,
) -> None:
    """Say how often each writer's copy was preferred, and whether those who answered agree.

    Example:

        sobmedida eval pairs read answers-*.json
    """
    files = {str(path): read_answers(path) for path in answers}
    found = result(read_key(key or _key(next(iter(files.values())).form)), files)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _show_pairs(found)


def judge(
    file: Annotated[Path, typer.Argument(help="Pairs that people have judged, a JSON object a line.")],
    votes: Annotated[int, typer.Option(help="Votes on each pair, an odd number; each asks in both orders.")] = VOTES,
    seed: Annotated[int, typer.Option(help="For the intervals.")] = 7,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Measure your model as a judge of copy, on pairs that people have judged: is it right, does it follow the order?

    Example:

        sobmedida eval judge pairs.jsonl --votes 5
    """
    pairs = read_pairs(file)
    measured, judged = asyncio.run(_judged(pairs, votes, seed, quiet))
    if as_json:
        print_json({"judge": measured.model_dump(mode="json"), "pairs": [_told(one) for one in judged]})
    else:
        _show_judge(measured)


async def _judged(pairs: list[Pair], votes: int, seed: int, quiet: bool) -> tuple[Measured, list[Judged]]:
    made = judge_of(Settings(), JudgeSettings(), votes)
    if made is None:
        raise Invalid(
            "No model is configured to judge; set OPENAI_MODEL or SOBMEDIDA_JUDGE_MODEL.", code="eval.no_judge"
        )
    columns = (TextColumn("pairs"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, console=err, disable=quiet or not err.is_terminal) as bar:
            task = bar.add_task("pairs", total=len(pairs))
            return await measure(made, pairs, seed, lambda done, total: bar.update(task, completed=done, total=total))
    finally:
        await made.close()


def _told(judged: Judged) -> dict[str, object]:
    return {"pair": judged.pair, "outcome": judged.outcome, "votes": [one.model_dump() for one in judged.votes]}


def _key(form: str) -> Path:
    found = sorted(Path("runs").glob(f"*/{KEYS}/{form}.json"))
    if not found:
        raise NotFound(f"No run here has the key of the form {form}; name it (--key).", code="eval.key_unknown")
    return found[0]


def _show_pairs(found: Result) -> None:
    out.print(f"{found.people} answered {found.answered} of {found.pairs} pairs.", highlight=False)
    table = Table("writer", "won", "tied", "lost", "share", "interval", box=None)
    for one in found.standings:
        _row(table, one)
    for couple, standings in found.between.items() if len(found.between) > 1 else ():
        table.add_row(f"[dim]{couple}[/dim]")
        for one in standings:
            _row(table, one)
    out.print(table)
    if found.agree is None:
        note("Nobody answered the same pair as somebody else, so nothing is known of how far people agree.")
        return
    alpha = "not to be told" if found.alpha is None else f"{found.alpha:.2f}"
    out.print(f"Two people said the same of a pair in {found.agree:.0%} of all cases (Krippendorff's alpha {alpha}).",
              highlight=False)  # fmt: skip


def _row(table: Table, one: Standing) -> None:
    inside = "" if one.low is None or one.high is None else f"{one.low:.2f} to {one.high:.2f}"
    table.add_row(one.writer, f"{one.won:g}", f"{one.tied:g}", f"{one.lost:g}", f"{one.share:.2f}", inside)


def _show_judge(found: Measured) -> None:
    table = Table("", "value", "interval", "cases", "what it says", box=None)
    for name, figure in found.figures.items():
        inside = "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"
        value = "not scored" if figure.value is None else f"{figure.value:.3f}"
        table.add_row(name, value, inside, str(figure.cases), figure.says)
    out.print(table)
    told = ", ".join(f"{outcome} {count}" for outcome, count in found.outcomes.items())
    alpha = "not to be told" if found.alpha is None else number(found.alpha)
    out.print(
        f"{found.model}, {found.votes} votes in both orders. Outcomes: {told or 'none'}; "
        f"not scored: {found.not_scored}. Krippendorff's alpha of the votes: {alpha}. Cost: {found.cost} USD.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
