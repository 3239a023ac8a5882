"""What to do next for a lead: channel, moment, content and brief, and why nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from service.content.models import Kind
from service.generation.models import Brief
from service.leads.models import CleanText

DirectChannel = Literal["email", "whatsapp", "push", "sms"]
"""The channels that reach one lead, the least dear first: the order among those that do equally well."""
DIRECT: tuple[DirectChannel, ...] = get_args(DirectChannel)

Occasion = Literal["cart", "renewal", "birthday", "at_risk", "stage", "new", "discover"]
OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)

TriggerKind = Literal["cart_abandoned", "birthday", "renewal", "stage_change", "at_risk"]
Stage = Literal["subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other"]

ForReason = Literal[
    "only_channel", "responds_best", "no_response_known",
    "own_hours", "others_hours", "no_hours_known",
    "in_cart", "liked_product", "liked_category", "fits_best", "newest_offer",
    "objective_given", "occasion",
    "no_profiling", "minor", "no_channel", "no_content", "no_moment", "occasion_over", "occasion_unseen",
]  # fmt: skip
AgainstReason = Literal[
    "not_asked_for", "no_consent", "no_address", "cap", "low_score", "consent_ends", "responds_less",
    "quiet_hours",
    "wrong_language", "not_begun", "expired", "sold_out", "bought", "shown_lately", "ends_too_soon", "fits_less",
]  # fmt: skip
Part = Literal["channel", "moment", "content", "brief", "action"]

SLUG = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
MOST_CONTEXT = 20
_ContextName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_ContextText = Annotated[CleanText, Field(max_length=200)]
_ContextValue = bool | int | float | _ContextText


def _small(value: Any) -> Any:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("the number is too large")
    return value


Context = Annotated[
    dict[_ContextName, Annotated[_ContextValue, AfterValidator(_small)]], Field(max_length=MOST_CONTEXT)
]


class ActionRequest(BaseModel):
    """What may be said with the question: all of it is optional.

    `channels` are the only ones to think of. `at` is the moment from which on to plan, now unless given. `context` is
    what is known of this moment alone, under the contract like any trait; it is used and forgotten.
    """

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={"examples": [{"channels": ["email", "whatsapp"], "context": {"weather": "rain"}}]},
    )

    channels: Annotated[list[DirectChannel], Field(min_length=1, max_length=len(DIRECT))] | None = None
    objective: Annotated[CleanText, Field(min_length=1, max_length=500)] | None = None
    tone: Annotated[CleanText, Field(max_length=200)] | None = None
    at: AwareDatetime | None = None
    context: Context = Field(default_factory=dict)


class ResolveRequest(BaseModel):
    """What may be said when an emitted action is worked out."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    at: AwareDatetime | None = None
    context: Context = Field(default_factory=dict)


class Reason(BaseModel):
    """Why a part of the action is as it is, or why there is none; `text` is in the lead's locale."""

    part: Part
    code: ForReason
    text: str


class Alternative(BaseModel):
    """A channel, a content item or a moment that was turned down, and why."""

    channel: DirectChannel | None = None
    content: str | None = None
    moment: datetime | None = None
    turned_down: AgainstReason
    text: str


class ChosenContent(BaseModel):
    """The content item that the message is to be about."""

    content_id: str
    title: str
    kind: Kind
    url: str | None


class Action(BaseModel):
    """What to do: write to the lead in `channel` at `moment`, in the lead's own time zone, about `content`.

    `brief` can be sent to `POST /v1/generate` as it is. `audience` is the one that the lead belongs to by occasion.
    """

    channel: DirectChannel
    moment: datetime
    content: ChosenContent
    brief: Brief
    audience: str | None = None


class NextAction(BaseModel):
    """The answer; it holds until `valid_until`. `action` is null where nothing may or should be done."""

    action: Action | None
    reasons: list[Reason]
    alternatives: list[Alternative]
    valid_until: datetime


class TriggerSettings(BaseModel):
    """`audience` is whom the trigger waits for: its kind's ready-made one unless given. `stage` belongs to the kind
    `stage_change`. The others go into every action of the trigger."""

    model_config = ConfigDict(extra="forbid")

    audience: Annotated[str, Field(pattern=SLUG)] | None = None
    stage: Stage | None = None
    channels: Annotated[list[DirectChannel], Field(min_length=1, max_length=len(DIRECT))] | None = None
    objective: Annotated[CleanText, Field(min_length=1, max_length=500)] | None = None
    tone: Annotated[CleanText, Field(max_length=200)] | None = None


class TriggerBody(BaseModel):
    """A standing rule: whenever a lead enters the audience, emit an action, once for each occasion."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"kind": "cart_abandoned", "settings": {"channels": ["email"]}}]},
    )

    kind: TriggerKind
    settings: TriggerSettings = Field(default_factory=TriggerSettings)
    enabled: bool = True

    @model_validator(mode="after")
    def _stage_where_it_belongs(self) -> TriggerBody:
        if self.kind != "stage_change" and self.settings.stage is not None:
            raise ValueError("settings.stage belongs to the kind stage_change")
        if self.kind == "stage_change" and self.settings.stage is None:
            raise ValueError("settings.stage: say which stage, such as customer")
        return self

    @property
    def audience(self) -> str:
        """The slug of the audience it waits for."""
        return self.settings.audience or AUDIENCES.get(OCCASION_OF[self.kind], f"stage-{self.settings.stage}")


OCCASION_OF: dict[TriggerKind, Occasion] = {
    "cart_abandoned": "cart",
    "birthday": "birthday",
    "renewal": "renewal",
    "stage_change": "stage",
    "at_risk": "at_risk",
}
AUDIENCES: dict[Occasion, str] = {
    "cart": "abandoned-cart",
    "birthday": "birthday-week",
    "renewal": "renewal",
    "at_risk": "at-risk",
    "new": "new",
}
"""The ready-made audience that goes with an occasion."""


class Trigger(TriggerBody):
    """A trigger as it is kept."""

    id: UUID = Field(exclude=True)
    slug: str
    created_at: datetime


class Emitted(BaseModel):
    """An action that a trigger has emitted for a lead: what for, and by which facts; what to do is asked for later.

    `occasion` names what happened once, such as `birthday:2026`; `known` are the names of the attributes behind it.
    """

    id: UUID
    trigger: str
    kind: TriggerKind
    audience: str
    lead: str
    occasion: str
    known: list[str]
    created_at: datetime
