"""Search over the same material again and again, cut and weighed in many ways: what calibration measures with.

It is the service's own cutting, index and search; only the records are left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid5

from evaluation.datasets.questions import Item, Material, Question, section
from evaluation.ranking import BATCH, DEEP, NAMESPACE, by_rank, per_query
from retrieval.edge import EdgeIndex
from retrieval.lexical import Lexical
from retrieval.search import Search
from retrieval.tuning import Tuning
from retrieval.types import Embedder, Filter, Language, Point

PASSAGES = 50
"""How many passages are looked at: enough for ten items."""

Found = Sequence[tuple[str, str]]
"""The item and the section of each passage, best first."""


class Bench:
    """Materials in indexes, one for each size of passages, made when it is first asked for."""

    def __init__(self, materials: Sequence[Material], embedder: Embedder, folder: Path) -> None:
        self._materials = {one.name: one for one in materials}
        self._of = {question.id: one.name for one in materials for question in one.questions}
        self._embedder = embedder
        self._folder = folder
        self._lexical = Lexical()
        self._indexes = dict[int, EdgeIndex]()
        self._known = dict[tuple[int, float, str], Found]()

    async def close(self) -> None:
        """Give up the indexes."""
        for index in self._indexes.values():
            await index.close()

    def cuts(self, words: int) -> tuple[int, ...]:
        """How many passages each item gives at that size, which tells whether a size makes any difference."""
        tuning = Tuning(passage_words=words)
        return tuple(len(tuning.cut(item.body)) for one in self._materials.values() for item in one.items)

    async def ndcg(self, question: Question, weight: float, words: int) -> float:
        """nDCG@10 of what search finds for it."""
        name = 0 if question.level == "item" else 1
        names = list(dict.fromkeys(one[name] for one in await self.found(question, weight, words)))[:DEEP]
        return per_query({question.id: question.relevance}, {question.id: by_rank(names)})[question.id]["ndcg@10"]

    async def reached(self, question: Question, weight: float, words: int, passages: int) -> float:
        """The share of what answers it that has a passage among the first so many."""
        name = 0 if question.level == "item" else 1
        first = {one[name] for one in (await self.found(question, weight, words))[:passages]}
        wanted = [answer for answer, grade in question.relevance.items() if grade > 0]
        return sum(answer in first for answer in wanted) / len(wanted)

    async def found(self, question: Question, weight: float, words: int) -> Found:
        """What search finds for it."""
        key = (words, weight, question.id)
        if key not in self._known:
            weights: Mapping[tuple[str, Language], float] = {
                (self._embedder.name.partition("@")[0], question.language): weight
            }
            search = Search(await self._index(words), self._embedder, self._lexical, weights)
            where = Filter(self._of[question.id], question.language)
            hits = await search.search(question.text, where, PASSAGES, "hybrid", question.language)
            self._known[key] = [(str(hit.payload["content_id"]), str(hit.payload["section"])) for hit in hits]
        return self._known[key]

    async def _index(self, words: int) -> EdgeIndex:
        if words not in self._indexes:
            folder = self._folder / str(words)
            folder.mkdir()
            index = await EdgeIndex.open(folder, self._embedder.name, self._embedder.dimensions)
            self._indexes[words] = index
            for one in self._materials.values():
                for start in range(0, len(one.items), BATCH):
                    await index.upsert("passages", await self._points(one, one.items[start : start + BATCH], words))
        return self._indexes[words]

    async def _points(self, of: Material, items: Sequence[Item], words: int) -> list[Point]:
        tuning = Tuning(passage_words=words)
        cut = [(item, chunk) for item in items for chunk in tuning.cut(item.body or item.title)]
        texts = [
            "\n".join(part for part in ((item.title, chunk.heading) if of.titled else ()) if part) + f"\n{chunk.text}"
            for item, chunk in cut
        ]
        texts = [text.strip() for text in texts]
        vectors = await self._embedder.embed(texts) if texts else ()
        return [
            Point(
                uuid5(NAMESPACE, f"{of.name}/{item.id}/{chunk.ordinal}"), of.name, vector,
                {"content_id": item.id, "section": section(item.id, chunk.heading), "language": item.language},
                self._lexical.document(text, item.language),
            )
            for (item, chunk), text, vector in zip(cut, texts, vectors, strict=True)
        ]  # fmt: skip


@asynccontextmanager
async def bench(materials: Sequence[Material], embedder: Embedder) -> AsyncIterator[Bench]:
    """A bench in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        made = Bench(materials, embedder, Path(folder))
        try:
            yield made
        finally:
            await made.close()
