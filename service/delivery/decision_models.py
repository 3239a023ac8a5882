"""Decisions as the API shows them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from service.audiences.models import Reason as Because
from service.delivery.models import Reason, Rung
from service.delivery.outcome_models import OutcomeKind, Source
from service.events.models import Robot
from service.types import Locale


class Became(BaseModel):
    """One outcome of a decision. `robot` says why it was no person's doing, where it was none's."""

    kind: OutcomeKind
    at: datetime
    value: Decimal | None
    currency: str | None
    source: Source
    robot: Robot | None


class DecisionRow(BaseModel):
    """A decision in a list: what was chosen, and nothing of the lead."""

    id: UUID
    at: datetime
    campaign: str
    placement: str | None
    channel: str
    platform: str | None
    variant: UUID | None
    revision: str | None
    locale: Locale | None
    rung: Rung
    audience: str | None
    reason: Reason | None
    propensity: float
    alternative: UUID | None
    evidence: list[tuple[str, int]]
    outcomes: list[Became] | None = Field(default=None, description="What became of it, where that is asked for.")


class DecisionPage(BaseModel):
    """Some decisions, the newest first."""

    items: list[DecisionRow]
    next_cursor: str | None


class DecisionDetail(BaseModel):
    """A receipt as it was written. `valid`: we signed exactly that. `erased`: its lead was erased, so nobody reads the
    sealed part again."""

    receipt: dict[str, Any] = Field(description="Canonical JSON: with its keys sorted and no spaces, what was signed.")
    signature: str
    valid: bool
    erased: bool


class Replay(BaseModel):
    """The decision made once more. What does not come out the same is a 409 that names it, so `matches` is true. `lot`
    are the variants that it was drawn from, each with its propensity."""

    receipt: dict[str, Any]
    signature: str
    matches: Literal[True] = True
    outputs: dict[str, str]
    lot: dict[UUID, float]


class Grounds(BaseModel):
    """An audience that the lead was in, and what of its condition holds for the lead: with the clock of that moment,
    and as far as the audience and the lead's data are still the same."""

    slug: str
    name: str | None
    from_context: bool = Field(description="The page or the visitor's segment put the reader in it, no lead's data.")
    reasons: list[Because]


class Rested(BaseModel):
    """A content item that the copy rests on, as it was."""

    content_id: str
    version: int
    title: str | None


class Explanation(BaseModel):
    """Why a lead got what it got, in the workspace's language (LGPD art. 20): `words` tell it from top to bottom."""

    id: UUID
    at: datetime
    lead: str | None = Field(description="Its external id.")
    locale: str
    words: list[str]
    rung: Rung
    reason: Reason | None
    variant: UUID | None
    alternative: UUID | None
    audience: Grounds | None
    consents: list[str]
    values: dict[str, str]
    rests_on: list[Rested]
