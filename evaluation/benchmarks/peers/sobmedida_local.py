"""Sob Medida with the store that the others have, the Qdrant client's local mode instead of Qdrant Edge.

All else is as it is; what differs from the first column is the store.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from qdrant_client import AsyncQdrantClient

from evaluation.benchmarks.peers.child import main
from evaluation.benchmarks.peers.sobmedida import SobMedida
from evaluation.benchmarks.peers.work import Peer, Work
from retrieval.index import Index
from retrieval.server import ServerIndex
from retrieval.types import Embedder
from service.wiring import open_services


async def local_index(embedder: Embedder) -> Index:
    """The client's local mode, in memory."""
    return await ServerIndex.open(AsyncQdrantClient(":memory:"), embedder.name, embedder.dimensions)


async def open_local(work: Work, folder: Path) -> Peer:
    """See `Opener`."""
    return await SobMedida.open(work, folder, partial(open_services, index=local_index))


if __name__ == "__main__":
    main(open_local)
