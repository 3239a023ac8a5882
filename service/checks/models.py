"""What checks report: claims, each with the evidence that supports it or none, and findings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Severity = Literal["block", "warn"]
ClaimKind = Literal[
    "price", "percent", "date", "quantity", "scarcity", "superlative", "guarantee", "scope", "entity", "link",
    "statement",
]  # fmt: skip
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class Companion(BaseModel):
    """What never comes alone: a price of an offer in instalments, without them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: Literal["price"] = "price"
    beside: Literal["installments"] = "installments"


class Terms(BaseModel):
    """Words a workspace never wants in its copy, words that each piece of copy must hold, and what has to stand beside
    what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    banned: Annotated[tuple[Term, ...], Field(max_length=200)] = ()
    required: Annotated[tuple[Term, ...], Field(max_length=20)] = ()
    companions: Annotated[tuple[Companion, ...], Field(max_length=5)] = ()


class Support(BaseModel):
    """Where evidence says so: `quote` from its title, its text or its terms; `start` and `end` where it is the text.

    `fact` names the offer's fact that says it. `derived` means that it follows from there by arithmetic, or from what
    is said there and the clock.
    """

    evidence: str
    content_id: str
    version: int
    quote: str = ""
    start: int | None = None
    end: int | None = None
    fact: str | None = None
    derived: bool = False


class Claim(BaseModel):
    """Something that copy states, found by the checks: where it stands, what it comes to, and what supports it.

    `value` is the statement in one spelling, such as `BRL 44.90`, `15%`, `2026-11-30` or `8 episodes`. Any one of
    `support` is enough; none means that no evidence says so, and `expired` that only evidence did which holds no more.
    It is true from `true_from` (included) until `true_until` (excluded): "tomorrow" is true for one day.
    """

    kind: ClaimKind
    field: str
    start: int
    end: int
    text: str
    value: str
    support: list[Support] = Field(default_factory=list)
    expired: bool = False
    true_from: datetime | None = None
    true_until: datetime | None = None
    fix: str | None = Field(default=None, exclude=True)

    @property
    def bound(self) -> bool:
        """Whether evidence that holds says so."""
        return bool(self.support)


class Finding(BaseModel):
    """Something wrong in a field: `quote` is the offending text, `start` and `end` where it stands in the field.

    `fix` says what would mend it; `replacement` is text that could stand in place of the quote, where there is one.
    """

    code: str
    severity: Severity
    field: str
    start: int = 0
    end: int = 0
    quote: str = ""
    message: str
    fix: str | None = None
    replacement: str | None = None


class Examined(BaseModel):
    """What came of all checks over one piece of copy."""

    claims: list[Claim]
    findings: list[Finding]
