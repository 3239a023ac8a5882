"""One writer at work on one task: write, check, repair once, replace what repeats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pydantic import ValidationError

from retrieval.types import Embedder
from service.channels.base import Channel, Fields
from service.checks.copy import Copy, Private
from service.checks.ledger import statements
from service.checks.models import Claim, Finding
from service.checks.run import examine
from service.errors import ModelError, ModelNonsense, ModelUnreachable
from service.generation.distinct import repeats, text_of
from service.generation.models import Draft, Dropped, Task, Writer, Written


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft with what the checks made of it; `fields` is None where it has not the channel's form."""

    draft: Draft
    fields: Fields | None
    text: str
    claims: list[Claim]
    findings: list[Finding]

    @property
    def blocked(self) -> bool:
        """Whether any finding keeps it from being used."""
        return any(finding.severity == "block" for finding in self.findings)


@dataclass(slots=True)
class Made:
    """What came of a task: the drafts that stay, those that do not, and what all of it took."""

    kept: list[Checked] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    prompt: str = ""
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)

    def count(self, written: Written) -> None:
        """Add what an answer took."""
        self.prompt, self.model = self.prompt or written.prompt, self.model or written.model
        self.input_tokens += written.input_tokens
        self.output_tokens += written.output_tokens
        self.cost += written.cost

    def lose(self, error: ModelError) -> None:
        """Add what an answer took that could not be read."""
        if isinstance(error, ModelNonsense) and error.taken:
            self.input_tokens += error.taken.input_tokens
            self.output_tokens += error.taken.output_tokens
            self.cost += error.taken.cost


@dataclass(frozen=True, slots=True)
class Author:
    """A writer with all that its drafts are judged by. `embedder` tells whether two drafts mean the same; the composer
    never says the same thing twice in other words, so it needs none."""

    writer: Writer
    channel: Channel
    task: Task
    private: Private | None
    embedder: Embedder | None

    async def make(
        self, seconds: float | None, heard: Callable[[Checked], None] | None = None, made: Made | None = None
    ) -> Made:
        """Drafts for the task, checked. Raises `ModelError`, also where nothing came within so many seconds; then too
        `made` tells what was spent.

        Only the first answer can fail: a repair or a replacement that does not come costs its draft and no more.
        """
        ends = None if seconds is None else asyncio.get_running_loop().time() + seconds
        made = made or Made()
        try:
            async with asyncio.timeout_at(ends):
                written = await self.writer.write(self.task, self._listener(heard))
        except ModelError as error:
            made.lose(error)
            raise
        except TimeoutError:
            raise ModelUnreachable(f"The model did not answer within {seconds:g} s.", code="model.late") from None
        made.count(written)
        made.dropped += [Dropped(reason=reason) for reason in written.unread]
        await self._keep(made, written.drafts, ends)
        missing = len(self.task.angles) - len(made.kept)
        if missing > 0 and made.kept and self.writer.generator == "model":
            await self._replace(made, missing, ends)
        return made

    def check(self, draft: Draft) -> Checked:
        """A draft's claims and findings; first of all whether it has the channel's form."""
        try:
            fields = self.channel.fields.model_validate(dict(draft.fields))
        except ValidationError as error:
            return Checked(draft, None, "", [], [_form(item["loc"], item["msg"]) for item in error.errors()])
        copy = Copy.of(self.channel, fields, self.task, self.private)
        examined = examine(copy)
        claims = [*examined.claims, *statements(copy, draft.citations)]
        return Checked(draft, fields, text_of(copy.fields), claims, examined.findings)

    def _listener(self, heard: Callable[[Checked], None] | None) -> Callable[[Draft], None] | None:
        if heard is None:
            return None

        def told(draft: Draft) -> None:
            checked = self.check(draft)
            if not checked.blocked:
                heard(checked)

        return told

    async def _keep(self, made: Made, drafts: Sequence[Draft], ends: float | None) -> None:
        """Sort drafts into those that stay and those that do not; a blocked one is repaired once."""
        fit: list[Checked] = []
        for draft in drafts:
            checked = self.check(draft)
            if checked.blocked:
                checked = await self._repaired(made, checked, ends)
            if checked.blocked:
                made.dropped.append(
                    Dropped(reason="blocked by checks", angle=checked.draft.angle, findings=checked.findings)
                )
            else:
                fit.append(checked)
        candidates = [*made.kept, *fit]
        repeated = await repeats([one.text for one in candidates], self.embedder)
        for checked, earlier in list(zip(candidates, repeated, strict=True))[len(made.kept) :]:
            if earlier is None:
                made.kept.append(checked)
            else:
                reason = f"repeats the variant “{candidates[earlier].draft.angle}”"
                made.dropped.append(Dropped(reason=reason, angle=checked.draft.angle))

    async def _repaired(self, made: Made, checked: Checked, ends: float | None) -> Checked:
        try:
            async with asyncio.timeout_at(ends):
                written = await self.writer.repair(self.task, checked.draft, checked.findings)
        except TimeoutError:
            return checked
        except ModelError as error:
            made.lose(error)
            return checked
        if written is None:
            return checked
        made.count(written)
        return self.check(written.drafts[0]) if written.drafts else checked

    async def _replace(self, made: Made, missing: int, ends: float | None) -> None:
        """Ask once for as many other drafts, in the angles that are not taken yet where there are any."""
        taken = {one.draft.angle for one in made.kept}
        free = [angle for angle in self.channel.angles if angle not in taken] or list(self.channel.angles)
        task = replace(
            self.task,
            angles=[free[number % len(free)] for number in range(missing)],
            taken=[_opening(self.channel, one) for one in made.kept],
        )
        try:
            async with asyncio.timeout_at(ends):
                written = await self.writer.write(task)
        except TimeoutError:
            return
        except ModelError as error:
            made.lose(error)
            return
        made.count(written)
        await self._keep(made, written.drafts, ends)


def _opening(channel: Channel, checked: Checked) -> str:
    """What a reader meets first: the first field that holds anything, in one line."""
    texts = channel.texts(checked.fields).values() if checked.fields else ()
    return " ".join(next(filter(None, texts), "").split())[:120]


def _form(place: tuple[int | str, ...], message: str) -> Finding:
    return Finding(code="form", severity="block", field=".".join(str(part) for part in place), message=message)
