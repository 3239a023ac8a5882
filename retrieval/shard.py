"""One Qdrant Edge shard: our points, filters and hits in its own terms. Blocking; `edge.py` gives it a thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast
from uuid import UUID

import numpy as np
import qdrant_edge as qe

from retrieval import fields
from retrieval.types import Collection, Filter, Point, Scored, SparseVector, Vector

# Every search names its workspace, so the graph is built within workspaces only (m 0, payload_m 16): half the build
# time of one graph over all (22 against 40 s for 50,000 points) and shorter walks. Workspaces whose vectors take less
# than 10,000 KB, about 6,500 points of 384 dimensions, are compared point by point, which is exact.
GRAPH = qe.HnswIndexConfig(m=0, payload_m=16, ef_construct=100, full_scan_threshold=10_000)


def create(path: Path, collection: Collection, dimensions: int) -> qe.EdgeShard:
    """An empty shard with its field indexes."""
    sparse = {fields.LEXICAL: qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf)} if collection == "passages" else None
    config = qe.EdgeConfig(
        vectors={fields.DENSE: qe.EdgeVectorParams(size=dimensions, distance=qe.Distance.Cosine)},
        sparse_vectors=sparse,
        hnsw_config=GRAPH,
        payload_memory=qe.Memory.Cached,
        optimizers=qe.EdgeOptimizersConfig(default_segment_number=1),
    )
    path.mkdir(parents=True)
    shard = qe.EdgeShard.create(str(path), config)
    index = qe.UpdateOperation.create_field_index
    shard.update(index(fields.WORKSPACE, qe.KeywordIndexParams(is_tenant=True)))
    for key in fields.KEYWORDS:
        shard.update(index(key, qe.KeywordIndexParams(enable_hnsw=False)))
    for key in fields.NUMBERS:
        shard.update(index(key, qe.FloatIndexParams(enable_hnsw=False)))
    return shard


def upsert(workspace: str, points: Iterable[Point]) -> qe.UpdateOperation:
    """The operation that adds or replaces these points of one workspace; an id that is another's is left alone."""
    mine = qe.Filter(must=[_is(fields.WORKSPACE, workspace)])
    return qe.UpdateOperation.upsert_points([_stored(point) for point in points], condition=mine)


def delete(workspace: str, ids: Iterable[UUID]) -> qe.UpdateOperation:
    """The operation that removes these points if they are that workspace's."""
    mine = qe.Filter(must=[_is(fields.WORKSPACE, workspace), qe.HasIdCondition(set(ids))])
    return qe.UpdateOperation.delete_points_by_filter(mine)


def nearest(vector: Vector, where: Filter, limit: int, *, payload: bool) -> qe.QueryRequest:
    """By cosine."""
    return qe.QueryRequest(
        limit=limit,
        query=qe.Query.Nearest(vector.tolist(), using=fields.DENSE),
        filter=conditions(where),
        with_payload=_GIVEN if payload else False,
    )


def lexical(sparse: SparseVector, where: Filter, limit: int, *, payload: bool) -> qe.QueryRequest:
    """By BM25, with document frequencies counted over the workspace and language only."""
    corpus = conditions(Filter(where.workspace, where.language))
    return qe.QueryRequest(
        limit=limit,
        query=qe.Query.Nearest(qe.SparseVector(sparse.indices, sparse.values), using=fields.LEXICAL),
        filter=conditions(where),
        with_payload=_GIVEN if payload else False,
        params=qe.SearchParams(idf=qe.IdfParams(corpus=corpus)),
    )


def scored(found: Iterable[qe.ScoredPoint]) -> list[Scored]:
    """Hits in our terms."""
    return [Scored(_uuid(hit.id), hit.score, hit.payload or {}) for hit in found]


def vectors(shard: qe.EdgeShard, workspace: str, ids: Sequence[UUID]) -> dict[UUID, Vector]:
    """Stored dense vectors of the workspace's points among `ids`."""
    records = shard.retrieve(list(ids), with_payload=[fields.WORKSPACE], with_vector=[fields.DENSE])
    return {
        _uuid(record.id): np.asarray(cast("dict[str, list[float]]", record.vector)[fields.DENSE], dtype=np.float32)
        for record in records
        if (record.payload or {}).get(fields.WORKSPACE) == workspace
    }


def payloads(shard: qe.EdgeShard, workspace: str, ids: Sequence[UUID]) -> dict[UUID, Mapping[str, object]]:
    """Payloads, as they were given, of the workspace's points among `ids`."""
    records = shard.retrieve(list(ids), with_payload=True, with_vector=False)
    return {
        _uuid(record.id): fields.given(record.payload)
        for record in records
        if (record.payload or {}).get(fields.WORKSPACE) == workspace
    }


def copy(shard: qe.EdgeShard, to: qe.EdgeShard, place: qe.PointId | None, limit: int) -> tuple[int, qe.PointId | None]:
    """Copy the next points from that place on, the first where it is None; how many, and the place of those after."""
    found, following = shard.scroll(qe.ScrollRequest(offset=place, limit=limit, with_payload=True, with_vector=True))
    points = [qe.Point(record.id, cast("dict[str, qe.NamedVector]", record.vector), record.payload) for record in found]
    if points:
        to.update(qe.UpdateOperation.upsert_points(points))
    return len(points), following


def count(shard: qe.EdgeShard, workspace: str) -> int:
    """How many points the workspace has."""
    return shard.count(qe.CountRequest(exact=True, filter=conditions(Filter(workspace))))


def unindexed(shard: qe.EdgeShard, collection: Collection) -> int:
    """Dense vectors outside any graph. Sparse vectors are always indexed and count in the engine's total."""
    info = shard.info()
    kinds_of_vector = 2 if collection == "passages" else 1
    return max(0, info.points_count * kinds_of_vector - info.indexed_vectors_count)


def conditions(where: Filter) -> qe.Filter:
    """The filter in the engine's terms."""
    must: list[qe.ConditionType] = [_is(fields.WORKSPACE, where.workspace)]
    if where.language is not None:
        must.append(_is(fields.LANGUAGE, where.language))
    for key, wanted in ((fields.KIND, where.kinds), (fields.TAGS, where.tags), (fields.CONTENT_ID, where.content_ids)):
        if wanted:
            must.append(qe.FieldCondition(key, match=qe.MatchAny(list(wanted))))
    if where.valid_at is not None:
        now = fields.seconds(where.valid_at)
        must.append(qe.FieldCondition(fields.VALID_FROM, range=qe.RangeFloat(lte=now)))
        must.append(qe.FieldCondition(fields.VALID_UNTIL, range=qe.RangeFloat(gt=now)))
    return qe.Filter(must=must)


_GIVEN = qe.PayloadSelector.Exclude(fields.ADDED)


def _stored(point: Point) -> qe.Point:
    vector: dict[str, qe.NamedVector] = {fields.DENSE: point.dense.tolist()}
    if point.sparse is not None:
        vector[fields.LEXICAL] = qe.SparseVector(point.sparse.indices, point.sparse.values)
    return qe.Point(point.id, vector, fields.stored(point))


def _is(key: str, value: str) -> qe.FieldCondition:
    return qe.FieldCondition(key, match=qe.MatchValue(value))


def _uuid(found: object) -> UUID:
    return found if isinstance(found, UUID) else UUID(str(found))
