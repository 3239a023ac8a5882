"""`sobmedida import leads|content`"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from service.commands.api import Api, open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, err, note, out, print_json
from service.errors import CannotRead
from service.imports.lines import CHUNK, read_file
from service.settings import Settings

TYPES = {
    ".csv": "text/csv", ".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson", ".xml": "application/xml",
    ".md": "text/markdown", ".markdown": "text/markdown",
}  # fmt: skip

imports = typer.Typer(help="Import leads or content.", no_args_is_help=True)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and report, store nothing.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait until the search index has followed.")]
Source = Annotated[str | None, typer.Option(help="Where the consents come from, such as `site-form`.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(imports, name="import")


@imports.command("leads")
def leads(
    file: Annotated[
        Path, typer.Argument(help="CSV (any delimiter, UTF-8 or Windows-1252) or NDJSON.", exists=True, dir_okay=False)
    ],
    workspace: Workspace = DEFAULT_WORKSPACE,
    column: Annotated[
        list[str] | None, typer.Option("--map", help="`Column=trait`; `Column=-` leaves a column out. Repeatable.")
    ] = None,
    id_from: Annotated[
        str | None, typer.Option(help="`line` names each lead by its row, for files without an id.")
    ] = None,
    id_prefix: Annotated[str, typer.Option(help="Put before row numbers.")] = "line-",
    legal_basis: Annotated[
        str | None, typer.Option(help="For rows that name none: consent, legitimate_interest, ...")
    ] = None,
    channels: Annotated[str | None, typer.Option(help="Channels the basis covers, such as `email,whatsapp`.")] = None,
    source: Source = None,
    collected_at: Annotated[str | None, typer.Option(help="When it was collected: 2026-11-22 or 22/11/2026.")] = None,
    profiling: Annotated[bool, typer.Option("--profiling", help="The basis covers profiling too.")] = False,
    locale: Annotated[str | None, typer.Option(help="For rows that name none: pt-BR, en or es.")] = None,
    dry_run: DryRun = False,
    no_wait: NoWait = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Import leads. Rows without a legal basis are stored as no consent; `--dry-run` says how many those are.

    Examples:

        sobmedida import leads clientes.csv --dry-run

        sobmedida import leads clientes.csv --map "Nome=firstName" --legal-basis consent --channels email --source site
    """
    given = {
        "map": column or [],
        "id_from": id_from,
        "id_prefix": id_prefix,
        "legal_basis": legal_basis,
        "channels": channels,
        "source": source,
        "collected_at": collected_at,
        "profiling": profiling or None,
        "locale": locale,
    }
    asyncio.run(_import("leads", str(file), workspace, given, dry_run, no_wait, as_json, quiet))


@imports.command("content")
def content(
    path: Annotated[
        str,
        typer.Argument(
            help="A Markdown file or folder, NDJSON, a CSV catalogue, or a Google Merchant feed (file or URL)."
        ),
    ],
    workspace: Workspace = DEFAULT_WORKSPACE,
    locale: Annotated[str | None, typer.Option(help="For items that name none: pt-BR, en or es.")] = None,
    dry_run: DryRun = False,
    no_wait: NoWait = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Import content: articles, FAQs, pages, products and offers. Unchanged items are skipped.

    Examples:

        sobmedida import content artigos/ --locale pt-BR

        sobmedida import content https://shop.example/feed.xml
    """
    asyncio.run(_import("content", path, workspace, {"locale": locale}, dry_run, no_wait, as_json, quiet))


async def _import(
    what: str,
    path: str,
    workspace: str,
    given: dict[str, Any],
    dry_run: bool,
    no_wait: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    params = {key: value for key, value in given.items() if value is not None} | ({"dry_run": True} if dry_run else {})
    files = _files(path)  # what is wrong with them is told before a service is opened
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        report = await _send_all(api, what, files, params, quiet)
        if not dry_run and not no_wait:
            await follow(api, quiet)
    if as_json:
        print_json(report)
    else:
        _show(report, quiet)
    if report["error_count"]:
        raise typer.Exit(1)


async def send_files(api: Api, what: str, path: str, params: dict[str, Any], quiet: bool) -> dict[str, Any]:
    """Import a file or a folder of "leads" or "content"; gives one report of all. Raises `CannotRead`."""
    return await _send_all(api, what, _files(path), params, quiet)


async def _send_all(
    api: Api, what: str, files: list[Path | str], params: dict[str, Any], quiet: bool
) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for number, file in enumerate(files):
        show = f"{number + 1}/{len(files)}" if len(files) > 1 else what
        _add(report, await _send(api, what, file, params, show, quiet), str(file) if len(files) > 1 else None)
    return report


def _files(path: str) -> list[Path | str]:
    if path.startswith(("http://", "https://")):
        return [path]
    found = Path(path)
    if found.is_dir():
        files = sorted(file for file in found.rglob("*") if file.suffix.lower() in (".md", ".markdown"))
        if not files:
            raise CannotRead(f"There are no Markdown files (.md) in {path}.")
        return list(files)
    if not found.is_file():
        raise CannotRead(f"There is no file or folder {path}.")
    return [found]


async def _send(
    api: Api, what: str, file: Path | str, params: dict[str, Any], show: str, quiet: bool
) -> dict[str, Any]:
    kind = TYPES.get(
        Path(str(file).partition("?")[0]).suffix.lower(), "application/xml" if isinstance(file, str) else ""
    )
    if not kind:
        raise CannotRead(f"Cannot tell the format of {file} by its name; use one of {', '.join(sorted(TYPES))}.")
    if isinstance(file, str):
        return await _forward(api, what, file, params, kind)
    size = (await asyncio.to_thread(file.stat)).st_size
    with _bar(size, show, quiet) as advance:
        body = _chunks(file, advance)
        answer = await api.call(
            "POST",
            f"/v1/{what}:import",
            params=params | {"name": file.name},
            headers={"Content-Type": kind},
            content=body,
        )
    return dict(answer)


async def _forward(api: Api, what: str, url: str, params: dict[str, Any], kind: str) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(follow_redirects=True, timeout=30) as client, client.stream("GET", url) as feed:
            feed.raise_for_status()
            return dict(
                await api.call(
                    "POST", f"/v1/{what}:import", params=params | {"name": "feed.xml"}, headers={"Content-Type": kind},
                    content=feed.aiter_bytes(CHUNK),
                )
            )  # fmt: skip
    except httpx.HTTPError as error:
        raise CannotRead(f"Cannot read {url}: {error}.") from None


async def _chunks(file: Path, advance: Any) -> AsyncIterator[bytes]:
    async for chunk in read_file(file):
        yield chunk
        advance(len(chunk))


@contextmanager
def _bar(total: int, show: str, quiet: bool) -> Iterator[Any]:
    columns = (TextColumn("importing {task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        task = progress.add_task(show, total=total)
        yield lambda size: progress.update(task, advance=size)


async def follow(api: Api, quiet: bool) -> None:
    """Wait, with a progress bar, until what was stored can be found."""
    columns = (TextColumn("indexing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        first = await api.call("GET", "/v1/index")
        task = progress.add_task("indexing", total=first["latest"] - first["followed"])
        state = first
        while state["followed"] < first["latest"]:
            state = await api.call("GET", "/v1/index", params={"wait": 0.5})
            progress.update(task, completed=state["followed"] - first["followed"])


def _add(total: dict[str, Any], report: dict[str, Any], file: str | None) -> None:
    for key, value in report.items():
        if isinstance(value, bool | str):
            total[key] = value
        elif isinstance(value, int):
            total[key] = total.get(key, 0) + value
        elif isinstance(value, dict):
            total[key] = total.get(key, {}) | value
        elif isinstance(value, list):
            named = [item | {"file": file} if file and isinstance(item, dict) else item for item in value]
            total[key] = [*total.get(key, []), *named]


def _show(report: dict[str, Any], quiet: bool) -> None:
    table = Table(show_header=False, box=None)
    for key in ("read", "created", "updated", "unchanged", "skipped", "without_basis"):
        if key in report:
            table.add_row(key.replace("_", " "), str(report[key]))
    out.print(table)
    if report.get("dry_run"):
        note("Dry run: nothing was stored.", quiet=quiet)
    if names := list(report.get("proposal", ())):
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        told = f"Not in the attribute contract, and used for nothing yet: {', '.join(names[:8])}{more}."
        note(f"{told} `sobmedida contract propose` proposes what each may be used for.", quiet=quiet)
    for item in report["errors"][:20]:
        where = f"{item['file']}: " if item.get("file") else ""
        err.print(f"[red]line {item['line']}[/red] {where}{item['detail']}".replace("[[", "\\[["), soft_wrap=True)
    if (more := report["error_count"] - min(20, len(report["errors"]))) > 0:
        err.print(f"... and {more} more; `--json` lists the first 1,000.")
