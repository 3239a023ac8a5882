"""Scenarios: who reads, what is to be said, and what must and must not stand in the copy. A JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from evaluation.datasets.lines import Named, read_lines
from evaluation.figures import Split
from evaluation.runs import Config
from service.generation.models import AdHocAudience, Brief, Context
from service.types import Locale

SAMPLE = Path(__file__).parent / "sample" / "scenarios.jsonl"


class Scenario(Named):
    """One case of copy.

    `lead` or `audience` reads; `swap` is another lead in whose place the copy ought to differ. `brief.content_ids`
    names what the copy is about. `must` are texts that stand in every variant as it is shown (each entry a text, or
    several of which one is enough), `must_not` such that stand in none; case and accents do not matter.
    `evidence` are content ids of which at least one has to be among the evidence. `silent` says that there is nothing
    to say here, and that no copy is the right answer. `split` says whether anybody may tune on it.
    """

    model_config = ConfigDict(extra="forbid")

    split: Split = "held-back"
    channel: str
    locale: Locale | None = None
    lead: str | None = None
    audience: AdHocAudience | None = None
    swap: str | None = None
    brief: Brief
    context: Context = Field(default_factory=dict)
    variants: Annotated[int, Field(ge=1, le=8)] = 3
    must: list[str | list[str]] = Field(default_factory=list)
    must_not: list[str] = Field(default_factory=list)
    evidence: list[str] = Field(default_factory=list)
    silent: bool = False
    why: str = ""

    @model_validator(mode="after")
    def _somebody_reads(self) -> Scenario:
        if (self.lead is None) == (self.audience is None):
            raise ValueError("name a lead or an audience, and not both")
        if self.swap and not self.lead:
            raise ValueError("swap puts another lead in the place of one: name that one too")
        return self

    def request(self, writer: Literal["composer", "model"], *, lead: str | None = None) -> dict[str, Any]:
        """The body of the request for it, which keeps nothing; with another `lead` in its place."""
        asked = self.model_dump(
            mode="json", include={"channel", "locale", "audience", "context", "variants", "brief"}, exclude_none=True
        )
        who = {"lead": lead or self.lead} if self.lead else {}
        return asked | who | {"writer": writer, "keep": False, "fresh": True}


def scenarios_file(config: Config) -> Path | None:
    """The file that was named, or the sample's own; none where content is somebody's own and no file is named."""
    if config.scenarios:
        return Path(config.scenarios)
    return SAMPLE if config.source == "sample" else None


def read_scenarios(path: Path) -> list[Scenario]:
    """Raises `CannotRead`, naming the line."""
    return read_lines(path, Scenario, "scenarios")
