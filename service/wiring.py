"""The composition root: the only place that names OpenAI, Qdrant or a database URL.

Everything else takes what it needs as an argument, so tests build the same service from other parts.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import openai

from prompts.library import PromptLibrary
from retrieval.edge import EdgeIndex
from retrieval.embedding import SentenceTransformerEmbedder
from retrieval.errors import IndexLocked
from retrieval.index import Index
from retrieval.lexical import Lexical
from retrieval.search import Search
from retrieval.types import Embedder
from service.db.engine import Database
from service.db.migrate import migrate
from service.errors import IndexBusy
from service.generation.composer import Composer
from service.generation.model_writer import ModelWriter, Price
from service.generation.openai_client import ModelClient, OpenAIClient
from service.generation.pipeline import Pipeline, Writers
from service.indexing.follow import IndexFollower
from service.metrics import Metrics
from service.settings import EmbeddingSettings, IndexSettings, ModelSettings, Settings, StorageSettings
from service.types import Clock
from service.variants.saver import VariantSaver


@dataclass(frozen=True)
class Services:
    """One running service. `local_token` opens it to commands on this machine that can read the data folder."""

    database: Database
    embedder: Embedder
    index: Index
    search: Search
    follower: IndexFollower
    pipeline: Pipeline
    metrics: Metrics
    clock: Clock
    local_token: str
    max_body: int
    embedder_ready: Callable[[], bool]
    model_name: str | None = None


def system_clock() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """The service the settings describe, migrated and ready. Raises `IndexBusy` if another process owns the index."""
    embedder = await _embedder(settings.embedding)
    index = await _index(settings.index, settings.storage, embedder)
    client = _model_client(settings.model)
    database = Database(settings.database_url)
    warming = asyncio.create_task(embedder.warm())
    try:
        await migrate(database)
        yield wire(
            database, embedder, index, client, price=_price(settings.model), max_body=settings.server.max_body_mb << 20,
            model_name=settings.model.model, embedder_ready=lambda: warming.done() and warming.exception() is None,
            local_token=settings.server.local_token.get_secret_value() if settings.server.local_token else None,
        )  # fmt: skip
    finally:
        await asyncio.gather(warming, return_exceptions=True)
        if client is not None:
            await client.close()
        await index.close()
        await embedder.close()
        await database.close()


def wire(
    database: Database,
    embedder: Embedder,
    index: Index,
    client: ModelClient | None,
    *,
    clock: Clock = system_clock,
    price: Price | None = None,
    max_body: int = 512 << 20,
    model_name: str | None = None,
    embedder_ready: Callable[[], bool] = lambda: True,
    local_token: str | None = None,
) -> Services:
    """The same service from any parts: tests pass a fake embedder, another clock, a model on loopback."""
    metrics, lexical, library = Metrics(), Lexical(), PromptLibrary.released()
    search = Search(index, embedder, lexical)
    free = Price(Decimal(0), Decimal(0))
    model = ModelWriter(client, library, price or free) if client else None
    writers = Writers(Composer(), model, library)
    return Services(
        database=database,
        embedder=embedder,
        index=index,
        search=search,
        follower=IndexFollower(database, index, embedder, lexical, metrics, clock),
        pipeline=Pipeline(database, search, writers, VariantSaver(database), metrics, clock),
        metrics=metrics,
        clock=clock,
        local_token=local_token or secrets.token_urlsafe(32),
        max_body=max_body,
        embedder_ready=embedder_ready,
        model_name=model_name,
    )


async def _embedder(settings: EmbeddingSettings) -> SentenceTransformerEmbedder:
    dtype = None if settings.dtype == "auto" else settings.dtype
    if settings.model == "bundled":
        return SentenceTransformerEmbedder(dtype=dtype)  # loaded beside the start; its dimensions are known
    embedder = SentenceTransformerEmbedder(settings.model, dtype=dtype)
    await embedder.warm()
    return embedder


async def _index(settings: IndexSettings, storage: StorageSettings, embedder: Embedder) -> Index:
    if settings.qdrant_url is None:
        try:
            return await EdgeIndex.open(
                storage.data_dir / "index", embedder.name, embedder.dimensions, reset_on_mismatch=True
            )
        except IndexLocked as error:
            raise IndexBusy(
                f"{error} The embedded index belongs to one process; "
                "stop the other one, or set QDRANT_URL to share a server."
            ) from None
    # the client takes 1.3 s to import, and the embedded index does not need it
    from qdrant_client import AsyncQdrantClient  # noqa: PLC0415

    from retrieval.server import ServerIndex  # noqa: PLC0415

    key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
    client = AsyncQdrantClient(url=settings.qdrant_url, api_key=key)
    return await ServerIndex.open(client, embedder.name, embedder.dimensions, reset_on_mismatch=True)


def _model_client(settings: ModelSettings) -> ModelClient | None:
    if settings.model is None:
        return None
    client = openai.AsyncOpenAI(
        api_key=settings.api_key.get_secret_value() if settings.api_key else "none",
        base_url=settings.base_url,
        max_retries=2,
        http_client=openai.DefaultAioHttpClient(),  # 2.3 ms of CPU a call against 4.0 with the default transport
    )
    return OpenAIClient(client, settings.model, timeout=settings.timeout, concurrency=settings.concurrency)


def _price(settings: ModelSettings) -> Price:
    return Price(Decimal(str(settings.price_input)), Decimal(str(settings.price_output)))
