"""`sobmedida serve`"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Coroutine, Iterator
from typing import Annotated

import typer
import uvicorn
import uvloop
from fastapi import FastAPI

from service.app import create_app
from service.collector import settle
from service.commands.api import RunningService
from service.commands.output import note
from service.errors import SettingError
from service.logs import configure
from service.settings import Settings
from service.wiring import open_services

DRAIN_SECONDS = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Listen on this address [SOBMEDIDA_HOST].")] = None,
    port: Annotated[int | None, typer.Option(help="Listen on this port [SOBMEDIDA_PORT].", min=1, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; more than 1 needs QDRANT_URL.", min=1, max=64)] = None,
) -> None:
    """Run the HTTP service until Ctrl-C.

    Examples:

        sobmedida serve

        QDRANT_URL=http://localhost:6333 DATABASE_URL=postgresql://me@localhost/sobmedida sobmedida serve --workers 4
    """
    for variable, value in (("SOBMEDIDA_HOST", host), ("SOBMEDIDA_PORT", port), ("SOBMEDIDA_WORKERS", workers)):
        if value is not None:
            os.environ[variable] = str(value)
    settings = Settings()
    configure(settings.log)
    check_port(settings)
    if settings.server.workers > 1:
        _serve_many(settings)
    else:
        run_loop(open_and_serve(settings))


def run_loop(main: Coroutine[object, object, None]) -> None:
    """Run on uvloop, which spends half of what asyncio's own loop does on each request."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


def check_port(settings: Settings) -> None:
    """Raise `SettingError` now, not after the models are loaded, when the port is taken or the host is not ours."""
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingError(
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                "Stop what uses it, or choose another with SOBMEDIDA_PORT or --port.",
                code="port.taken",
            ) from None


async def open_and_serve(settings: Settings) -> None:
    """Open the service, serve it until a signal, let go of everything."""
    app = create_app(open_services(settings))
    async with app.router.lifespan_context(app):
        await serve_app(settings, app)


async def serve_app(settings: Settings, app: FastAPI) -> None:
    """Serve an application that has started, until a signal; requests under way are finished first."""
    settle()
    server = _Server(_config(settings, app))
    folder = settings.storage.data_dir
    url = f"http://{settings.server.host}:{settings.server.port}"
    RunningService(url=url, token=app.state.services.local_token, pid=os.getpid()).write(folder)
    try:
        await server.serve()
    finally:
        RunningService.forget(folder)


class _Server(uvicorn.Server):
    """Ends on a signal and leaves it at that: uvicorn would raise it once more, before files and locks are let go."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",  # the application has started already
        host=settings.server.host,
        port=settings.server.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def worker_app() -> FastAPI:
    """The application of one of several worker processes, which read their settings anew."""
    settings = Settings()
    configure(settings.log)
    return create_app(open_services(settings))


def _serve_many(settings: Settings) -> None:
    os.environ.setdefault("SOBMEDIDA_LOCAL_TOKEN", secrets.token_urlsafe(32))
    note(f"Serving with {settings.server.workers} processes on http://{settings.server.host}:{settings.server.port}")
    uvicorn.run(
        "service.commands.serve:worker_app", factory=True, host=settings.server.host, port=settings.server.port,
        workers=settings.server.workers, log_config=None, access_log=False, timeout_graceful_shutdown=DRAIN_SECONDS,
    )  # fmt: skip
