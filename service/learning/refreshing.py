"""Scoring every lead of a workspace, some hundreds at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.engine import Database
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.learning.models import Scores
from service.learning.scoring import Models, score_many
from service.learning.store import ModelStore, ScoreStore
from service.learning.usable import usable
from service.profile.store import Subject, SubjectStore
from service.workspaces.models import Workspace

CHUNK = 250

Report = Callable[[float], Awaitable[None]]


async def refresh(database: Database, workspace: Workspace, now: datetime, report: Report) -> dict[str, int]:
    """Score all leads as they are known now; tells how many were looked at and how many moved by a point or more."""
    async with database.read() as connection:
        ids = await LeadStore(connection, workspace.id).ids()
        contract = await ContractStore(connection, workspace.id).current()
        models = await ModelStore(connection, workspace.id).serving()
    moved = 0
    for start in range(0, len(ids), CHUNK):
        async with database.read() as connection:
            subjects = await SubjectStore(connection, workspace.id).by_ids(ids[start : start + CHUNK])
        scored = await asyncio.to_thread(scores_of, subjects, workspace, contract, models, now)
        async with database.write() as connection:
            kept = {subject.lead.id: scores for subject, scores in zip(subjects, scored, strict=True)}
            moved += await ScoreStore(connection, workspace.id).put(kept, now)
        await report((start + len(subjects)) / len(ids))
    return {"leads": len(ids), "moved": moved}


async def scores_now(
    connection: AsyncConnection, workspace: Workspace, subjects: Sequence[Subject], now: datetime
) -> list[Scores]:
    """The scores of those leads as of now, by the models that serve."""
    contract = await ContractStore(connection, workspace.id).current()
    models = await ModelStore(connection, workspace.id).serving()
    return await asyncio.to_thread(scores_of, subjects, workspace, contract, models, now)


def scores_of(
    subjects: Sequence[Subject], workspace: Workspace, contract: Contract, models: Models, now: datetime
) -> list[Scores]:
    """The scores of those leads, at a moment and in the words of their workspace."""
    local = now.astimezone(ZoneInfo(workspace.timezone))
    leads = [usable(subject, contract, workspace.policy, local) for subject in subjects]
    return score_many(leads, contract, models, workspace.default_locale, now)
