"""Writing a campaign's variants: its control and each audience, channel by channel.

It bears being done twice: what is there is not written again, and what a stopped process wrote but did not hand on is
handed on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.models import Audience
from service.audiences.store import AudienceStore
from service.campaigns.describing import described
from service.campaigns.models import Campaign, Generating
from service.campaigns.store import CampaignStore
from service.db.engine import Database
from service.errors import SobMedidaError, StorageFull, StorageUnavailable
from service.generation.models import AdHocAudience, Dropped, GenerateRequest, GenerateResponse
from service.generation.pipeline import Pipeline
from service.jobs.models import Job
from service.jobs.runner import Jobs, Report
from service.leads.contract import Contract
from service.leads.contract_store import ContractStore
from service.leads.models import Channel
from service.review.routing import routed
from service.types import Clock
from service.variants.living import ROUTING, act
from service.variants.models import Place, StoredVariant
from service.variants.states import Status
from service.variants.store import VariantStore, Wanted
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

GENERATE = "campaigns:generate"
AT_ONCE = 4  # a model answers several as fast as one
MOST_DROPPED = 50  # are told of one by one
_GONE: frozenset[Status] = frozenset(("rejected", "retired"))

Finished = Callable[[UUID, Mapping[str, Any]], Awaitable[None]]
"""Told when a run has ended: the workspace, and what it came to."""


class Cell(NamedTuple):
    """One audience in one channel; without an audience it is the control's."""

    channel: Channel
    audience: str | None


@dataclass(slots=True)
class _Run:
    """One pass over a campaign, and what it came to so far."""

    workspace: Workspace
    campaign: Campaign
    wanted: Generating
    audiences: Mapping[str, Audience]
    contract: Contract
    written: int = 0
    done: int = 0
    cost: Decimal = Decimal(0)
    routed: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)

    def cells(self) -> list[Cell]:
        """What is to be written, the control first: nothing goes live without it."""
        channels = [one for one in self.campaign.channels if one in (self.wanted.channels or self.campaign.channels)]
        chosen = self.wanted.audiences
        slugs = [slug for slug in self.campaign.audiences if chosen is None or slug in chosen]
        return [Cell(channel, slug) for slug in (None, *slugs) for channel in channels]

    def reader(self, audience: str | None) -> AdHocAudience:
        """Whom a cell is written for; what fits everyone is written for somebody of whom nothing is known."""
        if audience is None:
            return AdHocAudience(name="everyone")
        return described(self.audiences[audience], self.contract)

    def result(self) -> dict[str, Any]:
        """What it came to so far, in numbers and codes."""
        return {
            "campaign": self.campaign.slug, "cells": len(self.cells()), "done": self.done, "written": self.written,
            **dict(self.routed), "problems": list(self.problems), "dropped": list(self.dropped), "cost": str(self.cost),
        }  # fmt: skip

    def count(self, cell: Cell, answer: GenerateResponse) -> None:
        """One more answer of the writer."""
        self.written += len(answer.variants)
        self.cost += max((one.provenance.cost for one in answer.variants), default=Decimal(0))  # each has the whole
        room = MOST_DROPPED - len(self.dropped)
        self.dropped += [_dropped(cell, one) for one in answer.dropped[: max(room, 0)]]


class CampaignWork:
    """How a campaign's job is done."""

    def __init__(self, database: Database, pipeline: Pipeline, clock: Clock, finished: Finished | None = None) -> None:
        self._database = database
        self._pipeline = pipeline
        self._clock = clock
        self._finished = finished

    def register(self, jobs: Jobs) -> None:
        """Tell the runner."""
        jobs.register(GENERATE, self.generate)

    async def generate(self, job: Job, report: Report) -> dict[str, Any]:
        """Write what is missing, hand it on, and tell that it is done. Raises `NotFound` where the campaign is gone."""
        run = await self._run(job)
        cells = run.cells()
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(cell: Cell) -> None:
            async with limit:
                await self._cell(run, cell)
            run.done += 1
            await report(run.done / len(cells), run.result())

        try:
            async with asyncio.TaskGroup() as group:
                for cell in cells:
                    group.create_task(one(cell))
        except ExceptionGroup as several:
            raise several.exceptions[0] from None
        if self._finished is not None:
            await self._finished(job.workspace, run.result() | {"job": str(job.id)})
        return run.result()

    async def _run(self, job: Job) -> _Run:
        wanted = Generating.model_validate(job.parameters["wanted"])
        async with self._database.read() as connection:
            workspace = await WorkspaceStore(connection).by_id(job.workspace)
            campaign = await CampaignStore(connection, workspace.id).by_id(UUID(job.parameters["campaign"]))
            audiences = {one.slug: one for one in await AudienceStore(connection, workspace.id).all()}
            contract = await ContractStore(connection, workspace.id).current()
        return _Run(workspace, campaign, wanted, audiences, contract)

    async def _cell(self, run: _Run, cell: Cell) -> None:
        place = Place(run.campaign.id, cell.audience)
        if cell.audience is not None and cell.audience not in run.audiences:
            run.problems.append(_problem(cell, "audience.unknown"))
            return
        there = await self._there(run, cell)
        missing = run.wanted.variants_per_audience - len(there)
        try:
            if missing > 0:
                answer = await self._pipeline.generate(run.workspace, self._request(run, cell, missing), place=place)
                run.count(cell, answer)
                if len(answer.variants) < missing:
                    run.problems.append(_problem(cell, "generation.dropped"))
        except (StorageFull, StorageUnavailable):
            raise  # nothing else could be kept either
        except SobMedidaError as error:
            run.problems.append(_problem(cell, error.code))
        await self._route(run, cell)

    def _request(self, run: _Run, cell: Cell, missing: int) -> GenerateRequest:
        return GenerateRequest(
            audience=run.reader(cell.audience), brief=run.campaign.brief, channel=cell.channel,
            locale=run.campaign.locale, variants=missing, writer=run.wanted.writer,
        )  # fmt: skip

    async def _there(self, run: _Run, cell: Cell) -> Sequence[StoredVariant]:
        async with self._database.read() as connection:
            return await _placed(connection, run, cell)

    async def _route(self, run: _Run, cell: Cell) -> None:
        """Hand on what nobody has touched yet."""
        async with self._database.write() as connection:
            for variant in await _placed(connection, run, cell):
                if variant.status == "draft" and variant.version == 1:
                    now, workspace = self._clock(), run.workspace
                    submitted = await act(connection, workspace.id, variant, "submit", ROUTING, now)
                    run.routed[(await routed(connection, workspace, submitted, now)).status] += 1


async def _placed(connection: AsyncConnection, run: _Run, cell: Cell) -> list[StoredVariant]:
    """What is in that place and was not turned down."""
    wanted = Wanted(
        campaign=run.campaign.id, audience=cell.audience, control=cell.audience is None, channel=cell.channel,
        locale=run.campaign.locale,
    )  # fmt: skip
    return [one for one in await VariantStore(connection, run.workspace.id).all(wanted) if one.status not in _GONE]


def _problem(cell: Cell, code: str) -> dict[str, Any]:
    return {"channel": cell.channel, "audience": cell.audience, "code": code}


def _dropped(cell: Cell, one: Dropped) -> dict[str, Any]:
    codes = sorted({finding.code for finding in one.findings if finding.severity == "block"})
    return {"channel": cell.channel, "audience": cell.audience, "reason": one.reason, "codes": codes}
