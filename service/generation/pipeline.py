"""The way from a brief to kept variants: consent and contract, search, write, check, repair once, keep."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from prompts.library import PromptLibrary
from retrieval.search import Search
from retrieval.tuning import PASSAGES
from retrieval.types import Embedder
from service.channels.base import Channel
from service.channels.registry import channel as channel_named
from service.checks.ledger import window
from service.db.engine import Database
from service.errors import ModelError, NothingToSay, SettingError
from service.generation.authoring import Author, Checked, Made
from service.generation.evidence import gather
from service.generation.model_writer import prompt_version
from service.generation.models import (
    Angle,
    Evidence,
    GenerateRequest,
    GenerateResponse,
    Notice,
    Provenance,
    Task,
    Variant,
    Writer,
)
from service.generation.reader import Reader, reader_of
from service.generation.spending import Ledger
from service.metrics import Metrics
from service.types import Clock
from service.variants.models import Place
from service.variants.saver import VariantSaver
from service.variants.store import NewVariant
from service.workspaces.models import Workspace
from service.workspaces.style import voiced

PREPARING_AT_ONCE = 8  # more would wait for the same cores, and their searches hold up the event loop in long rounds
Heard = Callable[[Checked], None]


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


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different where copy is written again. A reviewer's note reaches prompts where the tone does,
    as data."""

    note: str
    angle: Angle


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was made, by whom, and what stood in the way of the writer that was asked for."""

    made: Made
    writer: Writer
    stood_in_for: str | None = None
    notices: Sequence[Notice] = ()


class Pipeline:
    """Generation for one workspace at a time. The writer never learns who reads: tokens are bound after it is done."""

    def __init__(
        self,
        database: Database,
        search: Search,
        embedder: Embedder,
        writers: Writers,
        saver: VariantSaver,
        ledger: Ledger,
        metrics: Metrics,
        clock: Clock,
        passages: int = PASSAGES,
    ) -> None:
        self._database = database
        self._search = search
        self._embedder = embedder
        self._writers = writers
        self._saver = saver
        self._ledger = ledger
        self._metrics = metrics
        self._clock = clock
        self._passages = passages
        self._preparing = asyncio.Semaphore(PREPARING_AT_ONCE)

    @property
    def writers(self) -> Writers:
        """Those who write."""
        return self._writers

    async def generate(
        self,
        workspace: Workspace,
        request: GenerateRequest,
        heard: Heard | None = None,
        *,
        place: Place | None = None,
    ) -> GenerateResponse:
        """Write, check and keep, unless it is a try; `heard` is told of each draft that passes as soon as it is
        written, and `place` is where in a campaign they belong.

        Raises `NotFound`, `Invalid`, `NothingToSay`, `ModelError` or `StorageFull`.
        """
        reader, answer = await self.draft(_tried(workspace, request), request, heard)
        if request.trial or not request.keep:
            return answer
        await self._saver.save(
            [
                NewVariant(workspace.id, reader.lead_id, request.brief, reader.audience(), variant, place)
                for variant in answer.variants
            ]
        )
        return answer

    async def draft(
        self,
        workspace: Workspace,
        request: GenerateRequest,
        heard: Heard | None = None,
        *,
        known: Reader | None = None,
        change: Change | None = None,
    ) -> tuple[Reader, GenerateResponse]:
        """Write and check, and keep nothing. `known` is the reader where it has been reduced to what may be used
        before."""
        channel, writer = channel_named(request.channel), self._writers.get(request.writer)
        reader, task = await self.prepared(workspace, request, known=known)
        if change is not None:
            tone = " | ".join(filter(None, (task.tone, change.note)))
            task = replace(task, tone=tone, angles=[change.angle] * request.variants)
        started = time.perf_counter()
        outcome = await self._written(
            channel, task, reader, request, writer if task.evidence else self._writers.composer, heard
        )
        made = outcome.made
        provenance = Provenance(
            generator=outcome.writer.generator, model=made.model, prompt=made.prompt,
            contract_version=reader.contract_version, input_tokens=made.input_tokens, output_tokens=made.output_tokens,
            cost=made.cost, seconds=round(time.perf_counter() - started, 4), stood_in_for=outcome.stood_in_for,
            created_at=task.now,
        )  # fmt: skip
        variants = [_variant(channel, task, reader, checked, provenance) for checked in made.kept]
        self._count(outcome.writer, channel, made)
        return reader, GenerateResponse(variants=variants, dropped=made.dropped, notices=list(outcome.notices))

    async def prepared(
        self, workspace: Workspace, request: GenerateRequest, *, known: Reader | None = None
    ) -> tuple[Reader, Task]:
        """Who reads, and all that a writer may know: consent and contract, search."""
        now = self._clock().astimezone(ZoneInfo(workspace.timezone))  # days begin and end where the readers are
        channel = channel_named(request.channel)
        version = prompt_version(self._writers.library, request.prompt, channel.prompt) if request.prompt else None
        async with self._preparing:
            reader = known or await reader_of(self._database, workspace, request, now)
            evidence = await self._evidence(workspace, channel, reader, request, now)
        return reader, _task(workspace, channel, request, reader, evidence, version, now)

    async def _evidence(
        self, workspace: Workspace, channel: Channel, reader: Reader, request: GenerateRequest, now: datetime
    ) -> Sequence[Evidence]:
        try:
            return await gather(
                self._database, self._search, workspace, reader, request.brief, now, passages=self._passages
            )
        except NothingToSay:
            if channel.answers:  # who asks gets an answer, also when it is that nothing is known
                return ()
            raise

    async def _written(
        self,
        channel: Channel,
        task: Task,
        reader: Reader,
        request: GenerateRequest,
        writer: Writer,
        heard: Heard | None,
    ) -> _Outcome:
        """What the writer makes of the task; with `auto` the composer stands in for a model that made nothing."""
        seconds = request.deadline_ms / 1000 if request.deadline_ms else None
        model = writer.generator == "model"
        author, made = Author(writer, channel, task, reader.private, self._embedder if model else None), Made()
        try:
            await author.make(seconds, heard, made)
        except ModelError as error:
            if request.writer != "auto":
                raise
            return await self._stood_in(author, made, error.code, error.detail, heard)
        if made.kept or not model or request.writer != "auto":
            notice = (await self._ledger.state(task.workspace)).notice() if model else None
            return _Outcome(made, writer, notices=[notice] if notice else [])
        return await self._stood_in(author, made, "model.blocked", "Nothing that the model wrote passed.", heard)

    async def _stood_in(self, author: Author, failed: Made, code: str, why: str, heard: Heard | None) -> _Outcome:
        composer = self._writers.composer
        made = await replace(author, writer=composer, embedder=None).make(None, heard)
        made.dropped = [*failed.dropped, *made.dropped]
        made.input_tokens, made.output_tokens, made.cost = failed.input_tokens, failed.output_tokens, failed.cost
        return _Outcome(made, composer, code, [Notice(code=code, detail=f"{why} The composer wrote instead.")])

    def _count(self, writer: Writer, channel: Channel, made: Made) -> None:
        for outcome, count in (("kept", len(made.kept)), ("dropped", len(made.dropped))):
            self._metrics.variants.labels(writer.generator, channel.name, outcome).inc(count)


def _tried(workspace: Workspace, request: GenerateRequest) -> Workspace:
    """The workspace with the voice, the style and the terms that are tried."""
    given = {"voice": request.voice, "style": request.style, "terms": request.terms}
    tried: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return replace(workspace, **tried)


def _task(
    workspace: Workspace,
    channel: Channel,
    request: GenerateRequest,
    reader: Reader,
    evidence: Sequence[Evidence],
    version: int | None,
    now: datetime,
) -> Task:
    wanted = [channel.angles[number % len(channel.angles)] for number in range(request.variants)]
    voice = voiced(workspace.voice, workspace.style, reader.locale)
    return Task(
        workspace=workspace.id, channel=channel.name, locale=reader.locale, objective=request.brief.objective,
        tone=request.brief.manner, voice=voice, sender=workspace.name, known=reader.known.imply,
        tokens=reader.tokens, evidence=evidence, angles=wanted, seed=_seed(request, reader.known.closed), now=now,
        prompt_version=version, terms=workspace.rules, fresh=request.fresh,
    )  # fmt: skip


def _seed(request: GenerateRequest, known: Mapping[str, str]) -> str:
    parts = [request.channel, request.brief.objective, *(f"{name}={known[name]}" for name in sorted(known))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _variant(channel: Channel, task: Task, reader: Reader, checked: Checked, provenance: Provenance) -> Variant:
    assert checked.fields is not None  # noqa: S101 - what is kept has the channel's form
    preview = channel.preview(checked.fields, reader.values, task.evidence)
    if channel.over(preview):  # bound, a long name can break a limit that the fallback keeps
        preview = channel.preview(checked.fields, {}, task.evidence)
    true_from, true_until = window(checked.claims)
    return Variant(
        id=uuid4(), angle=checked.draft.angle, channel=channel.name, locale=task.locale,
        fields=checked.fields.model_dump(), preview=preview, claims=checked.claims, findings=checked.findings,
        evidence=list(task.evidence), provenance=provenance, true_from=true_from, true_until=true_until,
    )  # fmt: skip
