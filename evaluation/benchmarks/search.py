"""What `Search` costs beyond the engine: hybrid filtered search against the two bare engine calls inside it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from qdrant_edge import EdgeShard

from evaluation.benchmarks.report import BenchResult, Progress, Spread
from retrieval import shard
from retrieval.edge import EdgeIndex
from retrieval.lexical import Lexical
from retrieval.search import DEPTH, SHALLOWEST, Search
from retrieval.types import Filter, Point, SparseVector, Vector

DIMENSIONS = 384
BATCH = 500
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SYLLABLES = ("ca", "de", "mi", "por", "ta", "lo", "ção", "re", "ven", "pro", "sa", "ni", "qui", "fe", "bra", "do")


class KnownVectors:
    """An `Embedder` that was told its answers, so that no model is measured."""

    name = "known"
    dimensions = DIMENSIONS

    def __init__(self, vectors: dict[str, Vector]) -> None:
        self._vectors = vectors

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors it was told."""
        return np.stack([self._vectors[text] for text in texts])


class Corpus:
    """Made-up Portuguese: words of syllables whose frequency falls as their rank (Zipf), in passages of 40 to 90."""

    def __init__(self, seed: int, topics: int = 200) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._numbers = np.random.default_rng(seed)
        words = {"".join(self._random.choices(SYLLABLES, k=self._random.randint(2, 5))) for _ in range(20_000)}
        self._words = sorted(words)
        self._random.shuffle(self._words)
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(self._words))))
        self._topics = self._unit(self._numbers.standard_normal((topics, DIMENSIONS)))

    def text(self, words: int) -> str:
        """Sentences of that many words in all."""
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=words)).capitalize() + "."

    def vector(self) -> Vector:
        """A unit vector near one of the topics, as those of real texts are."""
        topic = self._topics[self._random.randrange(len(self._topics))]
        return self._unit(topic + 0.06 * self._numbers.standard_normal(DIMENSIONS))

    def point(self, number: int, workspaces: int, lexical: Lexical) -> Point:
        """A passage of one of the workspaces; one in four is valid for a time that has passed."""
        text = self.text(self._random.randint(40, 90))
        return Point(
            id=UUID(int=self._random.getrandbits(128), version=4),
            workspace=f"workspace-{number % workspaces}",
            dense=self.vector(),
            sparse=lexical.document(text, "pt"),
            payload={
                "content_id": f"item-{number // 5}",
                "version": 1,
                "kind": self._random.choice(("article", "offer", "page")),
                "language": "pt",
                "locale": "pt-BR",
                "tags": self._random.sample(("verão", "casa", "moda", "crédito", "curso"), k=2),
                "text": text,
                **({"valid_until": "2026-01-01T00:00:00Z"} if self._random.random() < 0.25 else {}),
            },
        )

    @staticmethod
    def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
        unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
        return unit


async def run(
    *,
    passages: int = 50_000,
    workspaces: int = 5,
    queries: int = 200,
    limit: int = 10,
    seed: int = 7,
    progress: Progress = lambda done, total: None,
) -> BenchResult:
    """Milliseconds of `Search.search` and of two bare `EdgeShard.query` calls, query by query in turns.

    The bare calls have the same vector, terms, filters, candidates and payloads, on the same shard, in the calling
    thread, and fuse nothing.
    """
    corpus, lexical = Corpus(seed), Lexical()
    texts = [corpus.text(8) for _ in range(queries)]
    vectors = {text: corpus.vector() for text in texts}
    embedder = KnownVectors(vectors)
    with tempfile.TemporaryDirectory() as folder:
        index = await EdgeIndex.open(Path(folder), embedder.name, DIMENSIONS, compact_after=passages + 1)
        try:
            await _fill(index, corpus, lexical, passages=passages, workspaces=workspaces, progress=progress)
            search = Search(index, embedder, lexical)
            ours, bare = [], []
            for turn, text in enumerate(texts):
                where = Filter(f"workspace-{turn % workspaces}", "pt", valid_at=NOW)
                started = perf_counter()
                await search.search(text, where, limit)
                ours.append((perf_counter() - started) * 1000)
                bare.append(_bare(index.shard("passages"), vectors[text], lexical.query(text, "pt"), where, limit))
        finally:
            await index.close()
    mine, theirs = Spread.of(ours), Spread.of(bare)
    return BenchResult(
        name="hybrid filtered search",
        unit="ms",
        ours=mine,
        baseline=theirs,
        ratio=mine.median / theirs.median,
        detail={"passages": passages, "workspaces": workspaces, "queries": queries, "limit": limit},
    )


async def _fill(
    index: EdgeIndex, corpus: Corpus, lexical: Lexical, *, passages: int, workspaces: int, progress: Progress
) -> None:
    for start in range(0, passages, BATCH):
        count = min(BATCH, passages - start)
        await index.upsert("passages", [corpus.point(start + more, workspaces, lexical) for more in range(count)])
        progress(start + count, passages)
    await index.compact("passages")


def _bare(engine: EdgeShard, vector: Vector, terms: SparseVector, where: Filter, limit: int) -> float:
    """Milliseconds of the two calls."""
    depth = max(DEPTH * limit, SHALLOWEST)
    started = perf_counter()
    engine.query(shard.nearest(vector, where, depth, payload=True))
    engine.query(shard.lexical(terms, where, depth, payload=True))
    return (perf_counter() - started) * 1000
