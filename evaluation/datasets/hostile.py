"""Hostile cases: what somebody puts into content, leads and briefs, and what a model gone wrong answers.

Beside them stand clean ones of the same kind, `good`, which have to come through: blocking everything is no defence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evaluation.datasets.scenarios import Scenario
from evaluation.figures import Split
from service.errors import CannotRead
from service.generation.models import Brief
from service.types import Locale

SAMPLE = Path(__file__).parent / "sample"
CONTENT, ANSWERS = SAMPLE / "hostile_content.jsonl", SAMPLE / "hostile_answers.jsonl"


class Hostile(BaseModel):
    """What both kinds have. `unsafe` are texts that must not come back, whatever else does; `must` are such that a
    good case brings back."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=100)]
    split: Split = "held-back"
    good: bool = False
    channel: str
    locale: Locale = "pt-BR"
    lead: str = "c-01"
    brief: Brief
    unsafe: list[str] = Field(default_factory=list)
    must: list[str | list[str]] = Field(default_factory=list)
    why: str = ""

    @property
    def scenario(self) -> Scenario:
        """As it is asked for."""
        variants = 1 if isinstance(self, HostileAnswer) else 2
        return Scenario(
            id=self.id, channel=self.channel, locale=self.locale, lead=self.lead, brief=self.brief, variants=variants
        )


class HostileContent(Hostile):
    """Things put into the workspace first: content items and leads, as the API takes them, by their ids. `marker` is a
    text in them that may stand in a prompt only between the marks of data."""

    content: dict[str, dict[str, Any]] = Field(default_factory=dict)
    leads: dict[str, dict[str, Any]] = Field(default_factory=dict)
    writers: list[Literal["composer", "model"]] = Field(default=["composer", "model"])
    marker: str | None = None


class HostileAnswer(Hostile):
    """What a model answers: the `fields` of its one variant, or any text at all."""

    fields: dict[str, Any] | None = None
    raw: str | None = None


C = TypeVar("C", bound=Hostile)


def read_hostile(path: Path, kind: type[C]) -> list[C]:
    """The cases of a file, a JSON object a line. Raises `CannotRead`, naming the line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from None
    found: dict[str, C] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise CannotRead(f"{path}, line {number}: {f'{where}: ' if where else ''}{first['msg']}.") from None
        if one.id in found:
            raise CannotRead(f"{path}, line {number}: the id {one.id!r} is there already.")
        found[one.id] = one
    return list(found.values())
