"""`sobmedida demo`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from service.app import create_app
from service.commands.actions import show_action
from service.commands.api import Api, in_process, open_api
from service.commands.cards import show_variant
from service.commands.imports import follow
from service.commands.output import Json, Quiet, note, out, print_json
from service.commands.serve import check_port, run_loop, serve_app
from service.db.engine import Database
from service.db.migrate import migrate
from service.logs import configure
from service.sample.campaigns import show
from service.sample.drafts import write_drafts
from service.sample.loader import Sample, development_key, load, make_workspace, read_sample
from service.sample.pages import shop_routes
from service.sample.people import StudioUser, studio_user
from service.settings import Settings
from service.wiring import open_services, system_clock


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Serve when it is shown, as `make run` does.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Load the sample shop, and show the e-mail and the banner that three quite different leads would get.

    Examples:

        sobmedida demo

        sobmedida demo --serve
    """
    settings = Settings()
    configure(settings.log, at_least="warning")
    if serve:
        check_port(settings)
        run_loop(_show_and_serve(settings, as_json, quiet))
    else:
        asyncio.run(_show(settings, as_json, quiet))


async def _show(settings: Settings, as_json: bool, quiet: bool) -> None:
    sample = read_sample()
    await _prepare(settings, sample)
    async with open_api(settings, sample.slug, quiet=quiet) as api:
        await _showcase(api, sample, as_json, quiet)


async def _show_and_serve(settings: Settings, as_json: bool, quiet: bool) -> None:
    sample = read_sample()
    key = await _prepare(settings, sample)
    app = create_app(open_services(settings))
    async with app.router.lifespan_context(app):
        async with in_process(app, sample.slug) as api:
            await _showcase(api, sample, as_json, quiet)
            app.include_router(await shop_routes(api, settings.storage.data_dir, _origins(settings), system_clock))
            await write_drafts(api)
            writer = await studio_user(api, settings.storage.data_dir)
        _tell_how_to_call(settings, sample, key, writer, quiet)
        configure(settings.log)
        await serve_app(settings, app)
    note("Stopped.", quiet=quiet)


async def _prepare(settings: Settings, sample: Sample) -> str:
    database = Database(settings.database_url)
    try:
        await migrate(database)
        workspace = await make_workspace(database, sample, system_clock)
        return await development_key(database, workspace, settings.storage.data_dir, system_clock)
    finally:
        await database.close()


async def _showcase(api: Api, sample: Sample, as_json: bool, quiet: bool) -> None:
    counts = await load(api, sample, system_clock())
    await follow(api, quiet)
    await show(api)
    note(
        f"{sample.name}: {counts['leads']} leads, {counts['content']} content items, {counts['events']} events are in.",
        quiet=quiet,
    )
    shown: list[Any] = []
    for case in sample.showcases:
        for channel in ("email", "banner"):
            body = {"lead": case.lead, "brief": {"objective": case.objective}, "channel": channel, "variants": 1}
            answer = await api.call("POST", "/v1/generate", json=body)
            shown.append(answer)
            if not as_json:
                for variant in answer["variants"]:
                    out.print(show_variant(variant, f"{case.lead} · {channel} · {case.objective}"))
    if as_json:
        print_json(shown)
    else:
        await _tell_of_leads(api, sample)


async def _tell_of_leads(api: Api, sample: Sample) -> None:
    """Who is in which audience, and what to do next for some leads, with reasons."""
    table = Table("audience", "leads", title="Micro-segments, kept current as events come in and time passes", box=None)
    for audience in (await api.call("GET", "/v1/audiences"))["items"]:
        if audience["members"]:
            table.add_row(escape(audience["name"]), str(audience["members"]))
    out.print(table)
    for lead in sample.acting:
        answer = await api.call("POST", f"/v1/leads/{lead}/next-action", json={})
        out.print(f"\n[bold]Next for {lead}[/bold]")
        show_action(answer)


def _tell_how_to_call(settings: Settings, sample: Sample, key: str, writer: StudioUser, quiet: bool) -> None:
    if quiet:
        return
    url, first = f"http://{settings.server.host}:{settings.server.port}", sample.showcases[0]
    body = (
        f'{{"lead": "{first.lead}", "brief": {{"objective": "{first.objective}"}}, "channel": "email", "variants": 2}}'
    )
    out.print(f"\nServing [bold]{url}[/bold] (the API is at {url}/docs). Ctrl-C stops it.")
    out.print(f"The studio, where writers work: [bold]{url}/studio[/bold]", soft_wrap=True)
    out.print(f"  sign in as [bold]{writer.email}[/bold] with [bold]{writer.password}[/bold]", soft_wrap=True)
    out.print(f"A shop's page with two live banners: [bold]{url}/examples/shop[/bold]", soft_wrap=True)
    out.print(f"Development key: [bold]{key}[/bold]\n\nTry:\n", soft_wrap=True)
    line = f"curl -s {url}/v1/generate -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d '{body}'"
    out.print(escape(line) + "\n", soft_wrap=True)


def _origins(settings: Settings) -> list[str]:
    """Where the sample's page may be looked at from."""
    hosts = dict.fromkeys((settings.server.host, "127.0.0.1", "localhost"))
    return [f"http://{host}:{settings.server.port}" for host in hosts if host not in ("0.0.0.0", "::")]  # noqa: S104
