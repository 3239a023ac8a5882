"""Faults to plant: the sample shop's real service, in which single parts can be bent and put right again.

Everything goes in through `Parts.amend`, as other parts of the same form that hand on to the real ones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import orjson

from evaluation.figures import Metric
from evaluation.lab import Lab
from evaluation.suites.base import Measured, Plan, Suite
from retrieval.search import Mode, Search
from retrieval.types import Filter, Hit, Language
from service.channels.registry import channel as channel_named
from service.checks.models import Finding
from service.delivery.desk import Desk
from service.delivery.log import DecisionLog
from service.delivery.models import Shelved
from service.delivery.receipts import PURPOSE, Receipt, signature_of
from service.generation.models import Draft, GenerateRequest, GenerateResponse, Provenance, Task, Variant, Written
from service.generation.models import Writer as Writing
from service.generation.pipeline import Pipeline, Writers
from service.variants.saver import VariantSaver
from service.wiring import Services
from service.workspaces.models import Workspace


def _same(what: Any) -> Any:
    return what


@dataclass
class Faults:
    """What is bent at the moment: the request before and the answer after the pipeline, the task before a model sees
    it, the filter of a search, which search it is, how often a prompt is sent, what time the pipeline takes it to be,
    and whether what was written is checked."""

    request: Callable[[GenerateRequest], GenerateRequest] = _same
    answer: Callable[[GenerateResponse], GenerateResponse] = _same
    task: Callable[[Task], Task] = _same
    where: Callable[[Filter], Filter] = _same
    search: Search | None = None
    times: int = 1
    clock: Callable[[datetime], datetime] = _same
    checked: bool = True

    @contextmanager
    def planted(self, **bent: Any) -> Iterator[None]:
        """These for as long as the block lasts."""
        for name, value in bent.items():
            setattr(self, name, value)
        try:
            yield
        finally:
            self.__init__()  # type: ignore[misc]  # all is as it was

    def amend(self, services: Services) -> Services:
        """The service with the parts that can be bent."""
        search = cast("Search", BentSearch(services.search, self))
        real = services.pipeline.writers
        model = BentWriter(real.model, self) if real.model else None
        pipeline = Pipeline(
            services.database, search, services.embedder, Writers(real.composer, model, real.library),
            VariantSaver(services.database), services.ledger, services.metrics, lambda: self.clock(services.clock()),
        )  # fmt: skip
        return replace(services, search=search, pipeline=cast("Pipeline", BentPipeline(pipeline, self)))


class BentSearch:
    """A search with another filter, or another search."""

    def __init__(self, real: Search, faults: Faults) -> None:
        self._real, self._faults = real, faults

    async def search(
        self, text: str, where: Filter, limit: int = 10, mode: Mode = "hybrid", query_language: Language = "pt"
    ) -> list[Hit]:
        """See `Search`."""
        search = self._faults.search or self._real
        return await search.search(text, self._faults.where(where), limit, mode, query_language)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class BentWriter:
    """A writer that sees another task, or is asked more than once. `generator` is the real one's."""

    def __init__(self, real: Writing, faults: Faults) -> None:
        self._real, self._faults, self.generator = real, faults, real.generator

    async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
        """See `Writer`."""
        written = [await self._real.write(self._faults.task(task), heard) for _ in range(self._faults.times)]
        return replace(
            written[-1], input_tokens=sum(one.input_tokens for one in written),
            output_tokens=sum(one.output_tokens for one in written), cost=len(written) * written[-1].cost,
        )  # fmt: skip

    async def repair(self, task: Task, draft: Draft, findings: Sequence[Finding]) -> Written | None:
        """See `Writer`."""
        return await self._real.repair(self._faults.task(task), draft, findings)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class BentLog:
    """A decision log that writes down another propensity than was true, and signs it all the same."""

    def __init__(self, real: DecisionLog, key: bytes) -> None:
        self._real, self._key = real, key

    async def decided(self, receipt: Receipt, shelved: Shelved) -> None:
        """See `DecisionLog`."""
        told = orjson.loads(receipt.body)
        body = orjson.dumps(told | {"propensity": told["propensity"] / 2}, option=orjson.OPT_SORT_KEYS)
        await self._real.decided(Receipt(body, signature_of(body, self._key)), shelved)


def other_propensities(services: Services) -> Services:
    """The service with that log."""
    key = services.signer.key(PURPOSE)
    log = cast("DecisionLog", BentLog(services.decisions, key))
    return replace(services, desk=Desk(services.shelf, services.crowd, log, key, services.clock))


class BentPipeline:
    """The real pipeline, with another request, another answer, or what the writer wrote as it is."""

    def __init__(self, real: Pipeline, faults: Faults) -> None:
        self._real, self._faults = real, faults

    async def generate(self, workspace: Workspace, request: GenerateRequest, *args: Any, **more: Any) -> Any:
        """See `Pipeline`."""
        request = self._faults.request(request)
        if not self._faults.checked:
            return await self._unchecked(workspace, request)
        return self._faults.answer(await self._real.generate(workspace, request, *args, **more))

    async def _unchecked(self, workspace: Workspace, request: GenerateRequest) -> GenerateResponse:
        channel, writer = channel_named(request.channel), self._real.writers.get(request.writer)
        reader, task = await self._real.prepared(workspace, request)
        written = await writer.write(task)
        provenance = Provenance(
            generator=writer.generator, model=written.model, prompt=written.prompt,
            contract_version=reader.contract_version, created_at=task.now,
        )  # fmt: skip
        variants = []
        for number, draft in enumerate(written.drafts):
            fields = channel.fields.model_validate(dict(draft.fields))
            variants.append(Variant(
                id=UUID(int=number), angle=draft.angle, channel=channel.name, locale=task.locale,
                fields=fields.model_dump(), preview=channel.preview(fields, reader.values, task.evidence), claims=[],
                evidence=list(task.evidence), provenance=provenance,
            ))  # fmt: skip
        return GenerateResponse(variants=variants, dropped=[])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Some:
    """A suite with a few of its cases."""

    def __init__(self, suite: Suite, wanted: Collection[str]) -> None:
        self._suite, self._wanted = suite, wanted
        self.name, self.says = suite.name, suite.says
        self.metrics: Sequence[Metric] = suite.metrics

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        plan = await self._suite.plan(lab)
        found = [case for case in plan.cases if case in self._wanted]
        assert len(found) == len(self._wanted), sorted(set(self._wanted) - set(found))
        return Plan(found, plan.data)

    def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        return self._suite.measure(lab, wanted)
