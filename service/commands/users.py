"""`sobmedida users list|add|change|invite`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.settings import Settings

users = typer.Typer(help="Add people to the studio, and change what they may do.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="Their address.")]
RoleOption = Annotated[str | None, typer.Option(help="writer, approver or admin.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(users, name="users")


@users.command("list")
def list_users(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show who may work in the studio.

    Example:

        sobmedida users list
    """
    found = asyncio.run(_call(workspace, quiet, "GET", "/v1/users"))
    if as_json:
        print_json(found)
        return
    if not found["items"]:
        note(f"{workspace} has no users yet; add one with `sobmedida users add`.")
        return
    table = Table("address", "name", "role", "signs in with", "access")
    for one in found["items"]:
        ways = [word for word, there in (("password", one["password"]), ("OpenID", one["openid"])) if there]
        table.add_row(
            escape(one["email"]), escape(one["name"]), one["role"], ", ".join(ways) or "nothing yet",
            "no" if one["disabled_at"] else "yes",
        )  # fmt: skip
    out.print(table)


@users.command("add")
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="What they are called.")],
    role: RoleOption = "writer",
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Add somebody, and show once the link with which they choose a password.

    Example:

        sobmedida users add ana@loja.example --name "Ana Prado" --role approver
    """
    body = {"email": email, "name": name, "role": role}
    made = asyncio.run(_call(workspace, quiet, "POST", "/v1/users", json=body))
    if as_json:
        print_json(made)
        return
    out.print(made["invitation"]["url"], soft_wrap=True)
    note(f"{made['name']} is {made['role']} of {workspace}. The link is good once, for seven days.", quiet=quiet)


@users.command("change")
def change(
    email: Email,
    name: Annotated[str | None, typer.Option(help="What they are called.")] = None,
    role: RoleOption = None,
    access: Annotated[bool | None, typer.Option("--access/--no-access", help="Let them in, or keep them out.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Change somebody's role or name, or keep them out.

    Examples:

        sobmedida users change ana@loja.example --role admin

        sobmedida users change ana@loja.example --no-access
    """
    given: dict[str, Any] = {"name": name, "role": role, "disabled": None if access is None else not access}
    body = {key: value for key, value in given.items() if value is not None}
    done = asyncio.run(_call(workspace, quiet, "PATCH", f"/v1/users/{quote(email)}", json=body))
    if as_json:
        print_json(done)
        return
    note(f"{done['name']} is {done['role']}{' and has no access' if done['disabled_at'] else ''}.", quiet=quiet)


@users.command("invite")
def invite(email: Email, workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """Show once another link with which somebody chooses a password: theirs is gone, or the first link is over.

    Example:

        sobmedida users invite ana@loja.example
    """
    made = asyncio.run(_call(workspace, quiet, "POST", f"/v1/users/{quote(email)}/invitation"))
    if as_json:
        print_json(made)
        return
    out.print(made["url"], soft_wrap=True)
    note("It is good once, for seven days.", quiet=quiet)


async def _call(workspace: str, quiet: bool, method: str, path: str, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, path, **options)
