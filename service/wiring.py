"""The composition root: the only place that names OpenAI, Qdrant or a database URL.

Everything else takes what it needs as an argument, so tests build the same service from other parts.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from prompts.library import PromptLibrary
from retrieval.edge import EdgeIndex
from retrieval.embedding import SentenceTransformerEmbedder
from retrieval.errors import IndexLocked
from retrieval.index import Index
from retrieval.lexical import Lexical
from retrieval.search import Search
from retrieval.tuning import Tuning
from retrieval.types import Embedder
from service.actions.triggers import Triggers
from service.audiences.follow import AudienceFollower
from service.campaigns.generating import CampaignWork
from service.content.writing import Chunker
from service.db.engine import Database
from service.db.looking import Lookout
from service.db.migrate import migrate
from service.delivery.crowd import Crowd
from service.delivery.desk import Desk
from service.delivery.doors import Doors
from service.delivery.log import DecisionLog, Sync
from service.delivery.mailing import Mailer
from service.delivery.outcome_views import Views
from service.delivery.pictures.kept import Pictures
from service.delivery.shelf import Shelf
from service.delivery.taking import Taker
from service.delivery.visitors import Visitors
from service.errors import IndexBusy
from service.events.intake import Intake
from service.generation.breaker import Breaker
from service.generation.client import ModelClient, Price
from service.generation.composer import Composer
from service.generation.endpoint import Around, Endpoint
from service.generation.fallback import Models
from service.generation.model_writer import ModelWriter
from service.generation.openai_client import OpenAIClient
from service.generation.parsing import drafts
from service.generation.pipeline import Pipeline, Writers
from service.generation.remembering import Memory, Shared
from service.generation.retrying import Retries
from service.generation.settings import ModelSettings
from service.generation.spending import Ledger
from service.indexing.follow import IndexFollower
from service.jobs.runner import Jobs
from service.learning.jobs import register_jobs
from service.metrics import Metrics
from service.privacy.erasing import Eraser
from service.privacy.signing import Signer
from service.privacy.work import PrivacyWork
from service.settings import EmbeddingSettings, IndexSettings, MailSettings, Settings, StorageSettings
from service.subscriptions.addresses import Allowed, public, public_or_loopback
from service.subscriptions.dispatching import Dispatcher
from service.subscriptions.sending import Sender
from service.types import Clock
from service.users.openid import OpenId
from service.users.passwords import Passwords
from service.users.settings import OpenIdSettings
from service.users.signing_in import SignIn
from service.variants.keeping import VariantKeeper
from service.variants.saver import VariantSaver


@dataclass(frozen=True)
class Services:
    """One running service. `local_token` opens it to commands on this machine that can read the data folder."""

    database: Database
    lookout: Lookout
    embedder: Embedder
    index: Index
    search: Search
    chunker: Chunker
    follower: IndexFollower
    pipeline: Pipeline
    metrics: Metrics
    ledger: Ledger
    audiences: AudienceFollower
    jobs: Jobs
    intake: Intake
    signer: Signer
    doors: Doors
    shelf: Shelf
    crowd: Crowd
    keeper: VariantKeeper
    decisions: DecisionLog
    taker: Taker
    desk: Desk
    visitors: Visitors
    pictures: Pictures
    views: Views
    dispatcher: Dispatcher
    sign_in: SignIn
    clock: Clock
    local_token: str
    max_body: int
    embedder_ready: Callable[[], bool]
    model_name: str | None = None
    openid: OpenId | None = None
    public_url: str | None = None
    mailer: Mailer = field(default_factory=Mailer)


def system_clock() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_services(
    settings: Settings, *, warm: bool = True, index: Callable[[Embedder], Awaitable[Index]] | None = None
) -> AsyncIterator[Services]:
    """The service the settings describe, migrated and ready. Raises `IndexBusy` if another process owns the index.

    Unless it is to be `warm`, the embedding model is loaded by the first text that needs it: most commands need none,
    and it takes seconds. `index` opens another index than the settings', for comparisons.
    """
    embedder = await _embedder(settings.embedding)
    opened = await (index(embedder) if index else _index(settings.index, settings.storage, embedder))
    database = Database(settings.database_url)
    metrics = Metrics()
    ledger = Ledger(database, system_clock, settings.spending.daily_budget, metrics.model_cost.inc)
    client = model_client(settings, ledger, metrics)
    warming = asyncio.create_task(embedder.warm()) if warm else None
    signer = Signer(_secret(settings))
    try:
        await migrate(database)
        yield wire(
            database, embedder, opened, client, settings.storage.data_dir / "decisions", metrics=metrics, ledger=ledger,
            max_body=settings.server.max_body_mb << 20,
            model_name=settings.model.model,
            embedder_ready=lambda: warming is None or (warming.done() and warming.exception() is None),
            local_token=settings.server.local_token.get_secret_value() if settings.server.local_token else None,
            signer=signer, sync=settings.decisions.sync, openid=_openid(settings.openid, signer),
            public_url=settings.studio.public_url,
            reachable=public_or_loopback if settings.webhooks.loopback else public, mailer=_mailer(settings.mail),
            tuning=settings.retrieval.tuning,
        )  # fmt: skip
    finally:
        if warming is not None:
            await asyncio.gather(warming, return_exceptions=True)
        if client is not None:
            await client.close()
        await ledger.close()
        await opened.close()
        await embedder.close()
        await database.close()


def wire(
    database: Database,
    embedder: Embedder,
    index: Index,
    client: ModelClient | None,
    decisions: Path,
    *,
    clock: Clock = system_clock,
    monotonic: Callable[[], float] = time.monotonic,
    metrics: Metrics | None = None,
    ledger: Ledger | None = None,
    max_body: int = 512 << 20,
    model_name: str | None = None,
    embedder_ready: Callable[[], bool] = lambda: True,
    local_token: str | None = None,
    signer: Signer | None = None,
    sync: Sync = "os",
    reachable: Allowed = public,
    passwords: Passwords | None = None,
    openid: OpenId | None = None,
    public_url: str | None = None,
    mailer: Mailer | None = None,
    tuning: Tuning | None = None,
) -> Services:
    """The same service from any parts: tests pass a fake embedder, another clock, a model on loopback. `decisions` is
    the folder of the decision log."""
    metrics, lexical, library = metrics or Metrics(), Lexical(), PromptLibrary.released()
    tuning = tuning or Tuning()
    search = Search(index, embedder, lexical, tuning.weights(embedder.name))
    ledger = ledger or Ledger(database, clock)
    model = ModelWriter(client, library) if client else None
    writers = Writers(Composer(), model, library)
    follower = IndexFollower(database, index, embedder, lexical, metrics, clock)
    audiences = AudienceFollower(database, clock, Triggers(clock).entered)
    signer = signer or Signer(secrets.token_bytes(32))
    jobs = Jobs(database, clock)
    register_jobs(jobs, database, index, clock)
    doors = Doors(database, clock)
    shelf, crowd = Shelf(database, doors.renew, monotonic), Crowd(database, clock, monotonic)
    log = DecisionLog(decisions, clock, sync=sync)
    pipeline = Pipeline(
        database, search, embedder, writers, VariantSaver(database), ledger, metrics, clock, tuning.passages
    )
    CampaignWork(database, pipeline, clock).register(jobs)
    keeper = VariantKeeper(database, clock)
    dispatcher = Dispatcher(database, Sender(reachable), clock, secrets.SystemRandom().random)
    lookout = Lookout(database, (follower, audiences, shelf, crowd, keeper, dispatcher), monotonic)
    PrivacyWork(database, Eraser(database, index, follower, signer, clock), clock).register(jobs)
    return Services(
        database=database,
        lookout=lookout,
        embedder=embedder,
        index=index,
        search=search,
        chunker=tuning.cut,
        follower=follower,
        pipeline=pipeline,
        metrics=metrics,
        ledger=ledger,
        audiences=audiences,
        intake=Intake(database, clock),
        jobs=jobs,
        signer=signer,
        doors=doors,
        shelf=shelf,
        crowd=crowd,
        keeper=keeper,
        decisions=log,
        taker=Taker(database, log),
        desk=Desk(shelf, crowd, log, signer.key("decisions"), clock),
        visitors=Visitors(database, shelf, crowd, signer, secrets.SystemRandom().random),
        pictures=Pictures(),
        views=Views(shelf, log, signer.key("decisions")),
        dispatcher=dispatcher,
        sign_in=SignIn(database, signer, passwords or Passwords(), clock),
        clock=clock,
        local_token=local_token or secrets.token_urlsafe(32),
        max_body=max_body,
        embedder_ready=embedder_ready,
        model_name=model_name,
        openid=openid,
        public_url=public_url,
        mailer=mailer or Mailer(),
    )


def _openid(settings: OpenIdSettings, signer: Signer) -> OpenId | None:
    if settings.issuer is None or settings.client_id is None or settings.client_secret is None:
        return None
    return OpenId(
        settings.issuer, settings.client_id, settings.client_secret.get_secret_value(), settings.label,
        settings.workspace, settings.role, signer, system_clock,
    )  # fmt: skip


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


def _mailer(settings: MailSettings) -> Mailer:
    password = settings.password.get_secret_value() if settings.password else None
    if settings.host is None or settings.sender is None:
        return Mailer()
    return Mailer(
        settings.host, settings.port, settings.user, password, settings.security, settings.sender, settings.anyone
    )


def _secret(settings: Settings) -> bytes:
    """The secret that is set, or else one made once and kept in the data folder for its owner only."""
    if settings.secret.key is not None:
        return settings.secret.key.get_secret_value().encode()
    path = settings.storage.data_dir / "secret-key"
    with contextlib.suppress(FileExistsError), path.open("x") as file:
        path.chmod(0o600)
        file.write(secrets.token_urlsafe(48))
    return path.read_bytes()


def model_client(settings: Settings, ledger: Ledger | None, metrics: Metrics) -> ModelClient | None:
    """The model, the fallback where there is one, and what both share. None where no model is named; without a ledger
    nothing is counted against the day's budget."""
    first, other, memory = settings.model, settings.fallback, settings.memory
    if first.model is None:
        return None
    shared = Shared(
        Memory(memory.megabytes << 20, memory.seconds), lambda word: metrics.model_memory.labels(word).inc()
    )
    around = Around(shared if memory.megabytes else None, ledger, metrics, drafts)
    key = first.api_key.get_secret_value() if first.api_key else None
    price = Price(Decimal(str(first.price_input)), Decimal(str(first.price_output)))
    asked = _endpoint("first", OpenAIClient.at(first.base_url, key, first.model), first, price, around, metrics)
    fallback = None
    if other.model is not None:
        if other.api_key or other.base_url:  # another host is never sent the first one's key
            key = other.api_key.get_secret_value() if other.api_key else None
        price = Price(
            price.input if other.price_input is None else Decimal(str(other.price_input)),
            price.output if other.price_output is None else Decimal(str(other.price_output)),
        )
        asker = OpenAIClient.at(other.base_url or first.base_url, key, other.model)
        fallback = _endpoint("fallback", asker, first, price, around, metrics)
    return Models(asked, fallback, timeout=first.timeout, fell_back=metrics.model_fallbacks.inc)


def _endpoint(
    name: str, asker: OpenAIClient, settings: ModelSettings, price: Price, around: Around, metrics: Metrics
) -> Endpoint:
    state = metrics.model_breaker.labels(name)
    return Endpoint(
        asker, around, price=price, concurrency=settings.concurrency,
        retries=Retries(settings.attempts, retried=metrics.model_retries.labels(name).inc),
        breaker=Breaker(
            settings.breaker_failures, settings.breaker_pause,
            changed=lambda now: state.set(("closed", "half_open", "open").index(now)),
        ),
    )  # fmt: skip
