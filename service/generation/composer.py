"""The offline composer: copy from templates and whole sentences of the evidence, when no model is at hand.

It knows no language beyond its templates, so it says little of its own and quotes a lot: each draft leads with the
sentences of the evidence that suit its angle, and states an offer's facts as they are. Same task, same copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from service.channels.base import Channel
from service.channels.registry import CHANNELS, channel
from service.checks.models import Finding
from service.generation.answers import answered
from service.generation.brief import Words, words
from service.generation.material import Item, Quote, banned, items
from service.generation.models import Angle, Citation, Draft, Task, Written
from service.generation.picking import Picker
from service.types import LOCALES, Locale

VERSION = 2
_TRIES = 12
_OPENING = 120  # characters
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+(?!\s)[^.!?…\n]+)*[.!?…]*")


@cache
def _environment() -> Environment:
    """The templates of all channels: compiling them takes half a second, once in a process."""
    return Environment(  # copy is plain text, escaped where it is rendered
        loader=PackageLoader("service.generation", "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        auto_reload=False,
    )


class Composer:
    """A `Writer` that needs no model and no network."""

    generator: Literal["model", "composer"] = "composer"

    def __init__(self) -> None:
        self._environment = _environment()
        for name in CHANNELS:  # read once, and a channel without templates is noticed at the start
            for locale in LOCALES:
                self._template(name, locale)

    async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
        """One draft an angle, all different. No evidence that holds now gives none, but to a question an answer."""
        drafts = self.compose(task)
        if heard is not None:
            for draft in drafts:
                heard(draft)
        return Written(drafts=drafts, prompt=f"composer/v{VERSION}")

    async def repair(self, task: Task, draft: Draft, findings: Sequence[Finding]) -> Written | None:
        """Nothing: written again, the copy would be the same."""
        return None

    async def rewrite(
        self, task: Task, draft: Draft, field: str, note: str, heard: Callable[[str], None] | None = None
    ) -> Written:
        """Its own wordings of that field, none twice. It reads no notes."""
        where = channel(task.channel)
        wanted = replace(task, angles=list(dict.fromkeys((*task.angles, *where.angles))), taken=())
        found: dict[str, Draft] = {}
        for turn in range(_TRIES):
            for one in self.compose(replace(wanted, seed=f"{task.seed}/{turn}" if turn else task.seed)):
                text = str(one.fields.get(field) or "")
                if text and text not in (draft.fields.get(field), *task.taken):
                    merged = Draft(one.angle, {**draft.fields, field: text}, (*draft.citations, *one.citations))
                    found.setdefault(text, merged)
            if len(found) >= len(task.angles):
                break
        return Written(drafts=list(found.values())[: len(task.angles)], prompt=f"composer/v{VERSION}")

    def compose(self, task: Task) -> list[Draft]:
        """The drafts, at once."""
        where, found = channel(task.channel), items(task)
        drafts: list[Draft] = []
        used: set[str] = set()
        for angle in task.angles if found or where.answers else ():
            draft = self._distinct(where, task, found, angle, used=used, drafts=drafts)
            if draft is not None:
                drafts.append(draft)
        return drafts

    def _distinct(
        self,
        where: Channel,
        task: Task,
        found: Sequence[Item],
        angle: Angle,
        *,
        used: set[str],
        drafts: Sequence[Draft],
    ) -> Draft | None:
        """A draft that is none of those there are, and begins as none of those that others have."""
        taken = {" ".join(opening.split())[:_OPENING] for opening in task.taken}
        for attempt in range(_TRIES):
            chosen = (
                answered(task, found, attempt) if where.answers else words(where, task, found, angle, used, attempt)
            )
            fields = self._fields(where, task, chosen, angle, f"{len(drafts)}.{attempt}")
            new = all(_texts(fields) != _texts(draft.fields) for draft in drafts)
            if new and _opening(where, fields) not in taken:
                used |= chosen.spent
                return Draft(angle, fields, _claims(fields, chosen.sources))
        return None

    def _fields(self, where: Channel, task: Task, chosen: Words, angle: Angle, salt: str) -> dict[str, object]:
        picker = Picker(f"{task.seed}/{angle}/{salt}", banned(task))
        module: Any = self._template(where.name, task.locale).make_module(
            {**chosen.values, "pick": picker.pick, "first": picker.first, "fresh": picker.fresh}
        )
        fields: dict[str, object] = {}
        for name, limit in where.limits.items():
            if name in chosen.references:
                continue
            picker.turn(name, limit.warn or limit.hard, limit.measure)
            if not limit.required and not hasattr(module, f"{angle}_{name}"):
                continue
            write = getattr(module, f"{angle}_{name}")
            said = "\n\n".join(part for part in (_tidy(block) for block in write().split("\n\n")) if part)
            picker.said.append(said)
            fields[name] = said
        return fields | chosen.references

    def _template(self, name: str, locale: Locale) -> Template:
        return self._environment.get_template(f"{name}/{locale}.j2")


def _tidy(block: str) -> str:
    return "\n".join(" ".join(line.split()) for line in block.strip().splitlines())


def _texts(fields: Any) -> tuple[object, ...]:
    return tuple(value for name, value in fields.items() if not name.endswith("_id"))


def _opening(where: Channel, fields: dict[str, object]) -> str:
    """What a reader meets first, in one line."""
    return next((" ".join(str(fields[name]).split())[:_OPENING] for name in where.ladder if fields.get(name)), "")


def _claims(fields: dict[str, object], sources: Sequence[Quote]) -> tuple[Citation, ...]:
    """Every sentence of the copy that says something from the evidence, with the evidence that says it."""
    claims: dict[str, Citation] = {}
    known = dict.fromkeys((source.text, source.evidence) for source in sources)
    for name, value in fields.items():
        if name.endswith("_id") or not isinstance(value, str):
            continue
        for match in _SENTENCE.finditer(value):
            said = match[0].strip()
            if len(said) <= 3 or said in claims:
                continue
            length = len(said)
            ids = [id_ for text, id_ in known if (text in said if len(text) < length else said in text)]
            if ids:
                claims[said] = Citation(text=said, evidence=list(dict.fromkeys(ids)))
    return tuple(claims.values())
