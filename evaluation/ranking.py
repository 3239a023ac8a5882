"""How well search ranks: the service's own retrieval over a set with known answers."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, get_args
from uuid import UUID, uuid5

import ir_measures
import numpy as np

from evaluation.datasets.ranking import Document, RankingSet
from retrieval.edge import EdgeIndex
from retrieval.fusion import WEIGHTS
from retrieval.lexical import Lexical
from retrieval.search import Mode, Search
from retrieval.types import Embedder, Filter, Language, Point

Scores = dict[str, float]
Run = Mapping[str, Mapping[str, float]]


class Progress(Protocol):
    """Hears of steps done and in all."""

    def __call__(self, done: int, total: int, /) -> None: ...


MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
MEASURES = {"ndcg@10": ir_measures.nDCG @ 10, "recall@10": ir_measures.R @ 10, "mrr": ir_measures.RR @ 10}
DEEP = 10
WORKSPACE = "evaluation"
BATCH = 256
NAMESPACE = UUID("6f1d3f43-8f0c-5f5e-9d53-6a1f6a4c3c0e")  # points are named by their documents, so runs agree


def unheard(done: int, total: int, /) -> None:
    """Progress that nobody watches."""


async def evaluate(
    data: RankingSet,
    embedder: Embedder,
    *,
    language: Language = "pt",
    weights: Mapping[tuple[str, Language], float] = WEIGHTS,
    modes: Sequence[Mode] = get_args(Mode),
    progress: Progress = unheard,
) -> dict[Mode, Scores]:
    """nDCG@10, recall@10 and MRR@10 of each mode, means over the queries that have an answer."""
    total = len(data.documents) + len(modes) * len(data.answered)
    runs: dict[Mode, dict[str, dict[str, float]]] = {mode: {} for mode in modes}
    done = len(data.documents)
    async with searching(data, embedder, language, weights, lambda some, _: progress(some, total)) as search:
        for query in data.answered:
            for mode in modes:
                runs[mode][query] = by_rank(await ranked(search, data.queries[query], mode, language))
            done += len(modes)
            progress(done, total)
    return {mode: score(data.answered, run) for mode, run in runs.items()}


@asynccontextmanager
async def searching(
    data: RankingSet,
    embedder: Embedder,
    language: Language,
    weights: Mapping[tuple[str, Language], float] = WEIGHTS,
    progress: Progress = unheard,
) -> AsyncIterator[Search]:
    """A search over the set's documents, each one point, its title and text embedded as one passage."""
    lexical = Lexical()
    with tempfile.TemporaryDirectory() as folder:
        index = await EdgeIndex.open(Path(folder), embedder.name, embedder.dimensions)
        try:
            for start in range(0, len(data.documents), BATCH):
                some = data.documents[start : start + BATCH]
                await index.upsert("passages", await _points(some, language, embedder, lexical))
                progress(start + len(some), len(data.documents))
            yield Search(index, embedder, lexical, weights)
        finally:
            await index.close()


async def ranked(search: Search, text: str, mode: Mode, language: Language) -> list[str]:
    """The documents that search finds, best first."""
    hits = await search.search(text, Filter(WORKSPACE, language), DEEP, mode, language)
    return [str(hit.payload["content_id"]) for hit in hits]


def by_rank(documents: Sequence[str]) -> dict[str, float]:
    """Scored by rank, each by its best place: measures break ties of score by document id, search in its own order."""
    return {document: float(-rank) for rank, document in enumerate(dict.fromkeys(documents))}


def per_query(relevance: Mapping[str, Mapping[str, int]], run: Run) -> dict[str, Scores]:
    """The measures of each query of a run, which maps queries to documents and their scores; 0 for one without hits."""
    names = {measure: name for name, measure in MEASURES.items()}
    found: dict[str, Scores] = {query: dict.fromkeys(MEASURES, 0.0) for query in relevance}
    for one in ir_measures.iter_calc(list(names), relevance, run):
        found[one.query_id][names[one.measure]] = float(one.value)
    return found


def score(relevance: Mapping[str, Mapping[str, int]], run: Run) -> Scores:
    """The means over all queries."""
    found = per_query(relevance, run).values()
    return {name: float(np.mean([one[name] for one in found])) for name in MEASURES}


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


def _id(document: str) -> UUID:
    return uuid5(NAMESPACE, document)
