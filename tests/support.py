"""A whole service for tests: real records, a real index, a fake embedder, and real HTTP where it matters."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from retrieval.edge import EdgeIndex
from retrieval.embedding import HashEmbedder
from retrieval.tuning import Tuning
from retrieval.types import Embedder
from service.db.engine import Database
from service.generation.client import ModelClient
from service.generation.endpoint import Around, Endpoint
from service.generation.fallback import Models
from service.generation.openai_client import OpenAIClient
from service.generation.retrying import Retries
from service.subscriptions.addresses import Allowed, public
from service.users.passwords import Passwords
from service.wiring import Services, wire
from service.workspaces.models import SCOPES, Scope, Workspace
from service.workspaces.store import KeyStore, WorkspaceStore
from tests.kept import kept_app, kept_index

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / "shared"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))  # nobody guesses here
PATIENCE = 60.0  # seconds for what comes in one: no busy machine takes so long, and what never comes ends


@dataclass
class Running:
    """A started service and ways to call it."""

    app: FastAPI
    services: Services
    keys: dict[str, str]

    def client(self, workspace: str = "casa", key: str | None = None) -> httpx.AsyncClient:
        """A client with that workspace's key, or with the key given."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {key or self.keys[workspace]}"}
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    async def workspace(self, slug: str, scopes: Sequence[Scope] = SCOPES) -> Workspace:
        """One more workspace, with a key."""
        async with self.services.database.write() as connection:
            made = await WorkspaceStore(connection).create(slug, NOW, name=f"Loja {slug}", voice="Frases curtas.")
            self.keys[slug], _ = await KeyStore(connection, made.id).create("test", scopes, NOW)
        return made

    async def key(self, workspace: Workspace, *scopes: Scope) -> str:
        """A key with just those scopes."""
        async with self.services.database.write() as connection:
            return (await KeyStore(connection, workspace.id).create("narrow", scopes, NOW))[0]

    async def indexed(self) -> None:
        """Wait until everything stored can be found."""
        assert await self.services.follower.wait(PATIENCE)

    async def seen(self) -> None:
        """Wait until serving has read everything stored."""
        await self.services.shelf.catch_up()
        await self.services.crowd.catch_up()
        await self.services.crowd.loaded()


@asynccontextmanager
async def running(
    database: Database,
    folder: Path,
    *,
    client: ModelClient | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    max_body: int = 512 << 20,
    keys: dict[str, str] | None = None,
    embedder: Embedder | None = None,
    reachable: Allowed = public,
    monotonic: Callable[[], float] = lambda: 0.0,  # nothing is ever too long ago, however busy the machine is
    own_index: bool = False,
    tuning: Tuning | None = None,
) -> AsyncIterator[Running]:
    """A service on that database; with the `keys` of an earlier one it makes no workspace. Its index is one that tests
    before it had, unless it is to have an `own_index`, in `folder`."""
    embedder = embedder or HashEmbedder(64)
    async with _index_in(folder / "index", embedder) if own_index else kept_index(embedder) as index:
        services = wire(
            database,
            embedder,
            index,
            client,
            folder / "decisions",
            clock=clock,
            monotonic=monotonic,
            max_body=max_body,
            model_name="mock" if client else None,
            reachable=reachable,
            tuning=tuning,
        )
        with kept_app(services) as app:
            async with app.router.lifespan_context(app):
                started = Running(app, services, keys or {})
                if keys is None:
                    await started.workspace("casa")
                yield started


@asynccontextmanager
async def _index_in(folder: Path, embedder: Embedder) -> AsyncIterator[EdgeIndex]:
    index = await EdgeIndex.open(folder, embedder.name, embedder.dimensions)
    try:
        yield index
    finally:
        await index.close()


@asynccontextmanager
async def model_at(
    url: str,
    *,
    timeout: float = PATIENCE,  # noqa: ASYNC109 - the client's own setting
    key: str = "test",
    retries: Retries | None = None,
    around: Around | None = None,
) -> AsyncIterator[ModelClient]:
    """The real client for a model at that URL; it remembers nothing and keeps no books unless `around` says so."""
    endpoint = Endpoint(
        OpenAIClient.at(f"{url}/v1", key, "mock"), around or Around(), retries=retries or Retries(1), concurrency=64
    )
    client = Models(endpoint, timeout=timeout)
    try:
        yield client
    finally:
        await client.close()


def says(text: str, word: str) -> bool:
    """Whether that word stands in the text by itself: inside of ids and signatures any few letters come by chance."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def written(path: Path) -> bytes:
    """What a file holds, without the holes that the index sets aside by the megabyte: zeros that are nowhere."""
    parts, end = list[bytes](), 0
    with path.open("rb", buffering=0) as file:
        while True:
            try:
                at = os.lseek(file.fileno(), end, os.SEEK_DATA)
            except OSError as error:
                assert error.errno == errno.ENXIO  # there is no more
                return b"".join(parts).replace(bytes(4096), b"")
            end = os.lseek(file.fileno(), at, os.SEEK_HOLE)
            parts.append(os.pread(file.fileno(), end - at, at))


ARTICLE = {
    "kind": "article",
    "title": "Café coado em casa",
    "body": "A água a 92 °C extrai bem o sabor sem puxar o amargor. Use 60 g de café para cada litro de água. "
    "O filtro de papel molhado com água quente deixa a xícara mais limpa.",
    "locale": "pt-BR",
    "tags": ["cafe"],
    "url": "https://casa.example/cafe",
}
OFFER = {
    "kind": "offer",
    "title": "Kit Café Coado",
    "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros de papel. Tudo chega em uma caixa só.",
    "locale": "pt-BR",
    "tags": ["cafe"],
    "url": "https://casa.example/kit",
    "image_url": "https://casa.example/kit.jpg",
    "image_alt": "Coador de cerâmica sobre jarra de vidro",
    "facts": {"price": 170.10, "old_price": 189.00, "currency": "BRL", "discount_percent": 10},
    "valid_until": "2026-12-04T23:59:59-03:00",
}
CONSENTS = [
    {
        "purpose": purpose,
        "channel": channel,
        "basis": "consent",
        "source": "site",
        "collected_at": "2026-01-10T10:00:00Z",
    }
    for purpose, channel in (("marketing.communications.email", "email"), ("personalize.content.profiling", "*"))
]
CONTRACT = {
    "first_name": {
        "use": "mention",
        "purpose": "marketing.communications",
        "domain": {"kind": "name"},
        "fallbacks": {"pt-BR": "cliente", "en": "there", "es": "cliente"},
    },
    "categoria": {
        "use": "imply",
        "domain": {"kind": "enumeration", "values": ["cafe", "plantas"], "labels": {"cafe": "café"}},
    },
    "clube": {"use": "select", "domain": {"kind": "enumeration", "values": ["raiz", "broto"]}},
    "notes": {"use": "forbidden"},
}


# what traits alone tell needs the contract's word
OF_DATES: dict[str, Any] = {
    name: {"use": "select", "domain": {"kind": "bands", "edges": [0, 7, 30]}}
    for name in ("days_to_birthday", "days_to_renewal")
}


async def fill(service: Running) -> None:
    """Give the workspace a contract, an article, an offer and the lead `c-1`, and wait until they can be found."""
    traits = {"firstName": "Helena", "email": "helena@correio.example", "categoria": "cafe", "clube": "raiz"}
    async with service.client() as http:
        for path, body in (
            ("/v1/contract", {"attributes": CONTRACT}),
            ("/v1/content/cafe", ARTICLE),
            ("/v1/content/kit", OFFER),
            ("/v1/leads/c-1", {"traits": traits, "consents": CONSENTS}),
        ):
            (await http.put(path, json=body)).raise_for_status()
    await service.indexed()
