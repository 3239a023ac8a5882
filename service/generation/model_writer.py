"""The language model as a writer: render the prompt, complete it, read the drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from prompts.library import Prompt, PromptLibrary
from service.channels.registry import channel
from service.checks.models import Finding
from service.errors import Fault, Invalid
from service.generation.client import Completion, ModelClient
from service.generation.models import Draft, Task, Written
from service.generation.parsing import DraftReader, drafts


class ModelWriter:
    """Writes through a language model, which sees the task and nothing else."""

    generator: Literal["model", "composer"] = "model"

    def __init__(self, client: ModelClient, library: PromptLibrary) -> None:
        self._client = client
        self._library = library

    async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
        """See `Writer`."""
        prompt = self._prompt(task, task.angles)
        completion = await self._complete(task, prompt, _listener(heard))
        found, unread = drafts(completion.text)
        return _written(prompt, completion, found[: len(task.angles)], unread)

    async def repair(self, task: Task, draft: Draft, findings: Sequence[Finding]) -> Written | None:
        """Ask once more for that angle and its faulty fields alone, naming what was wrong; the others stay."""
        blocking = [finding for finding in findings if finding.severity == "block"]
        return await self._anew(task, [draft.angle], draft, _faulty(draft, blocking), [_told(one) for one in blocking])

    async def rewrite(
        self, task: Task, draft: Draft, field: str, note: str, heard: Callable[[str], None] | None = None
    ) -> Written:
        """See `Writer`."""
        told = [f"{field}: {note or 'it is to be said in another way.'}"]
        return await self._anew(task, task.angles, draft, [field], told, heard)

    async def _anew(
        self, task: Task, angles: Sequence[str], draft: Draft, fields: Sequence[str], findings: Sequence[str],
        heard: Callable[[str], None] | None = None,
    ) -> Written:  # fmt: skip
        """Those fields of the draft written anew in each of the angles; `heard` gets the raw answer as it comes."""
        prompt = self._prompt(task, angles, draft=draft, faulty=fields, findings=findings)
        prompt = replace(prompt, schema=narrowed(prompt.schema, fields))
        completion = await self._complete(task, prompt, heard)
        found, _ = drafts(completion.text)
        return _written(prompt, completion, [_merged(draft, one, fields) for one in found[: len(angles)]])

    async def _complete(self, task: Task, prompt: Prompt, heard: Callable[[str], None] | None) -> Completion:
        return await self._client.complete(prompt, workspace=task.workspace, fresh=task.fresh, heard=heard)

    def _prompt(
        self,
        task: Task,
        angles: Sequence[str],
        *,
        draft: Draft | None = None,
        faulty: Sequence[str] = (),
        findings: Sequence[str] = (),
    ) -> Prompt:
        name = channel(task.channel).prompt
        wanted = self._library.get(name, task.prompt_version).variables
        given = variables(task, angles, findings) | {
            "draft": {name: str(text) for name, text in draft.fields.items() if text} if draft else {},
            "faulty": list(faulty),
        }
        return self._library.render(name, {key: given[key] for key in wanted if key in given}, task.prompt_version)


def prompt_version(library: PromptLibrary, wanted: str, name: str) -> int:
    """The version that `email/v1` names, of the prompt `name`. Raises `Invalid`, naming those there are."""
    given, _, version = wanted.partition("/v")
    known = [f"{name}/v{number}" for number in library.versions[name]]
    if given != name or wanted not in known:
        detail = f"There is no prompt {wanted!r} for this channel; there are: {', '.join(known)}."
        raise Invalid(detail, code="prompt.unknown", faults=[Fault("/prompt", detail)])
    return int(version)


def variables(task: Task, angles: Sequence[str], findings: Sequence[str] = ()) -> dict[str, Any]:
    """What a prompt may use of a task; each prompt takes those of them that its spec names."""
    return {
        "locale": task.locale,
        "sender": task.sender,
        "voice": task.voice,
        "terms": {"banned": list(task.terms.banned), "required": list(task.terms.required)},
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
        "findings": list(findings),
        "taken": list(task.taken),
    }  # fmt: skip


def narrowed(schema: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """An answer's schema with those fields alone."""
    made = {key: narrowed(value, fields) if isinstance(value, Mapping) else value for key, value in schema.items()}
    inner = made.get("properties", {}).get("fields") if isinstance(made.get("properties"), dict) else None
    if isinstance(inner, dict) and isinstance(inner.get("properties"), dict):
        inner["properties"] = {name: one for name, one in inner["properties"].items() if name in fields}
        inner["required"] = [name for name in inner.get("required", ()) if name in fields]
    return made


def _listener(heard: Callable[[Draft], None] | None) -> Callable[[str], None] | None:
    if heard is None:
        return None
    reader = DraftReader()

    def told(piece: str) -> None:
        for draft in reader.feed(piece):
            heard(draft)

    return told


def _faulty(draft: Draft, findings: Sequence[Finding]) -> list[str]:
    """The fields to write anew; all of them where a finding is about none in particular."""
    named = list(dict.fromkeys(finding.field.split(".")[0] for finding in findings))
    return named if all(named) and named else list(draft.fields)


def _told(finding: Finding) -> str:
    """A finding as the model may read it: what is private is never confirmed to it."""
    if finding.code.startswith("privacy."):
        return f"{finding.field}: says something personal about the reader; leave it out."
    return f"{finding.field}: {finding.message} {finding.fix or ''}".rstrip()


def _merged(draft: Draft, mended: Draft, faulty: Sequence[str]) -> Draft:
    fields = {**draft.fields, **{name: mended.fields[name] for name in faulty if name in mended.fields}}
    return Draft(draft.angle, fields, (*draft.citations, *mended.citations))


def _written(prompt: Prompt, completion: Completion, found: Sequence[Draft], unread: Sequence[str] = ()) -> Written:
    return Written(
        drafts=found, prompt=f"{prompt.name}/v{prompt.version}", model=completion.model,
        input_tokens=completion.input_tokens, output_tokens=completion.output_tokens, cost=completion.cost,
        unread=unread,
    )  # fmt: skip
