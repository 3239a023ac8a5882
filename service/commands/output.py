"""What commands print: results to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, NoReturn, TextIO

import orjson
import typer
from rich.console import Console

from service.errors import SobMedidaError

WIDE = 200  # columns where no terminal says how many there are: what goes into a file or a pipe is not cut


def _console(stream: TextIO, *, stderr: bool) -> Console:
    told = os.environ.get("COLUMNS", "")
    width = int(told) if told.isdecimal() else None if stream.isatty() else WIDE
    return Console(stderr=stderr, highlight=False, width=width)


out, err = _console(sys.stdout, stderr=False), _console(sys.stderr, stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress and no notes.")]
Workspace = Annotated[
    str,
    typer.Option("--workspace", "-w", envvar="SOBMEDIDA_WORKSPACE", help="The workspace's slug.", show_default=True),
]
DEFAULT_WORKSPACE = "casa-jatoba"


def print_json(value: Any) -> None:
    """A value as indented JSON, in the order it was made."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def note(text: str, *, quiet: bool = False) -> None:
    """A remark for people, on standard error."""
    if not quiet:
        err.print(text, style="dim")


def fail(error: SobMedidaError, status: int = 1) -> NoReturn:
    """Tell an error in one clear line, then one line for each place it names, and stop."""
    err.print(f"[red]error[/red] {_plain(error.detail)} [dim]({error.code})[/dim]", soft_wrap=True)
    if len(error.faults) > 1:
        for fault in error.faults[:20]:
            err.print(f"  {_plain(fault.pointer)}: {_plain(fault.detail)}", soft_wrap=True)
    sys.exit(status)


def _plain(text: str) -> str:
    return text.replace("[", "\\[").replace("\n", " ")
