"""What reviewers and writers send, and what they are told."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.audiences.models import Slug
from service.generation.models import Brief, Notice
from service.leads.models import CleanText
from service.variants.views import VariantView

Decision = Literal["approve", "reject", "reopen", "request_change", "edit", "submit", "retire"]
GivenFields = Annotated[
    dict[Annotated[str, Field(max_length=40)], CleanText | None], Field(min_length=1, max_length=20)
]
Note = Annotated[CleanText, Field(max_length=500)]

MOST_AT_ONCE = 200


class HumanCopy(BaseModel):
    """Somebody's own copy: for an `audience` of the `campaign`, or for everyone in it where none is named: the
    control. `brief` is the campaign's unless given; without a campaign it has to be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "channel": "push",
                    "campaign": "semana-do-cafe",
                    "fields": {"title": "Café coado em casa", "body": "Água a 92 °C e 60 g de café por litro."},
                }
            ]
        },
    )

    channel: Annotated[CleanText, Field(max_length=40)]
    locale: Annotated[CleanText, Field(max_length=20)] | None = Field(
        default=None, description="The campaign's, or the workspace's own, unless given."
    )
    fields: GivenFields
    campaign: Slug | None = None
    audience: Slug | None = None
    control: bool | None = Field(default=None, description="Says outright that it is for everyone in the campaign.")
    brief: Brief | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.campaign is None and self.brief is None:
            raise ValueError("name a `campaign`, whose brief it answers, or give a `brief`")
        if self.campaign is None and (self.audience is not None or self.control):
            raise ValueError("an `audience` or a control is one of a `campaign`: name it")
        if self.audience is not None and self.control:
            raise ValueError("copy for an `audience` is not the control")
        if self.control is False and self.campaign is not None and self.audience is None:
            raise ValueError("name the `audience`; without one it is the control")
        return self


class Edit(BaseModel):
    """Fields to change, by their names; the others stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"fields": {"subject": "Café coado, passo a passo"}}]}
    )

    fields: GivenFields


class DecisionBody(BaseModel):
    """What to do with a variant. A rejection says why, a change says what, an edit gives the fields; `reopen` takes an
    approval or a rejection back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"decision": "request_change", "note": "Mais curto, e sem pergunta no início."}]
        },
    )

    decision: Decision
    reason: Note | None = None
    note: Note | None = None
    fields: GivenFields | None = None

    @model_validator(mode="after")
    def _said(self) -> Self:
        if self.decision == "reject" and not self.said:
            raise ValueError("reason: say why it is rejected")
        if self.decision == "request_change" and not self.said:
            raise ValueError("note: say what is to be changed")
        if (self.decision == "edit") != (self.fields is not None):
            raise ValueError("fields: an edit gives them, and nothing else does")
        return self

    @property
    def said(self) -> str:
        """The note or the reason."""
        return (self.note or self.reason or "").strip()


class Decided(VariantView):
    """The variant after the decision, and what else there is to know."""

    notices: list[Notice] = Field(default_factory=list)


class ApprovalBody(BaseModel):
    """Variants to approve together; only those without any finding are."""

    model_config = ConfigDict(extra="forbid")

    variants: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]
    note: Note = ""


class Left(BaseModel):
    """A variant that was not approved, and why, with an error's code."""

    variant: UUID
    code: str
    detail: str


class Approvals(BaseModel):
    """What was approved and what was not."""

    approved: list[VariantView]
    left: list[Left]


class ReviewItem(VariantView):
    """A variant that waits for somebody, with what makes it urgent. `missing_control`: it is for everyone in a campaign
    that has no approved control in that channel, so that the campaign cannot go live there."""

    blocking: int
    warnings: int
    missing_control: bool


class Counts(BaseModel):
    """How many wait, of all that the filters let through."""

    total: int = 0
    in_review: int = 0
    draft: int = 0
    blocked: int = 0
    warned: int = 0
    clean: int = 0
    missing_control: int = 0
    mine: int = 0
    unclaimed: int = 0


class ReviewPage(BaseModel):
    """Some of what waits, worst first, and where to go on."""

    items: list[ReviewItem]
    counts: Counts
    next_cursor: str | None
