"""The offline composer: copy from templates and whole sentences of the evidence, when no model is at hand.

It knows no language beyond its templates, so it says little of its own and quotes a lot: each draft leads with the
sentences of the evidence that suit its angle, and states an offer's facts as they are. Same task, same copy.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from service.channels.registry import CHANNELS, channel
from service.checks.models import Finding
from service.generation.brief import Words, words
from service.generation.material import Item, Quote, items
from service.generation.models import Angle, Citation, Draft, Task, Written
from service.generation.sentences import stems
from service.types import LOCALES

VERSION = 1
_TRIES = 12
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+(?!\s)[^.!?…\n]+)*[.!?…]*")


class Composer:
    """A `Writer` that needs no model and no network."""

    generator: Literal["model", "composer"] = "composer"

    def __init__(self) -> None:
        environment = Environment(  # copy is plain text, escaped where it is rendered
            loader=PackageLoader("service.generation", "templates"),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            auto_reload=False,
        )
        self._templates: dict[tuple[str, str], Template] = {
            (name, locale): environment.get_template(f"{name}/{locale}.j2") for name in CHANNELS for locale in LOCALES
        }

    async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
        """One draft an angle, all different. No evidence that holds now gives none."""
        channel(task.channel)
        return Written(drafts=self.compose(task), prompt=f"composer/v{VERSION}")

    async def repair(self, task: Task, draft: Draft, findings: Sequence[Finding]) -> Written | None:
        """Nothing: written again, the copy would be the same."""
        return None

    def compose(self, task: Task) -> list[Draft]:
        """The drafts, at once."""
        found = items(task)
        drafts: list[Draft] = []
        used: set[str] = set()
        for angle in task.angles if found else ():
            draft = self._distinct(task, found, angle, used=used, drafts=drafts)
            if draft is not None:
                drafts.append(draft)
        return drafts

    def _distinct(
        self, task: Task, found: Sequence[Item], angle: Angle, *, used: set[str], drafts: Sequence[Draft]
    ) -> Draft | None:
        for attempt in range(_TRIES):
            chosen = words(task, found, angle, used, attempt)
            fields = self._fields(task, chosen, angle, f"{len(drafts)}.{attempt}")
            if all(_texts(fields) != _texts(draft.fields) for draft in drafts):
                used |= chosen.spent
                return Draft(angle, fields, _claims(fields, chosen.sources))
        return None

    def _fields(self, task: Task, chosen: Words, angle: Angle, salt: str) -> dict[str, object]:
        limits = CHANNELS[task.channel].limits
        place: dict[str, Any] = {"field": "", "asked": 0, "limit": 0, "said": []}
        pick = _picker(f"{task.seed}/{angle}/{salt}", place)
        module: Any = self._templates[task.channel, task.locale].make_module(
            {**chosen.values, "pick": pick, "first": _first(place), "fresh": _fresh(place)}
        )
        fields: dict[str, object] = {}
        for name, limit in limits.items():
            if name == "alt":
                continue
            place.update(field=name, asked=0, limit=limit.warn or limit.hard)
            text = getattr(module, f"{angle}_{name}")()
            said = "\n\n".join(part for part in (_tidy(block) for block in text.split("\n\n")) if part)
            place["said"].append(said)
            fields[name] = said
        return fields | chosen.references


def _picker(seed: str, place: dict[str, Any]) -> Callable[..., str]:
    """Chooses among wordings by the seed: one that is there and fits the field, the shortest where none fits."""

    def pick(*options: str | None) -> str:
        there = [option for option in options if option]
        fitting = [option for option in there if len(option) <= place["limit"]] or sorted(there, key=len)[:1]
        place["asked"] += 1
        digest = hashlib.blake2b(f"{seed}/{place['field']}/{place['asked']}".encode(), digest_size=8).digest()
        return fitting[int.from_bytes(digest) % len(fitting)] if fitting else ""

    return pick


def _first(place: dict[str, Any]) -> Callable[..., str]:
    """Chooses the first wording that is there and fits the field, the shortest where none fits."""

    def first(*options: str | None) -> str:
        there = [option for option in options if option]
        return next((option for option in there if len(option) <= place["limit"]), min(there, key=len, default=""))

    return first


def _fresh(place: dict[str, Any]) -> Callable[..., str]:
    """Chooses the first wording that is there, fits the field and repeats none before it."""
    first = _first(place)

    def fresh(*options: str | None) -> str:
        there = [option for option in options if option]
        new = [option for option in there if not any(_repeats(option, said) for said in place["said"])]
        other = [option for option in there if all(option.strip(".") != said.strip(".") for said in place["said"])]
        return first(*new) or first(*other) or first(*there)

    return fresh


def _repeats(text: str, said: str) -> bool:
    """Whether one of them has no telling word that the other lacks, nor a figure."""
    words, others = stems(text), stems(said)
    if words and others:
        return words <= others or (others <= words and len(words) <= len(others) + 2)
    return text.strip(" .?!").casefold() in said.casefold()


def _tidy(block: str) -> str:
    return "\n".join(" ".join(line.split()) for line in block.strip().splitlines())


def _texts(fields: Any) -> tuple[object, ...]:
    return tuple(value for name, value in fields.items() if not name.endswith("_id"))


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
