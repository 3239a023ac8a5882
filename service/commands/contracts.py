"""`sobmedida contract show|propose|set|history`"""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from service.commands.api import open_api
from service.commands.output import DEFAULT_WORKSPACE, Json, Quiet, Workspace, note, out, print_json
from service.errors import CannotRead
from service.settings import Settings

contract = typer.Typer(
    help="See, propose and change what each attribute of a lead may be used for.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(contract, name="contract")


@contract.command("show")
def show(
    workspace: Workspace = DEFAULT_WORKSPACE,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the attribute contract; whatever it does not name is forbidden.

    Examples:

        sobmedida contract show

        sobmedida contract show --version 2 --json
    """
    params = {} if version is None else {"version": version}
    found = asyncio.run(_call("GET", "/v1/contract", workspace, quiet, params=params))
    if as_json:
        print_json(found)
        return
    out.print(_table(found["attributes"], {}))
    note(f"Version {found['version']}.", quiet=quiet)


@contract.command("propose")
def propose(
    workspace: Workspace = DEFAULT_WORKSPACE,
    everything: Annotated[bool, typer.Option("--all", help="Also attributes that the contract names already.")] = False,
    write: Annotated[
        Path | None, typer.Option(help="Write the contract with the proposals added, as TOML to look through.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Propose a contract from the stored leads. Nothing is changed until `contract set`.

    Examples:

        sobmedida contract propose

        sobmedida contract propose --write contract.toml
    """
    found, current = asyncio.run(_proposal(workspace, everything, quiet))
    reasons = {name: f"{item['reason']} ({item['share']:.0%} of leads)" for name, item in found["attributes"].items()}
    proposed = {name: item["attribute"] for name, item in found["attributes"].items()}
    if write is not None:
        write.write_text(as_toml(current["attributes"] | proposed, reasons), encoding="utf-8")
    if as_json:
        print_json(found)
        return
    out.print(_table(proposed, reasons))
    note(f"From {found['sampled']} of {found['leads']} leads; nothing is changed yet.", quiet=quiet)
    if write is not None:
        note(f"Look through {write}, then: sobmedida contract set {write}", quiet=quiet)


@contract.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="TOML or JSON with `attributes`.", exists=True, dir_okay=False)],
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Keep the file's attributes as the next version of the contract; earlier versions stay.

    Example:

        sobmedida contract set contract.toml
    """
    found = asyncio.run(_call("PUT", "/v1/contract", workspace, quiet, json={"attributes": _read(file)}))
    if as_json:
        print_json(found)
        return
    note(f"The contract is at version {found['version']}, with {len(found['attributes'])} attributes.", quiet=quiet)


@contract.command("history")
def history(workspace: Workspace = DEFAULT_WORKSPACE, as_json: Json = False, quiet: Quiet = False) -> None:
    """List the versions, newest first.

    Example:

        sobmedida contract history --json
    """
    found = asyncio.run(_call("GET", "/v1/contract/versions", workspace, quiet))["items"]
    if as_json:
        print_json(found)
        return
    if not found:
        note(f"{workspace} still has the default contract, version 0.", quiet=quiet)
        return
    table = Table("version", "made", "attributes")
    for item in found:
        table.add_row(str(item["version"]), item["created_at"][:16].replace("T", " "), str(item["attributes"]))
    out.print(table)


async def _call(method: str, path: str, workspace: str, quiet: bool, **options: Any) -> Any:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        return await api.call(method, path, **options)


async def _proposal(workspace: str, everything: bool, quiet: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    async with open_api(Settings(), workspace, quiet=quiet) as api:
        found = await api.call("GET", "/v1/contract/proposal", params={"all": everything})
        return found, await api.call("GET", "/v1/contract")


def _read(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8-sig")
        given = orjson.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except ValueError as error:  # also of tomllib, orjson and UTF-8
        raise CannotRead(f"{file} is neither TOML nor JSON: {error}") from None
    if not isinstance(given, dict) or not isinstance(given.get("attributes"), dict):
        raise CannotRead(f"{file} has no table `attributes`.")
    return given["attributes"]


def _table(attributes: Mapping[str, Any], reasons: Mapping[str, str]) -> Table:
    table = Table("attribute", "use", "values", *(["why"] if reasons else []))
    for name, attribute in attributes.items():
        why = [escape(reasons.get(name, ""))] if reasons else []
        table.add_row(name, attribute["use"], escape(_values(attribute)), *why)
    return table


def _values(attribute: Mapping[str, Any]) -> str:
    domain = attribute["domain"]
    match domain["kind"]:
        case "free_text":
            return ""
        case "enumeration":
            more = len(domain["values"]) - 8
            return ", ".join(domain["values"][:8]) + (f" and {more} more" if more > 0 else "")
        case "bands":
            return "bands at " + ", ".join(f"{edge:g}" for edge in domain["edges"])
        case "number_range":
            return f"{domain['min']:g} to {domain['max']:g} {domain['unit'] or ''}".strip()
        case kind:
            return str(kind)


def as_toml(attributes: Mapping[str, Any], reasons: Mapping[str, str]) -> str:
    """A contract as TOML, with the reason for each proposal above it."""
    lines = ["# What each attribute of a lead may be used for: forbidden, select, imply or mention.", ""]
    for name, attribute in attributes.items():
        lines += [f"# {' '.join(reasons[name].split())}"] if name in reasons else []
        lines.append(f"[attributes.{name}]")
        told = {"use": "forbidden"} if attribute["use"] == "forbidden" else attribute
        lines += [f"{key} = {_toml(value)}" for key, value in told.items() if value not in (None, {})]
        lines.append("")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inner = (f"{_toml(key)} = {_toml(item)}" for key, item in value.items() if item not in (None, {}))
        return "{ " + ", ".join(inner) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return orjson.dumps(value).decode()  # texts and numbers are written alike in both
