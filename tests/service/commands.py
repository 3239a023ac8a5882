"""`sobmedida` as its user runs it beside a service that runs, in this process: a start of Python takes a second."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from evaluation.loopback import served
from service.cli import build
from service.commands.api import RunningService
from service.errors import SettingError, SobMedidaError
from tests.support import Running


@dataclass(frozen=True)
class Ended:
    """What a command printed, and how it ended."""

    stdout: str
    stderr: str
    returncode: int


def run(*arguments: str, **variables: str | None) -> Ended:
    """That command, in a terminal of 200 columns. A variable that is None is not there."""
    environment = {"COLUMNS": "200", **variables}
    result = CliRunner().invoke(build(arguments), list(arguments), env=environment)
    told, error, code = result.stderr, result.exception, result.exit_code
    if isinstance(error, SobMedidaError):  # which `main` tells in the same words
        told += f"{error.detail} ({error.code})"
        code = 2 if isinstance(error, SettingError) else 1
    elif error is not None and not isinstance(error, SystemExit):
        raise error
    return Ended(result.stdout, told, code)


class Commands:
    """Commands beside that service, which leaves word of itself in `folder`. The workspace is `casa`."""

    def __init__(self, service: Running, folder: Path) -> None:
        self._service = service
        self._folder = folder
        self._serving: AbstractAsyncContextManager[str] = served(service.app)

    async def __aenter__(self) -> Commands:
        url = await self._serving.__aenter__()
        RunningService(url=url, token=self._service.services.local_token, pid=1).write(self._folder)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._serving.__aexit__(None, None, None)

    async def run(self, *arguments: str, **variables: str) -> Ended:
        """That command, while the service goes on."""
        variables |= {"SOBMEDIDA_DATA_DIR": str(self._folder), "SOBMEDIDA_WORKSPACE": "casa"}
        return await asyncio.to_thread(run, *arguments, **variables)
