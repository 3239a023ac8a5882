"""`sobmedida keys create|list|revoke|site-secret`"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.db.engine import Database
from service.db.migrate import migrate
from service.errors import Fault, Invalid
from service.settings import Settings
from service.workspaces.keys import KeyBody, make_key
from service.workspaces.models import SCOPES, ApiKey, Scope
from service.workspaces.store import KeyStore, WorkspaceStore

keys = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(keys, name="keys")


@keys.command("create")
def create(
    workspace: Workspace = DEFAULT_WORKSPACE,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "unnamed",
    scope: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(SCOPES)}. Repeatable; all but admin unless given.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="secret (servers), publishable (pages) or campaign (one campaign's copy).")
    ] = "secret",
    origin: Annotated[
        list[str] | None,
        typer.Option(help="A site that a publishable key is for, such as https://loja.example. Repeatable."),
    ] = None,
    campaign: Annotated[str | None, typer.Option(help="The campaign that a campaign key is for.")] = None,
    expires: Annotated[str | None, typer.Option(help="When it is over: 12h, 90d, 8w or a date.")] = None,
    new_workspace: Annotated[
        bool, typer.Option("--new-workspace", help="Make the workspace if there is none.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a key and show it once: only its hash is stored.

    Examples:

        sobmedida keys create --name mailer --scope serve

        sobmedida keys create --workspace loja --new-workspace --scope admin

        sobmedida keys create --kind publishable --origin https://loja.example --expires 90d

        sobmedida keys create --kind campaign --campaign black-friday
    """
    given = {
        "name": name, "kind": kind, "origins": origin or [], "campaign": campaign,
        "scopes": _scopes(scope) if scope or kind == "secret" else [],
    }  # fmt: skip
    secret, key = asyncio.run(_create(workspace, given, expires, new_workspace))
    if as_json:
        print_json({"key": secret, **_view(key)})
        return
    out.print(secret, soft_wrap=True)
    note(f"Key {key.prefix} for {workspace}: {_purpose(key)}. It is shown this once.", quiet=quiet)


@keys.command("list")
def list_keys(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False) -> None:
    """Show a workspace's keys, never their secrets.

    Example:

        sobmedida keys list --json
    """
    found = asyncio.run(_list(workspace))
    if as_json:
        print_json([_view(key) for key in found])
        return
    if not found:
        note(f"{workspace} has no keys yet; make one with `sobmedida keys create`.")
        return
    table = Table("prefix", "name", "kind", "for", "created", "expires", "revoked")
    for key in found:
        days = (f"{day:%Y-%m-%d %H:%M}" if day else "" for day in (key.created_at, key.expires_at, key.revoked_at))
        table.add_row(key.prefix, escape(key.name), key.kind, escape(_purpose(key)), *days)
    out.print(table)


@keys.command("revoke")
def revoke(
    prefix: Annotated[str, typer.Argument(help="The key's prefix, as `keys list` shows it.")],
    workspace: Workspace = DEFAULT_WORKSPACE,
    quiet: Quiet = False,
) -> None:
    """Make a key useless at once.

    Example:

        sobmedida keys revoke ab3kf9qz
    """
    asyncio.run(_revoke(workspace, re.sub("^sm[a-z]_", "", prefix)[:8]))
    note(f"Key {prefix} is revoked.", quiet=quiet)


@keys.command("site-secret")
def site_secret(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show what a site's server signs its visitors' tokens with. It belongs on that server only.

    Example:

        sobmedida keys site-secret
    """
    found = asyncio.run(_site_secret(workspace, quiet))
    if as_json:
        print_json(found)
        return
    out.print(found["secret"], soft_wrap=True)


def _scopes(given: list[str] | None) -> list[Scope]:
    if unknown := sorted(set(given or ()) - set(SCOPES)):
        raise Invalid(f"There is no scope {', '.join(unknown)}. Use: {', '.join(SCOPES)}.", code="key.scope")
    return [scope for scope in SCOPES if (scope in given if given else scope != "admin")]


def _body(given: dict[str, Any], expires: str | None, now: datetime) -> KeyBody:
    try:
        return KeyBody.model_validate(given | {"expires_at": _moment(expires, now)})
    except ValidationError as error:
        faults = [Fault(f"--{item['loc'][0]}", item["msg"].removeprefix("Value error, ")) for item in error.errors()]
        raise Invalid("; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults), faults=faults) from None


def _moment(given: str | None, now: datetime) -> datetime | None:
    """`90d` from now, or a date."""
    if given is None:
        return None
    if span := re.fullmatch(r"(\d{1,5})([hdw])", given.strip()):
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        day = datetime.fromisoformat(given)
    except ValueError:
        raise Invalid(f"--expires: {given[:40]!r} is neither like 12h, 90d or 8w nor a date.") from None
    return day if day.tzinfo else day.replace(tzinfo=UTC)


async def _create(slug: str, given: dict[str, Any], expires: str | None, new_workspace: bool) -> tuple[str, ApiKey]:
    now = datetime.now(UTC)
    body = _body(given, expires, now)
    async with _database() as database, database.write() as connection:
        store = WorkspaceStore(connection)
        workspace = await store.find(slug)
        if workspace is None and new_workspace:
            workspace = await store.create(slug, now)
        return await make_key(connection, workspace or await store.get(slug), body, now)


async def _site_secret(slug: str, quiet: bool) -> dict[str, str]:
    async with open_api(Settings(), slug, quiet=quiet) as api:
        return dict(await api.call("GET", "/v1/keys/site-secret"))


async def _list(slug: str) -> list[ApiKey]:
    async with _database() as database, database.read() as connection:
        workspace = await WorkspaceStore(connection).get(slug)
        return list(await KeyStore(connection, workspace.id).all())


async def _revoke(slug: str, prefix: str) -> None:
    async with _database() as database, database.write() as connection:
        workspace = await WorkspaceStore(connection).get(slug)
        await KeyStore(connection, workspace.id).revoke(prefix, datetime.now(UTC))


@asynccontextmanager
async def _database() -> AsyncIterator[Database]:
    database = Database(Settings().database_url)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


def _purpose(key: ApiKey) -> str:
    return key.campaign or ", ".join(key.origins or key.scopes)


def _view(key: ApiKey) -> dict[str, object]:
    return {
        "prefix": key.prefix, "name": key.name, "kind": key.kind, "scopes": list(key.scopes),
        "origins": list(key.origins), "campaign": key.campaign, "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }  # fmt: skip
