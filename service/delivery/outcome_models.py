"""What became of a decision: it was shown, clicked, bought on, or complained of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from service.events.models import Robot
from service.leads.models import CleanText

OutcomeKind = Literal["exposure", "click", "conversion", "unsubscribe", "bounce", "complaint"]
"""Opens are none: mail privacy proxies open everything."""

Source = Literal["beacon", "view", "api", "event"]
"""`view`: told by a page of an answer that many share, and whose decision is that one view's."""

WITHIN = timedelta(days=7)
"""How long before an order a decision may have been made for the order to be its conversion."""

MOST_BEACONS = 50
MOST_OUTCOMES = 500


class Beacon(BaseModel):
    """What a page tells of one view of copy."""

    model_config = ConfigDict(extra="ignore")  # a page may run another version of the script

    key: Annotated[str, StringConstraints(max_length=200)] | None = None
    kind: Literal["exposure", "click"]
    id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    placement: Annotated[CleanText, StringConstraints(max_length=63)] | None = None
    campaign: Annotated[str, StringConstraints(max_length=63)] | None = None
    variant: UUID | None = None
    revision: Annotated[str, StringConstraints(max_length=64)] | None = None
    decision: UUID | None = None

    @model_validator(mode="after")
    def _of_something(self) -> Beacon:
        if self.decision is None and not (self.campaign and self.variant and self.revision):
            raise ValueError("needs `decision`, or `campaign`, `variant` and `revision`")
        return self


class OutcomeInput(BaseModel):
    """What became of a decision. `id` names it for good: the order's number for a conversion."""

    model_config = ConfigDict(extra="forbid")

    decision_id: UUID
    kind: OutcomeKind
    id: Annotated[CleanText, StringConstraints(min_length=1, max_length=120)]
    at: AwareDatetime | None = Field(default=None, description="When it was; now, unless given.")
    value: Annotated[Decimal, Field(ge=0, lt=10**12, decimal_places=2)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    robot: Robot | None = Field(default=None, description="Why it is no person's doing; then it never counts.")

    @model_validator(mode="after")
    def _priced(self) -> OutcomeInput:
        if (self.value is None) != (self.currency is None):
            raise ValueError("`value` and `currency` go together")
        if self.value is not None and self.kind != "conversion":
            raise ValueError("only a conversion has a value")
        return self


class OutcomesBody(BaseModel):
    """Many at once; each counts once, however often it is sent."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "decision_id": "7b0f3a52-6f0e-4a53-9d3e-0d1d2f4c8a11", "kind": "conversion",
                            "id": "pedido-1042", "value": "189.90", "currency": "BRL",
                        }
                    ]
                }
            ]
        },
    )  # fmt: skip

    items: Annotated[list[OutcomeInput], Field(min_length=1, max_length=MOST_OUTCOMES)]


class OutcomesAccepted(BaseModel):
    """They are kept for good, and counted about a second later."""

    accepted: int


class OutcomeRow(BaseModel):
    """What became of one variant on one rung. Everything but `robot_clicks` is people's doing.

    `decisions` are answers; those that many share come with `views`, one for each page view that told of itself.
    `exposures` and `clicks` count what was decided, however often it was then seen or clicked; `converted` are the
    decisions that any of `conversions` came of."""

    variant_id: UUID
    rung: str
    decisions: int = 0
    views: int = 0
    exposures: int = 0
    clicks: int = 0
    robot_clicks: int = 0
    conversions: int = 0
    converted: int = 0
    revenue: dict[str, Decimal] = Field(default_factory=dict, description="By currency.")
    unsubscribes: int = 0
    bounces: int = 0
    complaints: int = 0


class Side(BaseModel):
    """Leads that were treated alike: how many they are, how many of them bought, and what."""

    leads: int = 0
    decisions: int = 0
    converted: int = 0
    conversions: int = 0
    revenue: dict[str, Decimal] = Field(default_factory=dict, description="By currency.")


class HeldOut(BaseModel):
    """The leads that a campaign left out on purpose, and those to whom it said something. Who is who was drawn by lot,
    so what they bought may be compared. Readers of whom nothing is known are on neither side."""

    held_out: Side = Field(default_factory=Side)
    served: Side = Field(default_factory=Side)


class OutcomeReport(BaseModel):
    """By variant and rung, and those who were held out beside those who were not."""

    campaign: str
    items: list[OutcomeRow]
    holdout: HeldOut


def dedupe_of(kind: OutcomeKind, id_: str) -> str:
    """What an outcome is told apart by: the same one from a page, the API and an event counts once."""
    return f"{kind}:{id_[:120]}"


def outcome_row(
    workspace: UUID, decision: UUID, kind: OutcomeKind, id_: str, source: Source, at: Any, received_at: Any, **more: Any
) -> Mapping[str, Any]:
    """A row of outcomes, by its columns."""
    return {
        "workspace_id": workspace, "decision_id": decision, "kind": kind, "dedupe": dedupe_of(kind, id_),
        "source": source, "at": at, "received_at": received_at, "value": None, "currency": None, "robot": None,
        "properties": {}, **more,
    }  # fmt: skip
