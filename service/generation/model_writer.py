"""The language model as a writer: render the prompt, complete it, read the drafts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from prompts.library import Prompt, PromptLibrary
from service.channels.registry import channel
from service.checks.models import Finding
from service.errors import Fault, Invalid
from service.generation.models import Draft, Task, Written
from service.generation.openai_client import Completion, ModelClient
from service.generation.parsing import drafts

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars a million tokens."""

    input: Decimal
    output: Decimal

    def of(self, completion: Completion) -> Decimal:
        """What that completion cost."""
        return (completion.input_tokens * self.input + completion.output_tokens * self.output) / _MILLION


class ModelWriter:
    """Writes through a language model, which sees the task and nothing else."""

    generator: Literal["model", "composer"] = "model"

    def __init__(self, client: ModelClient, library: PromptLibrary, price: Price) -> None:
        self._client = client
        self._library = library
        self._price = price

    async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
        """See `Writer`."""
        prompt = self._prompt(task)
        completion = await self._client.complete(prompt)
        found, unread = drafts(completion.text)
        return Written(
            drafts=found[: len(task.angles)],
            prompt=f"{prompt.name}/v{prompt.version}",
            model=completion.model,
            input_tokens=completion.input_tokens,
            output_tokens=completion.output_tokens,
            cost=self._price.of(completion),
            unread=unread,
        )

    async def repair(self, task: Task, draft: Draft, findings: Sequence[Finding]) -> Written | None:
        """Ask once more for that angle, naming what was wrong."""
        prompt = self._prompt(task, angles=[draft.angle], findings=findings)
        found, _ = drafts((await self._client.complete(prompt)).text)
        return Written(drafts=found[:1], prompt="") if found else None

    def _prompt(self, task: Task, angles: Sequence[str] = (), findings: Sequence[Finding] = ()) -> Prompt:
        given = variables(task, angles or task.angles, findings)
        return self._library.render(channel(task.channel).prompt, given, task.prompt_version)


def prompt_version(library: PromptLibrary, wanted: str, name: str) -> int:
    """The version that `email/v1` names, of the prompt `name`. Raises `Invalid`, naming those there are."""
    given, _, version = wanted.partition("/v")
    known = [f"{name}/v{number}" for number in library.versions[name]]
    if given != name or wanted not in known:
        detail = f"There is no prompt {wanted!r} for this channel; there are: {', '.join(known)}."
        raise Invalid(detail, code="prompt.unknown", faults=[Fault("/prompt", detail)])
    return int(version)


def variables(task: Task, angles: Sequence[str], findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """What a prompt may use of a task; every prompt takes exactly these."""
    return {
        "locale": task.locale,
        "sender": task.sender,
        "voice": task.voice,
        "objective": task.objective,
        "tone": task.tone or "",
        "audience": dict(task.known),
        "tokens": dict(task.tokens),
        "evidence": [
            {"id": item.id, "kind": item.kind, "content_id": item.content_id, "title": item.title, "text": item.text,
             "has_url": item.url is not None, "has_image": item.image_url is not None}
            for item in task.evidence
        ],
        "angles": list(angles),
        "findings": [f"{finding.field}: {finding.message}" for finding in findings],
    }  # fmt: skip
