"""Scores and what they are learnt from, as data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.leads.models import CleanText
from service.learning.measuring import Measures
from service.types import JsonScalar

ScoreKind = Literal["fit", "intent"]
KINDS: tuple[ScoreKind, ...] = ("fit", "intent")


class EventTarget(BaseModel):
    """That the lead does this within so many days. A model for it gives the intent score."""

    model_config = ConfigDict(extra="forbid")

    event: Annotated[CleanText, Field(min_length=1, max_length=200)] = "Order Completed"
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 30


class TraitTarget(BaseModel):
    """That a trait has this value. A model for it gives the fit score."""

    model_config = ConfigDict(extra="forbid")

    trait: Annotated[CleanText, Field(min_length=1, max_length=64)]
    value: JsonScalar


class Training(BaseModel):
    """What to learn, and whether a model that is better than chance serves at once. The same seed and data give the
    same model."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"target": {"event": "Order Completed", "horizon_days": 30}}]},
    )

    target: EventTarget | TraitTarget = Field(default_factory=EventTarget)
    activate: bool = True
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0

    @property
    def kind(self) -> ScoreKind:
        """Which score the model gives."""
        return "intent" if isinstance(self.target, EventTarget) else "fit"


class Reason(BaseModel):
    """One thing that moved a score, and by how many points of 100; `text` says it in the workspace's language."""

    attribute: str
    points: float
    text: str


class Score(BaseModel):
    """From 0 to 100, None where there is none: `why_not` says why. `model` is the version of the model that gave it,
    or `rules`; a model's score is the chance in percent."""

    value: float | None
    reasons: list[Reason] = Field(default_factory=list)
    model: int | Literal["rules"] | None = None
    why_not: str | None = None


class Scores(BaseModel):
    """Both scores of a lead at a moment. `fit` says how well the lead suits, `intent` how likely it is to act now."""

    fit: Score
    intent: Score
    at: datetime


class Counts(BaseModel):
    """What was learnt from. A lead stands in several rows where its history was looked at on several days."""

    leads: int
    rows: int
    positives: int
    without_training_consent: int
    without_profiling_consent: int
    trained_on: int
    held_back: int


class ModelReport(BaseModel):
    """How good a model is, measured on the newest fifth of the rows, which it had not seen; `baseline` is a logistic
    regression on the same columns. The model that serves was trained in the same way on all rows."""

    target: EventTarget | TraitTarget
    measures: Measures
    baseline: Measures
    features: list[str]
    left_out: dict[str, str]
    counts: Counts
    first: datetime
    last: datetime
    seed: int
    contract_version: int


class ModelView(BaseModel):
    """A model's version, which score it gives, whether it serves, and its figures in brief."""

    id: UUID
    version: int
    kind: ScoreKind
    active: bool
    target: dict[str, Any]
    auc: float
    ece: float
    created_at: datetime
