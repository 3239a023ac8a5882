"""`sobmedida campaigns list|create|show|generate|readiness|launch|pause|end|delete`"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.commands.scores import run_job
from service.errors import Invalid
from service.settings import Settings

campaigns = typer.Typer(help="Write campaigns, see how ready they are, launch and pause them.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="The campaign's slug.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(campaigns, name="campaigns")


@campaigns.command("list")
def list_(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show all campaigns, the newest first.

    Example:

        sobmedida campaigns list
    """
    found = _call("GET", "", workspace, quiet)["items"]
    if as_json:
        print_json(found)
        return
    if not found:
        note("There are no campaigns yet; make one with `sobmedida campaigns create`.", quiet=quiet)
        return
    table = Table("campaign", "name", "status", "channels", "audiences", "starts", "ends")
    for one in found:
        days = (one[name] or "" for name in ("starts_at", "ends_at"))
        table.add_row(
            one["slug"], escape(one["name"]), one["status"], ", ".join(one["channels"]), ", ".join(one["audiences"]),
            *days,
        )  # fmt: skip
    out.print(table)


@campaigns.command("create")
def create(
    slug: Slug,
    objective: Annotated[str, typer.Argument(help="What it is to say.")],
    channel: Annotated[list[str], typer.Option(help="email, banner, popup, push, sms, ... Repeatable.")],
    audience: Annotated[
        list[str] | None, typer.Option(help="An audience's slug, the most wanted first. Repeatable.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What people call it; else the slug.")] = None,
    locale: Annotated[str | None, typer.Option(help="pt-BR, en or es.")] = None,
    starts: Annotated[str | None, typer.Option(help="Such as 2026-12-01 or 2026-12-01T08:00, local time.")] = None,
    ends: Annotated[str | None, typer.Option(help="The first moment at which it is served no more.")] = None,
    content: Annotated[
        list[str] | None, typer.Option("--content", help="Rest on this content item only. Repeatable.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Rest on content with this tag. Repeatable.")] = None,
    tone: Annotated[str | None, typer.Option(help="How it is to sound.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a campaign. Nothing of it is served before it is launched.

    Example:

        sobmedida campaigns create cafe "Convidar para preparar um café melhor em casa" --channel email --audience loyal
    """
    brief = {"objective": objective, "content_ids": content or [], "tags": tag or [], "tone": tone}
    body = {
        "slug": slug, "name": name or slug, "brief": brief, "channels": channel, "audiences": audience or [],
        "locale": locale,
    }  # fmt: skip
    _print(asyncio.run(_create(body, {"starts_at": starts, "ends_at": ends}, workspace, quiet)), as_json)


@campaigns.command("show")
def show(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show one campaign.

    Example:

        sobmedida campaigns show cafe
    """
    _print(_call("GET", f"/{slug}", workspace, quiet), as_json)


@campaigns.command("generate")
def generate(
    slug: Slug,
    variants: Annotated[int, typer.Option(min=1, max=8, help="How many for each audience and channel.")] = 2,
    channel: Annotated[list[str] | None, typer.Option(help="Only this channel. Repeatable.")] = None,
    audience: Annotated[list[str] | None, typer.Option(help="Only this audience, and the control. Repeatable.")] = None,
    writer: Annotated[str, typer.Option(help="auto, model or composer.")] = "auto",
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write its control and its audiences' variants, and send them where the review policy says.

    What is there already is not written again.

    Example:

        sobmedida campaigns generate cafe --variants 3
    """
    body = {"variants_per_audience": variants, "channels": channel, "audiences": audience, "writer": writer}
    found = asyncio.run(_generate(slug, body, workspace, quiet))
    if as_json:
        print_json(found)
        return
    counted = {name: found.get(name, 0) for name in ("written", "in_review", "approved", "rejected")}
    out.print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counted.items()))
    for one in found["problems"]:
        out.print(f"{one['channel']} for {one['audience'] or 'everyone'}: {one['code']}", markup=False)


@campaigns.command("readiness")
def readiness(
    slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False
) -> None:
    """Show how many leads stand on which rung, and what is missing.

    Example:

        sobmedida campaigns readiness cafe
    """
    found = _call("GET", f"/{slug}/readiness", workspace, quiet)
    if as_json:
        print_json(found)
        return
    table = Table("channel", "control", "audience", "parent", "control's", "nothing", "why", "missing")
    for one in found["channels"]:
        rungs = one["rungs"]
        counts = (f"{rungs[name]:,}" for name in ("audience", "parent", "control", "none"))
        why = ", ".join(f"{reason} {count:,}" for reason, count in rungs["reasons"].items())
        table.add_row(one["channel"], "yes" if one["control"] else "no", *counts, why, _missing(one))
    out.print(table)
    ready = "ready" if found["ready"] else "not ready: it lacks a control"
    reading = "" if found["complete"] else " (still being read)"
    out.print(f"{found['leads']:,} leads{reading}; the campaign is {found['status']}, and {ready}")
    if found["unknown_audiences"]:
        out.print(f"no such audience any more: {', '.join(found['unknown_audiences'])}")


@campaigns.command("launch")
def launch(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Serve what is approved, from its start until its end.

    Example:

        sobmedida campaigns launch cafe
    """
    _call("POST", f"/{slug}/launch", workspace, quiet)
    note(f"{slug} is live.", quiet=quiet)


@campaigns.command("pause")
def pause(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Serve it no longer, for now.

    Example:

        sobmedida campaigns pause cafe
    """
    _call("POST", f"/{slug}/pause", workspace, quiet)
    note(f"{slug} is paused.", quiet=quiet)


@campaigns.command("end")
def end(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Serve it no longer, for good.

    Example:

        sobmedida campaigns end cafe
    """
    _call("POST", f"/{slug}/end", workspace, quiet)
    note(f"{slug} has ended.", quiet=quiet)


@campaigns.command("delete")
def delete(slug: Slug, workspace: Workspace = DEFAULT_WORKSPACE, quiet: Quiet = False) -> None:
    """Forget a campaign that is not live; its variants stay.

    Example:

        sobmedida campaigns delete cafe
    """
    _call("DELETE", f"/{slug}", workspace, quiet)
    note(f"{slug} is gone.", quiet=quiet)


def _call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    return asyncio.run(_ask(method, path, workspace, quiet, **options))


async def _ask(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, f"/v1/campaigns{path}", **options)


async def _create(body: dict[str, Any], times: dict[str, str | None], workspace: str, quiet: bool) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        zone = ZoneInfo((await api.call("GET", "/v1/workspace"))["timezone"]) if any(times.values()) else None
        told = {name: _moment(text, zone) for name, text in times.items() if text}
        return await api.call("POST", "/v1/campaigns", json=body | told)


async def _generate(slug: str, body: dict[str, Any], workspace: str, quiet: bool) -> dict[str, Any]:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await run_job(api, f"/v1/campaigns/{slug}/generate", body, quiet=quiet)


def _moment(text: str, zone: ZoneInfo | None) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text[:40]!r} is no time; write one such as 2026-12-01 or 2026-12-01T08:00.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _missing(channel: dict[str, Any]) -> str:
    parts = [f"no variant: {', '.join(channel['without_variant'])}"] if channel["without_variant"] else []
    waiting = {name.replace("_", " "): channel[name] for name in ("in_review", "drafts", "quarantined")}
    return "; ".join(parts + [f"{count} {what}" for what, count in waiting.items() if count])


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    shown = {key: found[key] for key in ("slug", "name", "status", "locale", "version")} | {
        "objective": found["brief"]["objective"], "channels": ", ".join(found["channels"]),
        "audiences": ", ".join(found["audiences"]), "starts": found["starts_at"] or "at launch",
        "ends": found["ends_at"] or "never",
    }  # fmt: skip
    table = Table(show_header=False, box=None)
    for key, value in shown.items():
        table.add_row(key, escape(str(value)))
    out.print(table)
