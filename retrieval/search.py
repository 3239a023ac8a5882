"""Search: words and meaning, filtered, fused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from retrieval.fusion import WEIGHTS, Fused, dense_weight, fuse
from retrieval.index import Index
from retrieval.lexical import Lexical
from retrieval.types import Embedder, Filter, Half, Hit, Language, Scored, Vector

Mode = Literal["hybrid", "dense", "lexical"]

# Candidates a half brings for each hit that is asked for. A hit ranked deep in one half can still win by the other.
DEPTH = 4
SHALLOWEST = 50


class Search:
    """Ranked evidence for a text. `weights` says how far each model is trusted in each language."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        lexical: Lexical,
        weights: Mapping[tuple[str, Language], float] = WEIGHTS,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._lexical = lexical
        self._weights = weights

    async def search(
        self,
        text: str,
        where: Filter,
        limit: int = 10,
        mode: Mode = "hybrid",
        query_language: Language = "pt",
    ) -> list[Hit]:
        """The passages that fit the text best, at most `limit`, best first; a blank text finds nothing.

        `query_language` is the text's; `where.language`, if any, the passages'.
        """
        if limit < 1 or not text.strip():
            return []
        if mode == "hybrid":
            return await self._hybrid(text, where, limit, query_language)
        if mode == "dense":
            found = await self._index.nearest("passages", await self._vector(text), where, limit)
        else:
            found = await self._index.lexical(self._lexical.query(text, query_language), where, limit)
        return _alone(found, mode)

    async def similar(
        self, point: UUID, where: Filter, limit: int = 10, collection: Literal["passages", "leads"] = "leads"
    ) -> list[Hit]:
        """The nearest others of that point; none where the workspace has no such point."""
        own = (await self._index.retrieve(collection, where.workspace, [point])).get(point)
        if own is None or limit < 1:
            return []
        found = await self._index.nearest(collection, own, where, limit + 1)
        return _alone([one for one in found if one.id != point][:limit], "dense")

    async def _hybrid(self, text: str, where: Filter, limit: int, language: Language) -> list[Hit]:
        sparse = self._lexical.query(text, language)
        depth = max(DEPTH * limit, SHALLOWEST)
        dense, lexical = await self._index.halves(await self._vector(text), sparse, where, depth)
        weight = dense_weight(self._embedder.name, language, self._weights)
        fused = fuse(((one.id, one.score) for one in dense), ((one.id, one.score) for one in lexical), weight)
        best = _with_ties(fused, limit)
        payloads = await self._index.payloads("passages", where.workspace, [one.id for one in best])
        # A passage deleted since the halves were read has no payload any more, and is no evidence.
        return _settled([_hit(one, payloads[one.id]) for one in best if one.id in payloads])[:limit]

    async def _vector(self, text: str) -> Vector:
        vectors = await self._embedder.embed([text])
        vector: Vector = vectors[0]
        return vector


def _with_ties(fused: list[Fused], limit: int) -> list[Fused]:
    """The best so many, and what is as good as the last of them."""
    last = (fused[limit - 1].score, fused[limit - 1].lexical) if len(fused) > limit else None
    more = [one for one in fused[limit : limit + SHALLOWEST] if (one.score, one.lexical) == last]
    return fused[:limit] + more


def _settled(hits: list[Hit]) -> list[Hit]:
    """Equals in the order of what they say: ids are random, and a new index would give another order."""
    return sorted(
        hits,
        key=lambda hit: (
            -hit.score,
            -hit.halves.get("lexical", 0.0),
            -hit.halves.get("dense", 0.0),
            str(hit.payload.get("content_id", "")),
            str(hit.payload.get("text", "")),
        ),
    )


def _hit(fused: Fused, payload: Mapping[str, object]) -> Hit:
    halves: dict[Half, float] = {}
    if fused.dense is not None:
        halves["dense"] = fused.dense
    if fused.lexical is not None:
        halves["lexical"] = fused.lexical
    return Hit(fused.id, fused.score, payload, halves)


def _alone(found: list[Scored], half: Half) -> list[Hit]:
    """Hits of one half: cosines as they are, BM25 scores (which have no upper end) as a share of the best."""
    top = max((one.score for one in found), default=0.0) if half == "lexical" else 1.0
    hits = [
        Hit(one.id, min(max(one.score / top, 0.0), 1.0) if top > 0 else 0.0, one.payload, {half: one.score})
        for one in found
    ]
    return _settled(hits)
