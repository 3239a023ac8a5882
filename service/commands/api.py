"""How commands reach the service: over HTTP where one runs on this data folder, else in this process.

Both ways speak the same API, so a command behaves the same either way.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import orjson
from pydantic import BaseModel, ValidationError

from service.commands.output import note
from service.errors import Fault, SobMedidaError
from service.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

RUNNING = "service.json"
BUSY_SECONDS = 30  # one that has ended refuses at once, so only one that is busy is waited for


class RunningService(BaseModel):
    """What a running service leaves in the data folder, readable by its owner only."""

    url: str
    token: str
    pid: int

    def write(self, folder: Path) -> None:
        """Leave word for commands on this machine."""
        path = folder / RUNNING
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.model_dump_json())

    @staticmethod
    def forget(folder: Path) -> None:
        """The service stops."""
        (folder / RUNNING).unlink(missing_ok=True)


async def running(folder: Path) -> RunningService | None:
    """The service that runs on that data folder, if it answers."""
    try:
        found = RunningService.model_validate_json((folder / RUNNING).read_bytes())
        async with httpx.AsyncClient(timeout=BUSY_SECONDS) as client:
            (await client.get(f"{found.url}/livez")).raise_for_status()
    except (OSError, ValidationError, httpx.HTTPError):
        return None
    return found


class Api:
    """The service's API as one workspace sees it. Problems are raised as the errors they tell of."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer. Raises `SobMedidaError` with the problem's own code, status and places."""
        answer = await self._client.request(method, path, **options)
        if answer.is_success:
            return orjson.loads(answer.content) if answer.content else None
        raise problem_of(answer)


def problem_of(answer: httpx.Response) -> SobMedidaError:
    """The error that a problem+json answer tells of."""
    try:
        body = orjson.loads(answer.content)
        faults = [Fault(item["pointer"], item["detail"]) for item in body.get("errors", ())]
        error = SobMedidaError(body["detail"], code=body["code"], faults=faults)
    except (ValueError, KeyError, TypeError):
        error = SobMedidaError(f"The service answered {answer.status_code} without saying why.")
    error.status = answer.status_code
    return error


@asynccontextmanager
async def open_api(settings: Settings, workspace: str, *, quiet: bool = False) -> AsyncIterator[Api]:
    """The API of the running service, or of one opened in this process for as long as the block lasts."""
    if found := await running(settings.storage.data_dir):
        note(f"Using the service that runs at {found.url} (process {found.pid}).", quiet=quiet)
        headers = {"Authorization": f"Bearer {found.token}", "X-Workspace": workspace}
        async with httpx.AsyncClient(base_url=found.url, headers=headers, timeout=None) as client:  # noqa: S113 - imports are long
            yield Api(client)
        return
    # the application takes 2 s to import, and a command that found a running service does not need it
    from service.app import create_app  # noqa: PLC0415
    from service.logs import configure  # noqa: PLC0415
    from service.wiring import open_services  # noqa: PLC0415

    configure(settings.log, at_least="warning")
    app = create_app(open_services(settings, warm=False))
    root = f"http://{settings.server.host}:{settings.server.port}"
    async with app.router.lifespan_context(app), in_process(app, workspace, root) as api:
        yield api


@asynccontextmanager
async def in_process(app: FastAPI, workspace: str, root: str = "http://in-process") -> AsyncIterator[Api]:
    """The API of an application that has started in this process, without a socket between. `root` is the address that
    links in answers begin with."""
    headers = {"Authorization": f"Bearer {app.state.services.local_token}", "X-Workspace": workspace}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport,
        base_url=root,
        headers=headers,
        timeout=None,  # noqa: S113 - imports are long
    ) as client:
        yield Api(client)
