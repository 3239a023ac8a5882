"""What goes into writing copy and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Protocol, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.checks.models import Claim, Finding, Terms
from service.content.models import Facts, Kind
from service.leads.models import CleanText, ExternalId
from service.types import Locale
from service.workspaces.style import Style

Angle = Literal["benefit", "question", "proof", "timeliness", "answer"]
ANGLES: tuple[Angle, ...] = ("benefit", "question", "proof", "timeliness")
MAX_VARIANTS = 8


class Brief(BaseModel):
    """What to say. `content_ids` narrows the evidence to those items; `tags` to items that carry any of them. What a
    reader is to do, `call_to_action`, reaches a model with the tone; the composer has buttons of its own."""

    model_config = ConfigDict(extra="forbid")

    objective: Annotated[CleanText, Field(min_length=1, max_length=500)]
    content_ids: Annotated[list[ExternalId], Field(max_length=50)] = Field(default_factory=list)
    tags: Annotated[list[Annotated[CleanText, Field(min_length=1, max_length=100)]], Field(max_length=20)] = Field(
        default_factory=list
    )
    tone: Annotated[CleanText, Field(max_length=200)] | None = None
    call_to_action: Annotated[CleanText, Field(max_length=100)] | None = None

    @property
    def manner(self) -> str | None:
        """How it is to sound and what it asks for, as one text for a writer."""
        wanted = f"call to action: {self.call_to_action}" if self.call_to_action else None
        return " | ".join(filter(None, (self.tone, wanted))) or None


class AdHocAudience(BaseModel):
    """People described by what they have in common: attributes of the contract and their values."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[CleanText, Field(max_length=100)] = "ad hoc"
    attributes: Annotated[dict[str, str | int | float], Field(max_length=20)] = Field(default_factory=dict)


Context = Annotated[
    dict[Annotated[CleanText, Field(max_length=64)], Annotated[CleanText, Field(max_length=200)] | int | float | bool],
    Field(max_length=20),
]


class GenerateRequest(BaseModel):
    """Ask for copy for one lead or one audience."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "lead": "c-01",
                    "brief": {"objective": "Convidar para preparar um café melhor em casa"},
                    "channel": "email",
                    "locale": "pt-BR",
                    "variants": 2,
                }
            ]
        },
    )

    lead: ExternalId | None = None
    audience: AdHocAudience | None = None
    brief: Brief
    channel: Annotated[CleanText, Field(max_length=40)]
    locale: Annotated[CleanText, Field(max_length=20)] | None = None
    context: Context = Field(
        default_factory=dict,
        description="What is so at this moment: `city`, `weather`, `device`, `page`, `season`, or any other attribute "
        "of the contract. It stands in for the lead's own values, is used for this request and is not kept.",
    )
    variants: Annotated[int, Field(ge=1, le=MAX_VARIANTS)] = 2
    writer: Literal["auto", "model", "composer"] = Field(
        default="auto",
        description="`auto`: the model where there is one, and the composer, labelled, when it fails or is too slow; "
        "`model`: the model or an error; `composer`: no model.",
    )
    deadline_ms: Annotated[int, Field(ge=50, le=600_000)] | None = Field(
        default=None, description="How long the writer may take; the setting's time-out unless given."
    )
    fresh: bool = Field(default=False, description="Ask the model anew, also where its answer is still remembered.")
    keep: bool = Field(default=True, description="`false` stores none of what is written, as evaluations want it.")
    prompt: Annotated[CleanText, Field(max_length=100)] | None = Field(
        default=None, description="A prompt and its version, such as `email/v1`; the channel's newest unless given."
    )

    voice: Annotated[CleanText, Field(max_length=4_000)] | None = Field(
        default=None, description="A brand voice to try instead of the workspace's. Needs `admin`; nothing is kept."
    )
    style: Style | None = Field(default=None, description="A brand style to try, likewise.")
    terms: Terms | None = Field(default=None, description="Terms to try, likewise.")

    @property
    def trial(self) -> bool:
        """Whether it only tries how another voice would sound."""
        return not (self.voice is None and self.style is None and self.terms is None)

    @model_validator(mode="after")
    def _one_reader(self) -> Self:
        if (self.lead is None) == (self.audience is None):
            raise ValueError("name either a `lead` or an `audience`, not both and not neither")
        return self


class Evidence(BaseModel):
    """A passage, or the facts of an offer, that copy may rest on. `id` is short and lives in one generation;
    `(content_id, version, passage or fact key)` names the source for good."""

    id: str
    kind: Literal["passage", "offer"]
    item_kind: Kind
    content_id: str
    version: int
    passage: UUID | None = None
    title: str
    heading: str = ""
    text: str
    score: float
    url: str | None = None
    image_url: str | None = None
    image_alt: str | None = None
    facts: Facts | None = None
    valid_until: datetime | None = None
    item_id: UUID = Field(default=UUID(int=0), exclude=True)


class Citation(BaseModel):
    """A factual statement in the copy and the evidence that its writer says it rests on; nobody takes its word."""

    model_config = ConfigDict(extra="forbid")

    text: str
    evidence: list[str] = Field(default_factory=list)


class Provenance(BaseModel):
    """Where a variant comes from.

    Tokens, `cost` (US dollars) and `seconds` are those of the whole generation, repairs included. `stood_in_for` is why
    the composer wrote where a model was asked for, an error code.
    """

    generator: Literal["model", "composer", "human"]
    model: str | None
    prompt: str
    contract_version: int
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    seconds: float = 0.0
    stood_in_for: str | None = None
    created_at: datetime


class Variant(BaseModel):
    """One structured piece of copy, with its tokens unbound in `fields` and bound in `preview`.

    All its claims are true from `true_from` (included) until `true_until` (excluded), None where nothing limits it.
    """

    id: UUID
    angle: str
    channel: str
    locale: Locale
    fields: dict[str, Any]
    preview: dict[str, Any]
    claims: list[Claim]
    findings: list[Finding] = Field(default_factory=list)
    evidence: list[Evidence]
    provenance: Provenance
    true_from: datetime | None = None
    true_until: datetime | None = None


class Dropped(BaseModel):
    """A draft that was not kept, and why."""

    reason: str
    angle: str | None = None
    findings: list[Finding] = Field(default_factory=list)


class Notice(BaseModel):
    """Something the caller should know about an answer that was given all the same."""

    code: str
    detail: str


class GenerateResponse(BaseModel):
    """Kept variants, best first, what was dropped and why, and what else there is to know."""

    variants: list[Variant]
    dropped: list[Dropped]
    notices: list[Notice] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Task:
    """Everything a writer may know. There is no identity in it: `known` are words of closed domains, `tokens` are names
    with their fallbacks, `seed` makes the composer's choices repeatable. `taken` are openings of variants that are
    there already, which a new one must differ from; `fresh` asks for words that are not remembered from before."""

    workspace: UUID
    channel: str
    locale: Locale
    objective: str
    tone: str | None
    voice: str
    sender: str
    known: Mapping[str, str]
    tokens: Mapping[str, str]
    evidence: Sequence[Evidence]
    angles: Sequence[Angle]
    seed: str
    now: datetime
    prompt_version: int | None = None
    terms: Terms = field(default_factory=Terms)
    taken: Sequence[str] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Copy as a writer gave it: raw fields, not yet parsed or checked."""

    angle: str
    fields: Mapping[str, object]
    citations: Sequence[Citation] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A writer's answer with what it took."""

    drafts: Sequence[Draft]
    prompt: str
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    unread: Sequence[str] = field(default_factory=tuple)


class Writer(Protocol):
    """The model and the offline composer alike."""

    generator: Literal["model", "composer"]

    async def write(self, task: Task, heard: Callable[[Draft], None] | None = None) -> Written:
        """Drafts for the task, one an angle; `heard` is told of each as soon as it is whole. Raises `ModelError`."""
        ...

    async def repair(self, task: Task, draft: Draft, findings: Sequence[Finding]) -> Written | None:
        """The draft with its faulty fields written anew and the others as they were, or None where that cannot help.

        Raises `ModelError`.
        """
        ...

    async def rewrite(
        self, task: Task, draft: Draft, field: str, note: str, heard: Callable[[str], None] | None = None
    ) -> Written:
        """The draft with one field written anew in each of the task's angles, as far as they differ; `heard` gets the
        raw answer piece by piece, of a writer that streams. Raises `ModelError`."""
        ...
