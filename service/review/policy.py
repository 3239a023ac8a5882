"""Who may approve copy, and what becomes of a draft before anybody looks at it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.checks.models import Finding, Severity
from service.leads.models import Channel

Route = Literal["auto_approve", "review", "never"]
Found = Literal["nothing", "warn", "block"]


class RouteRule(BaseModel):
    """Where drafts go: of these channels, and whose worst finding is one of these; of any where a list is left out."""

    model_config = ConfigDict(extra="forbid")

    channels: Annotated[list[Channel], Field(max_length=20)] | None = None
    findings: Annotated[list[Found], Field(max_length=3)] | None = None
    to: Route

    @model_validator(mode="after")
    def _nothing_blocked_is_approved(self) -> Self:
        if self.to == "auto_approve" and "block" in (self.findings or ()):
            raise ValueError("auto_approve: a draft with a finding that blocks is never approved")
        return self

    def fits(self, channel: str, worst: Found) -> bool:
        """Whether it says anything about such a draft."""
        return (self.channels is None or channel in self.channels) and (
            worst in self.findings if self.findings is not None else self.to != "auto_approve" or worst != "block"
        )


class ReviewPolicy(BaseModel):
    """How a workspace reviews.

    With `another_approves` nobody approves what they wrote. Of `routes` the first that fits a draft says where it goes:
    approved without anybody looking, to the reviewers, or never to be approved. Where none fits, people look.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "another_approves": True,
                    "routes": [{"channels": ["push", "banner"], "findings": ["nothing"], "to": "auto_approve"}],
                }
            ]
        },
    )

    another_approves: bool = False
    routes: Annotated[list[RouteRule], Field(max_length=50)] = Field(default_factory=list)


def route(policy: ReviewPolicy, channel: str, findings: Sequence[Finding]) -> Route:
    """Where a draft of that channel with those findings goes."""
    found = worst([finding.severity for finding in findings])
    return next((rule.to for rule in policy.routes if rule.fits(channel, found)), "review")


def worst(severities: Sequence[Severity]) -> Found:
    """The worst of what was found."""
    return "block" if "block" in severities else "warn" if severities else "nothing"
