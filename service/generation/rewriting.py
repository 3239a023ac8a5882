"""One field of a draft written anew, in the place of nothing: whoever works on the draft takes it or leaves it.

The same task, prompts and writers as for whole drafts. What is proposed is checked as an edit of the draft would be,
and what blocks it is repaired once. Where no model answers, the composer stands in and is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Literal

from pydantic import BaseModel

from service.channels.base import Channel
from service.channels.registry import channel as channel_named
from service.checks.models import Finding
from service.errors import Fault, Invalid, ModelError, NothingToSay
from service.generation.distinct import same_wording
from service.generation.models import Angle, Brief, Draft, GenerateRequest, Notice, Task, Writer
from service.generation.pipeline import Pipeline
from service.generation.reader import Reader
from service.review.handwork import Checking
from service.variants.models import StoredVariant
from service.workspaces.models import Workspace

MOST_AT_ONCE = 5
FEWEST = 3  # asked for together: one that repeats or is blocked must not be the only one
_ROUNDS = 4
_MOST_SHOWN = 4_000  # characters of a field: whatever was pasted there, the model is shown no more
_LONGEST_ANSWER = 200_000
_HALF = re.compile(r"\\(?:u[0-9a-fA-F]{0,3}|u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?)?$")


class Proposal(BaseModel):
    """What a field could say instead. `findings` are those in the field, and `blocked` whether one of them would keep
    the variant from being approved."""

    field: str
    text: str
    generator: Literal["model", "composer", "human"]
    findings: list[Finding]
    blocked: bool


class Proposals(BaseModel):
    """Several, those without findings first, all worded differently, and what else there is to know."""

    items: list[Proposal]
    notices: list[Notice]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which field of which words, and what is to be different; `taken` are texts that it must not be again."""

    field: str
    note: str
    fields: Mapping[str, object]
    taken: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Somebody at work on one stored variant, which is left as it is."""

    pipeline: Pipeline
    checking: Checking
    workspace: Workspace
    stored: StoredVariant
    reader: Reader

    async def one(
        self, wanted: Wanted, heard: Callable[[str], None] | None = None, told: Callable[[Notice], None] | None = None
    ) -> Proposal:
        """The field anew; `heard` gets its text as it is written, and `told` why somebody else wrote it. Raises
        `Invalid`, `NothingToSay`, or `ModelError` where the composer has nothing else to say either."""
        task = await self._task(wanted, [self._angle])
        reading = None if heard is None else _reading(wanted.field, heard)
        writer, failed = self._writer(task), None
        try:
            found = await self._written(writer, task, wanted, reading)
        except ModelError as error:
            failed = error
            writer, found = self.pipeline.writers.composer, []
        if not found:
            writer = self.pipeline.writers.composer
            found = await self._written(writer, task, wanted, None)
        if not found:
            raise failed or NothingToSay("Nothing else was found to say there.", code="generation.nothing")
        if failed is not None and told is not None:
            told(Notice(code=failed.code, detail=f"{failed.detail} The composer wrote instead, which reads no notes."))
        proposal = await self._checked(wanted, found[0], writer)
        return await self._repaired(writer, task, wanted, proposal) if proposal.blocked else proposal

    async def several(self, wanted: Wanted, count: int) -> Proposals:
        """So many wordings of the field, as far as there are. Raises as `one` does."""
        found: list[Proposal] = []
        notices: list[Notice] = []
        taken = [self._text(wanted), *wanted.taken]
        task = await self._task(wanted, ())
        writer = self._writer(task)
        for _ in range(_ROUNDS):
            if (missing := count - sum(not one.blocked for one in found)) <= 0:
                break
            angles = list(islice(cycle(self._channel.angles), min(max(missing, FEWEST), MOST_AT_ONCE)))
            try:
                texts = await self._written(writer, replace(task, angles=angles, taken=taken), wanted, None)
            except ModelError as error:
                notices.append(Notice(code=error.code, detail=f"{error.detail} The composer wrote instead."))
                writer = self.pipeline.writers.composer
                continue
            for text in texts:
                if not any(same_wording(text, other) for other in taken):
                    taken.append(text)
                    found.append(await self._checked(wanted, text, writer))
        if len(found) < count:
            notices.append(Notice(code="generation.few", detail=f"No more than {len(found)} wordings were found."))
        found.sort(key=lambda one: (one.blocked, len(one.findings)))
        return Proposals(items=found[:count], notices=notices)

    @property
    def first_field(self) -> str:
        """The text that a reader meets first."""
        return self._channel.ladder[0]

    @property
    def _channel(self) -> Channel:
        return channel_named(self.stored.channel)

    @property
    def _angle(self) -> Angle:
        angles = self._channel.angles
        return next((one for one in angles if one == self.stored.angle), angles[0])

    async def _task(self, wanted: Wanted, angles: Sequence[Angle]) -> Task:
        if wanted.field not in self._channel.limits:
            detail = f"{wanted.field[:40]!r} is no text of {self._channel.name}: {', '.join(self._channel.limits)}."
            raise Invalid(detail, code="variant.field", faults=[Fault("/field", detail)])
        request = GenerateRequest(
            audience={}, brief=Brief.model_validate(self.stored.brief), channel=self.stored.channel,
            locale=self.stored.locale, fresh=True,
        )  # fmt: skip
        _, task = await self.pipeline.prepared(self.workspace, request, known=self.reader)
        return replace(task, angles=list(angles), taken=list(wanted.taken))

    def _writer(self, task: Task) -> Writer:
        writers = self.pipeline.writers
        return writers.get("auto") if task.evidence else writers.composer

    async def _written(
        self, writer: Writer, task: Task, wanted: Wanted, heard: Callable[[str], None] | None
    ) -> list[str]:
        """The texts that are new."""
        around = {name: str(text or "")[:_MOST_SHOWN] for name, text in {**self.stored.fields, **wanted.fields}.items()}
        draft = Draft(self._angle, around)
        written = await writer.rewrite(task, draft, wanted.field, wanted.note, heard)
        texts = (str(one.fields.get(wanted.field) or "").strip() for one in written.drafts)
        return [text for text in dict.fromkeys(texts) if text and text not in (self._text(wanted), *wanted.taken)]

    async def _checked(self, wanted: Wanted, text: str, writer: Writer) -> Proposal:
        variant = await self.checking.again(self.stored, {**wanted.fields, wanted.field: text})
        findings = [one for one in variant.findings if one.field == wanted.field]
        blocked = any(one.severity == "block" for one in findings)
        return Proposal(field=wanted.field, text=text, generator=writer.generator, findings=findings, blocked=blocked)

    async def _repaired(self, writer: Writer, task: Task, wanted: Wanted, proposal: Proposal) -> Proposal:
        """Once more without what blocks it; as it was where that does not help."""
        draft = Draft(self._angle, {**self.stored.fields, **wanted.fields, wanted.field: proposal.text})
        try:
            written = await writer.repair(task, draft, proposal.findings)
        except ModelError:
            return proposal
        text = str(written.drafts[0].fields.get(wanted.field) or "").strip() if written and written.drafts else ""
        if not text:
            return proposal
        mended = await self._checked(wanted, text, writer)
        return proposal if mended.blocked else mended

    def _text(self, wanted: Wanted) -> str:
        return str({**self.stored.fields, **wanted.fields}.get(wanted.field) or "")


class FieldReader:
    """Reads the text of one field out of an answer that is still coming."""

    def __init__(self, field: str) -> None:
        self._begins = re.compile(rf'"{re.escape(field)}"\s{{0,20}}:\s{{0,20}}"')
        self._raw = ""
        self._start: int | None = None
        self._given = ""
        self._over = False

    def feed(self, piece: str) -> str:
        """What is new of the text with this piece."""
        if self._over or len(self._raw) > _LONGEST_ANSWER:
            return ""
        self._raw += piece
        if self._start is None:
            if (found := self._begins.search(self._raw)) is None:
                return ""
            self._start = found.end()
        ends = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL).match(self._raw, self._start)
        self._over = ends is not None
        raw = self._raw[self._start : ends.end() - 1] if ends else _HALF.sub("", self._raw[self._start :])
        try:
            text = str(json.loads(f'"{raw}"', strict=False))
        except ValueError:
            return ""
        new, self._given = text[len(self._given) :], text
        return new


def _reading(field: str, heard: Callable[[str], None]) -> Callable[[str], None]:
    reader = FieldReader(field)

    def told(piece: str) -> None:
        if new := reader.feed(piece):
            heard(new)

    return told
