"""Hostile cases: what somebody puts into content, leads and briefs, and what a model gone wrong answers.

Beside them stand clean ones of the same kind, `good`, which have to come through: blocking everything is no defence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict, Field

from evaluation.datasets.lines import Named, read_lines
from evaluation.datasets.scenarios import Scenario
from evaluation.figures import Split
from service.generation.models import Brief
from service.types import Locale

SAMPLE = Path(__file__).parent / "sample"
CONTENT, ANSWERS = SAMPLE / "hostile_content.jsonl", SAMPLE / "hostile_answers.jsonl"


class Hostile(Named):
    """What both kinds have. `unsafe` are texts that must not come back, whatever else does; `must` are such that a
    good case brings back."""

    model_config = ConfigDict(extra="forbid")

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
    """The cases of a file. Raises `CannotRead`, naming the line."""
    return read_lines(path, kind, "cases")
