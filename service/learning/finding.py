"""Finding groups among a workspace's leads: what may be known of each, its vector, the groups, names, conditions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from retrieval.index import Index
from retrieval.types import Vector
from service.db.engine import Database
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.learning.cluster_models import Cluster, FindClusters, Groups
from service.learning.cluster_store import ClusterStore
from service.learning.clusters import Labels, group, points
from service.learning.features import Fact, Matrix, Row, Schema, row_of
from service.learning.naming import name_of, sets_apart
from service.learning.proposing import propose
from service.learning.usable import usable
from service.profile.models import Value
from service.profile.store import SubjectStore
from service.types import Locale
from service.workspaces.models import Workspace

CHUNK = 250
MOST_LEADS = 50_000
"""Of a bigger workspace so many leads are grouped: any, since their ids are random."""

Report = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for and for whom. `id` is the job's, and becomes that of what is found."""

    id: UUID
    workspace: Workspace
    wanted: FindClusters
    now: datetime


@dataclass
class Known:
    """The leads that may be grouped, by their ids: as rows of features, as audiences see them, and their vectors."""

    rows: dict[UUID, Mapping[str, Fact]] = field(default_factory=dict)
    values: dict[UUID, Mapping[str, Value]] = field(default_factory=dict)
    vectors: dict[UUID, Vector] = field(default_factory=dict)
    without: int = 0


async def find(database: Database, index: Index, search: Search, report: Report) -> dict[str, Any]:
    """Find groups and keep them. Raises `Invalid` with `clusters.too_few` or `clusters.none`."""
    workspace = search.workspace
    async with database.read() as connection:
        done = await ClusterStore(connection, workspace.id).has(search.id)
        contract = await ContractStore(connection, workspace.id).current()
    if not done:
        known = await _known(database, index, search, contract, report)
        groups, members = await asyncio.to_thread(groups_of, known, contract, workspace.default_locale, search.wanted)
        async with database.write() as connection:
            await ClusterStore(connection, workspace.id).add(search.id, groups, members, search.now)
    return {"clustering": str(search.id)}


def groups_of(
    known: Known, contract: Contract, locale: Locale, wanted: FindClusters
) -> tuple[Groups, dict[UUID, tuple[int, float]]]:
    """The groups, and of each lead its group's number and how far it is from the middle. Leads in another order give
    the same."""
    ids = sorted(known.rows)
    rows, values = [known.rows[id_] for id_ in ids], [known.values[id_] for id_ in ids]
    schema = Schema.learn(rows).schema
    found = group(points(rows, schema, _vectors(ids, known.vectors)), most=wanted.most, seed=wanted.seed)
    names: set[str] = set()
    clusters = []
    for number in range(int(found.labels.max()) + 1):
        one = _cluster(number, rows, values, found.labels, schema, contract, locale, wanted.seed)
        one.name = one.name if one.name not in names else f"{one.name} ({one.number})"
        names.add(one.name)
        clusters.append(one)
    groups = Groups(
        clusters=clusters, quality=found.quality, leads=len(ids), without_consent=known.without,
        with_vectors=len(known.vectors), seed=wanted.seed,
    )  # fmt: skip
    numbers = zip(ids, found.labels.tolist(), found.distances.tolist(), strict=True)
    return groups, {id_: (label + 1, distance) for id_, label, distance in numbers}


def _cluster(
    number: int,
    rows: Sequence[Row],
    values: Sequence[Mapping[str, Value]],
    labels: Labels,
    schema: Schema,
    contract: Contract,
    locale: Locale,
    seed: int,
) -> Cluster:
    inside = labels == number
    traits = sets_apart(rows, inside, schema, contract, locale)
    return Cluster(
        number=number + 1, name=name_of(traits, locale), size=int(inside.sum()), share=round(float(inside.mean()), 4),
        sets_apart=traits, proposal=propose(rows, values, inside, schema, seed),
    )  # fmt: skip


async def _known(database: Database, index: Index, search: Search, contract: Contract, report: Report) -> Known:
    workspace, known = search.workspace, Known()
    local = search.now.astimezone(ZoneInfo(workspace.timezone))
    async with database.read() as connection:
        ids = (await LeadStore(connection, workspace.id).ids())[:MOST_LEADS]
    for start in range(0, len(ids), CHUNK):
        async with database.read() as connection:
            subjects = await SubjectStore(connection, workspace.id).by_ids(ids[start : start + CHUNK])
        for subject in subjects:
            values = usable(subject, contract, workspace.policy, local).values
            if values is None:
                known.without += 1
            else:
                known.values[subject.lead.id] = values
                known.rows[subject.lead.id] = row_of(values, contract, local)
        allowed = [subject.lead.id for subject in subjects if subject.lead.id in known.rows]
        known.vectors |= await index.retrieve("leads", str(workspace.id), allowed)
        await report(0.5 * start / len(ids))
    return known


def _vectors(ids: Sequence[UUID], vectors: Mapping[UUID, Vector]) -> Matrix | None:
    if not vectors:
        return None
    width = len(next(iter(vectors.values())))
    missing = np.full(width, np.nan)
    return np.array([vectors.get(id_, missing) for id_ in ids], np.float64)
