"""The index on a Qdrant server or cluster, for more than one process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self, cast
from uuid import UUID, uuid4

import numpy as np
from qdrant_client import AsyncQdrantClient, models

from retrieval import fields
from retrieval.errors import IndexMismatch
from retrieval.types import COLLECTIONS, Collection, Filter, Point, Scored, SparseVector, Vector

# A request of 256 points of 384 dimensions is about 2 MB of JSON; the server refuses more than 32 MB.
SLICE = 256


class ServerIndex:
    """An `Index` on a server. Collections are named `<prefix>_passages` and `<prefix>_leads`.

    The identity, the embedder's name and its dimensions are the passages collection's metadata.
    """

    def __init__(self, client: AsyncQdrantClient, embedder: str, dimensions: int, prefix: str) -> None:
        """For `open` only."""
        self._client = client
        self._embedder = embedder
        self._dimensions = dimensions
        self._names: dict[Collection, str] = {collection: f"{prefix}_{collection}" for collection in COLLECTIONS}

    @classmethod
    async def open(
        cls,
        client: AsyncQdrantClient,
        embedder: str,
        dimensions: int,
        *,
        prefix: str = "sobmedida",
        reset_on_mismatch: bool = False,
    ) -> Self:
        """The index under that prefix, or a new empty one; the index closes the client.

        Raises `IndexMismatch` where it was made for another embedder, unless `reset_on_mismatch` says to begin empty.
        """
        index = cls(client, embedder, dimensions, prefix)
        about = await index._metadata()
        if not about.get("identity") or not await client.collection_exists(index._names["leads"]):
            await index.reset()
        elif (about.get("embedder"), about.get("dimensions")) != (embedder, dimensions):
            if not reset_on_mismatch:
                found = (str(about.get("embedder")), cast("int", about.get("dimensions")))
                raise IndexMismatch(prefix, found, (embedder, dimensions))
            await index.reset()
        return index

    async def identity(self) -> str:
        """Asked of the server each time: another process may have reset the index. Empty where it is gone."""
        return str((await self._metadata()).get("identity", ""))

    async def upsert(self, collection: Collection, points: Sequence[Point]) -> None:
        fields.validate(points, self._dimensions)
        for workspace in dict.fromkeys(point.workspace for point in points):
            mine = [_stored(point) for point in points if point.workspace == workspace]
            for start in range(0, len(mine), SLICE):
                await self._client.upsert(
                    self._names[collection],
                    points=mine[start : start + SLICE],
                    update_filter=_conditions(Filter(workspace)),
                )

    async def delete(self, collection: Collection, workspace: str, ids: Sequence[UUID]) -> None:
        if ids:
            mine = models.Filter(must=[_is(fields.WORKSPACE, workspace), _among(ids)])
            await self._client.delete(self._names[collection], points_selector=models.FilterSelector(filter=mine))

    async def rebuild(self, collection: Collection) -> bool:
        """False: a server rewrites its segments when its optimizer finds enough deleted points in them."""
        return False

    async def nearest(self, collection: Collection, vector: Vector, where: Filter, limit: int) -> list[Scored]:
        (found,) = await self._query(collection, [_nearest(vector, where, limit, payload=True)])
        return found

    async def lexical(self, sparse: SparseVector, where: Filter, limit: int) -> list[Scored]:
        if not sparse.indices:
            return []
        (found,) = await self._query("passages", [_lexical(sparse, where, limit, payload=True)])
        return found

    async def halves(
        self, vector: Vector, sparse: SparseVector, where: Filter, limit: int
    ) -> tuple[list[Scored], list[Scored]]:
        requests = [_nearest(vector, where, limit, payload=False)]
        if sparse.indices:
            requests.append(_lexical(sparse, where, limit, payload=False))
        found = await self._query("passages", requests)
        return found[0], found[1] if sparse.indices else []

    async def payloads(
        self, collection: Collection, workspace: str, ids: Sequence[UUID]
    ) -> dict[UUID, Mapping[str, object]]:
        records = await self._records(collection, workspace, ids, vectors=False)
        return {UUID(str(record.id)): fields.given(record.payload) for record in records}

    async def retrieve(self, collection: Collection, workspace: str, ids: Sequence[UUID]) -> dict[UUID, Vector]:
        records = await self._records(collection, workspace, ids, vectors=True)
        return {
            UUID(str(record.id)): np.asarray(cast("dict[str, list[float]]", record.vector)[fields.DENSE], np.float32)
            for record in records
        }

    async def count(self, collection: Collection, workspace: str) -> int:
        found = await self._client.count(self._names[collection], count_filter=_conditions(Filter(workspace)))
        return found.count

    async def reset(self) -> None:
        for name in self._names.values():
            await self._client.delete_collection(name)
        about = {"identity": str(uuid4()), "embedder": self._embedder, "dimensions": self._dimensions}
        await self._create("leads", None, {})
        sparse = {fields.LEXICAL: models.SparseVectorParams(modifier=models.Modifier.IDF)}
        await self._create("passages", sparse, about)  # last: an index without an identity is begun anew

    async def close(self) -> None:
        await self._client.close()

    async def _metadata(self) -> Mapping[str, object]:
        name = self._names["passages"]
        if not await self._client.collection_exists(name):
            return {}
        return (await self._client.get_collection(name)).config.metadata or {}

    async def _create(
        self, collection: Collection, sparse: Mapping[str, models.SparseVectorParams] | None, about: dict[str, object]
    ) -> None:
        name = self._names[collection]
        await self._client.create_collection(
            name,
            vectors_config={fields.DENSE: models.VectorParams(size=self._dimensions, distance=models.Distance.COSINE)},
            sparse_vectors_config=sparse,
            hnsw_config=models.HnswConfigDiff(m=0, payload_m=16),  # as in shard.py: a search names its workspace
            metadata=about,
        )
        if self._client.init_options.get("location") == ":memory:":
            return  # the client's in-memory mode scans, and warns of indexes it does not make
        tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
        await self._client.create_payload_index(name, fields.WORKSPACE, field_schema=tenant)
        for key in fields.KEYWORDS:
            await self._client.create_payload_index(name, key, field_schema=models.PayloadSchemaType.KEYWORD)
        for key in fields.NUMBERS:
            await self._client.create_payload_index(name, key, field_schema=models.PayloadSchemaType.FLOAT)

    async def _query(self, collection: Collection, requests: Sequence[models.QueryRequest]) -> list[list[Scored]]:
        answers = await self._client.query_batch_points(self._names[collection], requests=requests)
        return [
            [Scored(UUID(str(hit.id)), hit.score, fields.given(hit.payload)) for hit in answer.points]
            for answer in answers
        ]

    async def _records(
        self, collection: Collection, workspace: str, ids: Sequence[UUID], *, vectors: bool
    ) -> list[models.Record]:
        found = await self._client.retrieve(
            self._names[collection],
            ids=[str(one) for one in ids],
            with_payload=[fields.WORKSPACE] if vectors else True,
            with_vectors=[fields.DENSE] if vectors else False,
        )
        return [record for record in found if (record.payload or {}).get(fields.WORKSPACE) == workspace]


def _stored(point: Point) -> models.PointStruct:
    vector: dict[str, models.Vector] = {fields.DENSE: point.dense.tolist()}
    if point.sparse is not None:
        vector[fields.LEXICAL] = models.SparseVector(indices=point.sparse.indices, values=point.sparse.values)
    return models.PointStruct(id=str(point.id), vector=vector, payload=fields.stored(point))


def _nearest(vector: Vector, where: Filter, limit: int, *, payload: bool) -> models.QueryRequest:
    return models.QueryRequest(
        query=vector.tolist(), using=fields.DENSE, filter=_conditions(where), limit=limit, with_payload=payload
    )


def _lexical(sparse: SparseVector, where: Filter, limit: int, *, payload: bool) -> models.QueryRequest:
    corpus = _conditions(Filter(where.workspace, where.language))
    return models.QueryRequest(
        query=models.SparseVector(indices=sparse.indices, values=sparse.values),
        using=fields.LEXICAL,
        filter=_conditions(where),
        limit=limit,
        with_payload=payload,
        params=models.SearchParams(idf=models.IdfCorpusParams(corpus=corpus)),
    )


def _conditions(where: Filter) -> models.Filter:
    must: list[models.Condition] = [_is(fields.WORKSPACE, where.workspace)]
    if where.language is not None:
        must.append(_is(fields.LANGUAGE, where.language))
    for key, wanted in ((fields.KIND, where.kinds), (fields.TAGS, where.tags), (fields.CONTENT_ID, where.content_ids)):
        if wanted:
            must.append(models.FieldCondition(key=key, match=models.MatchAny(any=list(wanted))))
    if where.valid_at is not None:
        now = fields.seconds(where.valid_at)
        must.append(models.FieldCondition(key=fields.VALID_FROM, range=models.Range(lte=now)))
        must.append(models.FieldCondition(key=fields.VALID_UNTIL, range=models.Range(gt=now)))
    return models.Filter(must=must)


def _is(key: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def _among(ids: Iterable[UUID]) -> models.HasIdCondition:
    return models.HasIdCondition(has_id=[str(one) for one in ids])
