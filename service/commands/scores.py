"""`sobmedida scores show|train|models|report`"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import orjson
import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from service.commands.api import Api, open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, err, note, out, print_json
from service.errors import Fault, Invalid, SobMedidaError
from service.learning.models import ModelReport, ModelView
from service.learning.page import page_of
from service.settings import Settings

POLL_SECONDS = 0.5

scores = typer.Typer(help="See how leads score and why, and train the model behind it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(scores, name="scores")


@scores.command("show")
def show(
    lead: Annotated[str, typer.Argument(help="The lead's external id.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show a lead's fit and intent, from 0 to 100, with what gave the points.

    Example:

        sobmedida scores show ana-lima
    """
    found = asyncio.run(_call("GET", f"/v1/leads/{quote(lead, safe='')}/scores", workspace, quiet))
    if as_json:
        print_json(found)
        return
    for kind in ("fit", "intent"):
        score = found[kind]
        if score["value"] is None:
            out.print(f"[bold]{kind}[/bold] none: {escape(score['why_not'])}")
            continue
        by = "by rules" if score["model"] == "rules" else f"by model {score['model']}"
        out.print(f"[bold]{kind}[/bold] {score['value']:g} [dim]{by}[/dim]")
        for reason in score["reasons"]:
            out.print(f"  {escape(reason['text'])}")


@scores.command("train")
def train(
    workspace: Workspace = DEFAULT_WORKSPACE,
    event: Annotated[str, typer.Option(help="Learn who does this.")] = "Order Completed",
    days: Annotated[int, typer.Option(min=1, max=365, help="Within so many days.")] = 30,
    trait: Annotated[str | None, typer.Option(help="Learn who has a trait instead: `name=value`.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and data give the same model.")] = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train a model from what leads did, and score all leads by it if it is better than chance.

    Examples:

        sobmedida scores train

        sobmedida scores train --event "Order Completed" --days 60

        sobmedida scores train --trait plan=premium
    """
    target: dict[str, Any] = {"event": event, "horizon_days": days}
    if trait is not None:
        name, equals, value = trait.partition("=")
        if not equals:
            raise Invalid(f"--trait {trait!r}: write it like plan=premium.")
        target = {"trait": name, "value": _value(value)}
    done = asyncio.run(_train({"target": target, "seed": seed}, workspace, quiet))
    if as_json:
        print_json(done)
        return
    served = "It gives the score from now on." if done["active"] else "It is no better than chance and does not serve."
    out.print(f"Model {done['version']} ({done['kind']}): AUC {done['auc']:.3f}. {served}")
    note(f"More: sobmedida scores report {done['version']}", quiet=quiet)


@scores.command("models")
def models(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """List the models, newest first.

    Example:

        sobmedida scores models
    """
    found = asyncio.run(_call("GET", "/v1/scores/models", workspace, quiet))["items"]
    if as_json:
        print_json(found)
        return
    if not found:
        note("No model was trained yet: leads are scored by rules.")
        return
    table = Table("version", "score", "serves", "AUC", "calibration error", "made", box=None, header_style="dim")
    for one in found:
        figures = (f"{one['auc']:.3f}", f"{one['ece']:.3f}")
        made = one["created_at"][:16].replace("T", " ")
        table.add_row(str(one["version"]), one["kind"], "yes" if one["active"] else "", *figures, made)
    out.print(table)


@scores.command("report")
def report(
    version: Annotated[int, typer.Argument(min=1, help="The model's version.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    html: Annotated[Path | None, typer.Option(help="Write the page with plots to this file.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show how good a model is on leads that it had not seen, beside a logistic regression.

    Examples:

        sobmedida scores report 1

        sobmedida scores report 1 --html report.html
    """
    if html is not None:
        html.write_text(asyncio.run(_page(version, workspace, quiet)), encoding="utf-8")
        note(f"Wrote {html}.", quiet=quiet)
        return
    found = asyncio.run(_call("GET", f"/v1/scores/models/{version}/report", workspace, quiet))
    if as_json:
        print_json(found)
        return
    table = Table("", "AUC", "95 %", "calibration error", "Brier", box=None, header_style="dim")
    for name, key in (("this model", "measures"), ("logistic regression", "baseline")):
        one = found[key]
        low, high = one["auc_interval"]
        table.add_row(name, f"{one['auc']:.3f}", f"{low:.3f}-{high:.3f}", f"{one['ece']:.3f}", f"{one['brier']:.4f}")
    out.print(table)
    out.print(f"Looks at: {', '.join(found['features'])}", markup=False)
    for name, why in found["left_out"].items():
        out.print(f"  not at {name}: {why}", markup=False)


async def run_job(api: Api, path: str, body: dict[str, Any], *, quiet: bool) -> dict[str, Any]:
    """Start a job and wait for its result. Raises the problem that it failed with."""
    job = await api.call("POST", path, json=body)
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        task = progress.add_task(job["kind"], total=1.0)
        while job["status"] in ("queued", "running"):
            await asyncio.sleep(POLL_SECONDS)
            job = await api.call("GET", f"/v1/jobs/{job['id']}")
            progress.update(task, completed=job["progress"])
    if problem := job["problem"]:
        faults = [Fault(fault["pointer"], fault["detail"]) for fault in problem.get("errors", ())]
        raise SobMedidaError(problem["detail"], code=problem["code"], faults=faults)
    result: dict[str, Any] = job["result"]
    return result


async def _train(body: dict[str, Any], workspace: str, quiet: bool) -> dict[str, Any]:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await run_job(api, "/v1/scores:train", body, quiet=quiet)


async def _call(method: str, path: str, workspace: str, quiet: bool) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, path)


async def _page(version: int, workspace: str, quiet: bool) -> str:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        found = await api.call("GET", f"/v1/scores/models/{version}/report")
        every = (await api.call("GET", "/v1/scores/models"))["items"]
    model = next(one for one in every if one["version"] == version)
    return page_of(ModelReport.model_validate(found), ModelView.model_validate(model), workspace)


def _value(text: str) -> Any:
    """`true`, `3` and the like are what they say; everything else is text."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return found if isinstance(found, str | int | float | bool) else text
