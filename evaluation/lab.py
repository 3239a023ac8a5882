"""Where suites measure: the real service, in this process, over a workspace that nobody minds.

A lab is opened on the sample shop, or on a folder of somebody's own content; both live in a folder that is thrown away,
at a time that stands still, so that whoever measures again measures the same. A lab on a workspace of the running
service asks it over its API instead, and keeps nothing there.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from evaluation.loopback import served
from prompts.library import PromptLibrary
from retrieval.edge import EdgeIndex
from retrieval.tuning import Tuning
from retrieval.types import Embedder
from service.app import create_app
from service.commands.api import Api, in_process, open_api
from service.commands.imports import follow, send_files
from service.db.engine import Database
from service.db.migrate import migrate
from service.errors import CannotRead
from service.generation.client import ModelClient, Price
from service.generation.endpoint import Around, Endpoint
from service.generation.fallback import Models
from service.generation.mock_model import MockModel
from service.generation.openai_client import OpenAIClient
from service.sample.campaigns import show
from service.sample.loader import load, make_workspace, read_sample
from service.settings import Settings
from service.types import Locale
from service.wiring import Services, wire
from service.workspaces.store import WorkspaceStore

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""When it is in the sample shop: its offers run, and their days are counted from it."""

PRICE = Price(Decimal("0.25"), Decimal(2))
"""What a mock model would cost, in US dollars a million tokens, so that twice the tokens are twice the cost."""

OWN, ZONE = "own-content", ZoneInfo("America/Sao_Paulo")
"""The workspace of a folder's content, and the zone of times that name none."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a lab is made of besides its content. `amend` puts other parts into the service before it starts, which is
    how a fault is planted to see whether it is noticed; without a `client` a mock model that quotes its evidence stands
    in, whose copy says nothing about a real model's."""

    embedder: Embedder
    client: ModelClient | None = None
    model: str | None = None
    amend: Callable[[Services], Services] = lambda services: services
    tuning: Tuning = field(default_factory=Tuning)


@dataclass(frozen=True, slots=True)
class Lab:
    """A workspace to measure on. `services` is None where a running service is asked, which no suite may look into;
    `mock` is the mock model where no other was given. `kind` is "sample", "content" or "workspace". `parts` are what it
    is made of, for suites that open another one beside it; `logs` is the run's folder for logs of other harnesses."""

    api: Api
    kind: str
    workspace: str
    embedder: str
    model: str | None
    now: datetime
    services: Services | None = None
    mock: MockModel | None = None
    prompts: dict[str, str] = field(default_factory=dict)
    parts: Parts | None = None
    logs: Path | None = None


@asynccontextmanager
async def sample_lab(folder: Path, parts: Parts, *, campaigns: bool = False) -> AsyncIterator[Lab]:
    """The sample shop in `folder`; with `campaigns` its approved copy and placements too."""
    sample = read_sample()
    async with _started(folder, parts, NOW) as (services, api_of, mock):
        await make_workspace(services.database, sample, services.clock)
        async with api_of(sample.slug) as api:
            await load(api, sample, NOW)
            await follow(api, quiet=True)
            if campaigns:
                await show(api)
            yield _lab("sample", sample.slug, api, parts, services, mock, NOW)


@asynccontextmanager
async def content_lab(
    folder: Path, parts: Parts, content: Path, *, now: datetime, leads: Path | None = None, locale: Locale = "pt-BR",
    quiet: bool = True,
) -> AsyncIterator[Lab]:  # fmt: skip
    """Somebody's own content, and their leads where those are given, in `folder`. Raises `CannotRead`."""
    async with _started(folder, parts, now) as (services, api_of, mock):
        async with services.database.write() as connection:
            await WorkspaceStore(connection).create(
                OWN, now, name="Own content", default_locale=locale, timezone=ZONE.key
            )  # fmt: skip
        async with api_of(OWN) as api:
            for what, path in (("content", content), ("leads", leads)):
                if path is None:
                    continue
                report = await send_files(api, what, str(path), {"locale": locale}, quiet)
                if report["error_count"]:
                    first = report["errors"][0]
                    raise CannotRead(f"{path}, line {first['line']}: {first['detail']}")
            await follow(api, quiet)
            yield _lab("content", OWN, api, parts, services, mock, now)


@asynccontextmanager
async def workspace_lab(settings: Settings, workspace: str, *, quiet: bool = True) -> AsyncIterator[Lab]:
    """A workspace of the service that runs here, or that is opened for as long as it takes, at that service's time."""
    async with open_api(settings, workspace, quiet=quiet) as api:
        yield Lab(
            api, "workspace", workspace, settings.embedding.model, settings.model.model, datetime.now(UTC),
            prompts=prompt_hashes(),
        )  # fmt: skip


def prompt_hashes() -> dict[str, str]:
    """The newest version of each prompt, `email/v2`, and the hash that names its text."""
    library = PromptLibrary.released()
    return {
        f"{name}/v{versions[-1]}": library.hash_of(name, versions[-1]) for name, versions in library.versions.items()
    }


def file_hash(path: Path) -> str:
    """SHA-256 of a file. Raises `CannotRead`."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CannotRead(f"Cannot read {path}: {error.strerror}.") from None


def _lab(
    kind: str, workspace: str, api: Api, parts: Parts, services: Services, mock: MockModel | None, now: datetime
) -> Lab:
    return Lab(
        api, kind, workspace, parts.embedder.name, parts.model or ("mock" if mock else None), now, services, mock,
        prompt_hashes(), parts,
    )  # fmt: skip


@asynccontextmanager
async def _started(
    folder: Path, parts: Parts, now: datetime
) -> AsyncIterator[tuple[Services, Callable[[str], Any], MockModel | None]]:
    database = Database(f"sqlite+aiosqlite:///{folder / 'lab.db'}")
    index = await EdgeIndex.open(folder / "index", parts.embedder.name, parts.embedder.dimensions)
    mock = None if parts.client else MockModel()
    try:
        await migrate(database)
        async with _client(parts, mock) as client:
            services = wire(
                database, parts.embedder, index, client, folder / "decisions", clock=lambda: now,
                monotonic=lambda: 0.0, model_name=parts.model or "mock",
                tuning=parts.tuning,
            )  # fmt: skip
            services = parts.amend(services)
            app = create_app(nullcontext(services))
            async with app.router.lifespan_context(app):
                yield services, lambda workspace: in_process(app, workspace), mock
    finally:
        await index.close()
        await database.close()


@asynccontextmanager
async def _client(parts: Parts, mock: MockModel | None) -> AsyncIterator[ModelClient]:
    if parts.client is not None:
        yield parts.client
        return
    assert mock is not None  # noqa: S101 - there is one where there is no client
    async with served(mock) as url:
        client = Models(Endpoint(OpenAIClient.at(f"{url}/v1", "none", "mock"), Around(), price=PRICE, concurrency=8))
        try:
            yield client
        finally:
            await client.close()
