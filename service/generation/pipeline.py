"""The way from a brief to kept variants: consent and contract, search, write, check, repair once, keep."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from prompts.library import PromptLibrary
from retrieval.search import Search
from service.channels.base import Channel
from service.channels.registry import channel as channel_named
from service.checks.models import Finding
from service.checks.run import Copy, check
from service.db.engine import Database
from service.errors import SettingError
from service.generation.evidence import gather
from service.generation.model_writer import prompt_version
from service.generation.models import (
    ANGLES,
    Draft,
    Dropped,
    Evidence,
    GenerateRequest,
    GenerateResponse,
    Provenance,
    Task,
    Variant,
    Writer,
    Written,
)
from service.generation.reader import Reader, reader_of
from service.metrics import Metrics
from service.types import Clock
from service.variants.saver import VariantSaver
from service.variants.store import NewVariant
from service.workspaces.models import Workspace

PREPARING_AT_ONCE = 8  # more would wait for the same cores, and their searches hold up the event loop in long rounds


@dataclass(frozen=True, slots=True)
class Writers:
    """The composer, which is always there, and the model where one is configured."""

    composer: Writer
    model: Writer | None
    library: PromptLibrary

    def get(self, wanted: str) -> Writer:
        """The writer asked for; `auto` is the model where there is one. Raises `SettingError`."""
        if wanted == "composer" or (wanted == "auto" and self.model is None):
            return self.composer
        if self.model is None:
            raise SettingError(
                "No model is configured; set OPENAI_MODEL, or ask for the writer `composer`.", code="model.none"
            )
        return self.model


class Pipeline:
    """Generation for one workspace at a time. The writer never learns who reads: tokens are bound after it is done."""

    def __init__(
        self, database: Database, search: Search, writers: Writers, saver: VariantSaver, metrics: Metrics, clock: Clock
    ) -> None:
        self._database = database
        self._search = search
        self._writers = writers
        self._saver = saver
        self._metrics = metrics
        self._clock = clock
        self._preparing = asyncio.Semaphore(PREPARING_AT_ONCE)

    async def generate(self, workspace: Workspace, request: GenerateRequest) -> GenerateResponse:
        """Write, check and keep. Raises `NotFound`, `Invalid`, `NothingToSay`, `ModelError` or `StorageFull`."""
        now = self._clock().astimezone(ZoneInfo(workspace.timezone))  # days begin and end where the readers are
        channel, writer = channel_named(request.channel), self._writers.get(request.writer)
        version = prompt_version(self._writers.library, request.prompt, channel.prompt) if request.prompt else None
        async with self._preparing:
            reader = await reader_of(self._database, workspace, request, now)
            evidence = await gather(self._database, self._search, workspace, reader, request.brief, now)
        task = _task(workspace, request, reader, evidence, version, now)
        started = time.perf_counter()
        written = await writer.write(task)
        seconds = time.perf_counter() - started
        kept, dropped = await self._checked(channel, task, writer, written)
        provenance = Provenance(
            generator=writer.generator, model=written.model, prompt=written.prompt,
            contract_version=reader.contract_version, input_tokens=written.input_tokens,
            output_tokens=written.output_tokens, cost=written.cost, seconds=round(seconds, 4), created_at=now,
        )  # fmt: skip
        variants = [_variant(channel, task, reader, draft, findings, provenance) for draft, findings in kept]
        await self._saver.save(
            [
                NewVariant(workspace.id, reader.lead_id, request.brief, reader.audience(), variant)
                for variant in variants
            ]
        )
        self._count(writer, channel, len(variants), len(dropped))
        return GenerateResponse(variants=variants, dropped=dropped)

    async def _checked(
        self, channel: Channel, task: Task, writer: Writer, written: Written
    ) -> tuple[list[tuple[Draft, list[Finding]]], list[Dropped]]:
        kept: list[tuple[Draft, list[Finding]]] = []
        dropped = [Dropped(reason=reason) for reason in written.unread]
        for first in written.drafts:
            draft, findings = first, inspect(channel, task, first)
            if blocking(findings) and (mended := await writer.repair(task, first, findings)) and mended.drafts:
                draft, findings = mended.drafts[0], inspect(channel, task, mended.drafts[0])
            if blocking(findings):
                dropped.append(Dropped(reason="blocked by checks", angle=draft.angle, findings=findings))
            else:
                kept.append((draft, findings))
        return kept, dropped

    def _count(self, writer: Writer, channel: Channel, kept: int, dropped: int) -> None:
        for outcome, count in (("kept", kept), ("dropped", dropped)):
            self._metrics.variants.labels(writer.generator, channel.name, outcome).inc(count)


def inspect(channel: Channel, task: Task, draft: Draft) -> list[Finding]:
    """Every finding in a draft: first whether it has the channel's form, then what the checks say of its copy."""
    try:
        fields = channel.fields.model_validate(dict(draft.fields))
    except ValidationError as error:
        return [
            Finding(
                code="form", severity="block", field=".".join(str(part) for part in item["loc"]), message=item["msg"]
            )
            for item in error.errors()
        ]
    return check(Copy.of(channel, fields, task))


def blocking(findings: Sequence[Finding]) -> bool:
    """Whether any of them keeps the draft from being used."""
    return any(finding.severity == "block" for finding in findings)


def _task(
    workspace: Workspace,
    request: GenerateRequest,
    reader: Reader,
    evidence: Sequence[Evidence],
    version: int | None,
    now: datetime,
) -> Task:
    wanted = [ANGLES[number % len(ANGLES)] for number in range(request.variants)]
    return Task(
        workspace=workspace.id, terms=workspace.terms, fresh=request.fresh,
        channel=request.channel, locale=reader.locale, objective=request.brief.objective, tone=request.brief.tone,
        voice=workspace.voice, sender=workspace.name, known=reader.known.imply, tokens=reader.tokens, evidence=evidence,
        angles=wanted, seed=_seed(request, reader.known.closed), now=now, prompt_version=version,
    )  # fmt: skip


def _seed(request: GenerateRequest, known: Mapping[str, str]) -> str:
    parts = [request.channel, request.brief.objective, *(f"{name}={known[name]}" for name in sorted(known))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _variant(
    channel: Channel, task: Task, reader: Reader, draft: Draft, findings: list[Finding], provenance: Provenance
) -> Variant:
    fields = channel.fields.model_validate(dict(draft.fields))
    return Variant(
        id=uuid4(), angle=draft.angle, channel=channel.name, locale=task.locale, fields=fields.model_dump(),
        preview=channel.preview(fields, reader.values, task.evidence), claims=[], findings=findings,
        evidence=list(task.evidence), provenance=provenance,
    )  # fmt: skip
