"""Sob Medida with the store that the others have, the Qdrant client's local mode instead of Qdrant Edge.

All else is as it is; what differs from the first column is the store.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from qdrant_client import AsyncQdrantClient

from evaluation.benchmarks.peers.child import main
from evaluation.benchmarks.peers.sobmedida import SobMedida
from evaluation.benchmarks.peers.work import Peer, Work
from retrieval.embedding import SentenceTransformerEmbedder
from retrieval.server import ServerIndex
from service.db.engine import Database
from service.db.migrate import migrate
from service.generation.spending import Ledger
from service.metrics import Metrics
from service.settings import Settings
from service.wiring import Services, model_client, system_clock, wire


@asynccontextmanager
async def local_services(settings: Settings) -> AsyncIterator[Services]:
    """The same service over the client's local mode."""
    dtype = settings.embedding.dtype
    embedder = SentenceTransformerEmbedder(dtype=None if dtype == "auto" else dtype)
    index = await ServerIndex.open(AsyncQdrantClient(":memory:"), embedder.name, embedder.dimensions)
    database = Database(settings.database_url)
    metrics = Metrics()
    ledger = Ledger(database, system_clock)
    client = model_client(settings, ledger, metrics)
    try:
        await migrate(database)
        yield wire(
            database, embedder, index, client, settings.storage.data_dir / "decisions", metrics=metrics, ledger=ledger,
            model_name=settings.model.model,
        )  # fmt: skip
    finally:
        if client is not None:
            await client.close()
        await ledger.close()
        await index.close()
        await embedder.close()
        await database.close()


async def open_local(work: Work, folder: Path) -> Peer:
    """See `Opener`."""
    return await SobMedida.open(work, folder, local_services)


if __name__ == "__main__":
    main(open_local)
