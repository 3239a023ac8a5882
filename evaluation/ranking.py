"""How well search ranks: the service's own retrieval over a set with known answers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid5

import ir_measures

from evaluation.datasets.ranking import Document, RankingSet
from retrieval.edge import EdgeIndex
from retrieval.fusion import WEIGHTS
from retrieval.lexical import Lexical
from retrieval.search import Mode, Search
from retrieval.types import Embedder, Filter, Language, Point

Scores = dict[str, float]
Progress = Callable[[int, int], None]
Run = dict[str, dict[str, float]]

MEASURES = {"ndcg@10": ir_measures.nDCG @ 10, "recall@10": ir_measures.R @ 10, "mrr": ir_measures.RR @ 10}
WORKSPACE = "evaluation"
BATCH = 256
NAMESPACE = UUID("6f1d3f43-8f0c-5f5e-9d53-6a1f6a4c3c0e")  # points are named by their documents, so runs agree


async def evaluate(
    data: RankingSet,
    embedder: Embedder,
    *,
    language: Language = "pt",
    weights: Mapping[tuple[str, Language], float] = WEIGHTS,
    modes: Sequence[Mode] = get_args(Mode),
    progress: Progress = lambda done, total: None,
) -> dict[Mode, Scores]:
    """nDCG@10, recall@10 and MRR@10 of each mode, means over the queries that have an answer.

    Each document is one point, its title and text embedded as one passage. `progress` hears of steps done and in all.
    """
    total = len(data.documents) + len(modes) * len(data.relevance)
    lexical = Lexical()
    with tempfile.TemporaryDirectory() as folder:
        index = await EdgeIndex.open(Path(folder), embedder.name, embedder.dimensions)
        try:
            for start in range(0, len(data.documents), BATCH):
                await index.upsert(
                    "passages", await _points(data.documents[start : start + BATCH], language, embedder, lexical)
                )
                progress(min(start + BATCH, len(data.documents)), total)
            search = Search(index, embedder, lexical, weights)
            runs: dict[Mode, Run] = {mode: {} for mode in modes}
            done = len(data.documents)
            for query in data.relevance:
                for mode in modes:
                    runs[mode][query] = await _ranked(search, data.queries[query], mode, language)
                done += len(modes)
                progress(done, total)
        finally:
            await index.close()
    return {mode: score(data.relevance, run) for mode, run in runs.items()}


def score(relevance: Mapping[str, Mapping[str, int]], run: Run) -> Scores:
    """The measures of one run, which maps a query to documents and their scores; a query without hits counts as 0."""
    found = ir_measures.calc_aggregate(list(MEASURES.values()), relevance, run)
    return {name: float(found[measure]) for name, measure in MEASURES.items()}


async def _points(
    documents: Sequence[Document], language: Language, embedder: Embedder, lexical: Lexical
) -> list[Point]:
    texts = [f"{document.title}\n{document.text}".strip() for document in documents]
    vectors = await embedder.embed(texts)
    return [
        Point(
            id=_id(document.id),
            workspace=WORKSPACE,
            dense=vector,
            sparse=lexical.document(text, language),
            payload={"content_id": document.id, "language": language},
        )
        for document, text, vector in zip(documents, texts, vectors, strict=True)
    ]


async def _ranked(search: Search, text: str, mode: Mode, language: Language) -> dict[str, float]:
    hits = await search.search(text, Filter(WORKSPACE, language), 10, mode, language)
    # Scored by rank: measures break ties of score by document id, search in its own order.
    return {str(hit.payload["content_id"]): float(-rank) for rank, hit in enumerate(hits)}


def _id(document: str) -> UUID:
    return uuid5(NAMESPACE, document)
