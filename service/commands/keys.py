"""`sobmedida keys create|list|revoke`"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.db.engine import Database
from service.db.migrate import migrate
from service.errors import Invalid
from service.settings import Settings
from service.workspaces.models import SCOPES, ApiKey, Scope
from service.workspaces.store import KeyStore, WorkspaceStore

keys = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)


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
    """
    secret, key = asyncio.run(_create(workspace, name, _scopes(scope), new_workspace))
    if as_json:
        print_json({"key": secret, **_view(key)})
        return
    out.print(secret, soft_wrap=True)
    note(f"Key {key.prefix} for {workspace}: {', '.join(key.scopes)}. It is shown this once.", quiet=quiet)


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
    table = Table("prefix", "name", "scopes", "created", "revoked")
    for key in found:
        revoked = f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
        table.add_row(key.prefix, key.name, ", ".join(key.scopes), f"{key.created_at:%Y-%m-%d %H:%M}", revoked)
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
    asyncio.run(_revoke(workspace, prefix.removeprefix("smk_")[:8]))
    note(f"Key {prefix} is revoked.", quiet=quiet)


def _scopes(given: list[str] | None) -> list[Scope]:
    if unknown := sorted(set(given or ()) - set(SCOPES)):
        raise Invalid(f"There is no scope {', '.join(unknown)}. Use: {', '.join(SCOPES)}.", code="key.scope")
    return [scope for scope in SCOPES if (scope in given if given else scope != "admin")]


async def _create(slug: str, name: str, scopes: list[Scope], new_workspace: bool) -> tuple[str, ApiKey]:
    async with _database() as database, database.write() as connection:
        store, now = WorkspaceStore(connection), datetime.now(UTC)
        workspace = await store.find(slug)
        if workspace is None and new_workspace:
            workspace = await store.create(slug, now)
        workspace = workspace or await store.get(slug)
        return await KeyStore(connection, workspace.id).create(name, scopes, now)


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


def _view(key: ApiKey) -> dict[str, object]:
    return {
        "prefix": key.prefix, "name": key.name, "scopes": list(key.scopes), "created_at": key.created_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }  # fmt: skip
