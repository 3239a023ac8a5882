"""A campaign: a brief with its audiences, channels, control, start and end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from service.audiences.models import Name, Slug
from service.delivery.policy import UnknownRecipient, Utm
from service.errors import Conflict
from service.generation.models import MAX_VARIANTS, Brief
from service.leads.models import Channel
from service.types import Locale

Status = Literal["draft", "live", "paused", "ended"]
Step = Literal["launch", "pause", "end", "edit", "delete"]

MOST_AUDIENCES = 50

STEPS: Mapping[Step, Mapping[Status, Status]] = {
    "launch": {"draft": "live", "paused": "live", "live": "live"},
    "pause": {"live": "paused", "paused": "paused"},
    "end": {"draft": "ended", "live": "ended", "paused": "ended", "ended": "ended"},
    "edit": {"draft": "draft", "live": "live", "paused": "paused"},
    "delete": {"draft": "ended", "paused": "ended", "ended": "ended"},
}


class CampaignSettings(BaseModel):
    """Where a campaign differs from its workspace's `delivery`. `platform` is whose merge tags its copy is made for
    where the caller names none. `holdout` is the share of leads that get nothing on purpose, so that one can see what
    the campaign brings: a higher share holds out those of a lower one and more."""

    model_config = ConfigDict(extra="forbid")

    unknown_recipient: UnknownRecipient | None = None
    utm: dict[Channel, Utm] = Field(default_factory=dict)
    platform: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")] | None = None
    holdout: Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False)] = 0.0


class CampaignBody(BaseModel):
    """What a campaign says of itself. Of `audiences` the most wanted comes first: who is in several gets its copy. It
    is served from `starts_at` (included) until `ends_at` (excluded), at any time where they are left out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Semana do café",
                    "brief": {"objective": "Convidar para preparar um café melhor em casa"},
                    "channels": ["email", "banner"],
                    "audiences": ["coffee-lovers", "loyal"],
                    "ends_at": "2026-12-05T00:00:00-03:00",
                }
            ]
        },
    )

    name: Name
    brief: Brief
    channels: Annotated[list[Channel], Field(min_length=1, max_length=8)]
    audiences: Annotated[list[Slug], Field(max_length=MOST_AUDIENCES)] = Field(default_factory=list)
    locale: Locale | None = Field(default=None, description="The workspace's own unless given.")
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    settings: CampaignSettings = Field(default_factory=CampaignSettings)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be later than starts_at")
        for name, given in (("channels", self.channels), ("audiences", self.audiences)):
            if len(set(given)) < len(given):
                raise ValueError(f"{name} names one of them twice")
        return self


class CampaignInput(CampaignBody):
    """A new campaign, with the name that it has in addresses."""

    slug: Slug


class Campaign(BaseModel):
    """A campaign as it is kept. `version` counts writes, for `If-Match`."""

    id: UUID = Field(exclude=True)
    slug: str
    name: str
    brief: Brief
    channels: list[Channel]
    audiences: list[str]
    locale: Locale
    status: Status
    starts_at: datetime | None
    ends_at: datetime | None
    settings: CampaignSettings
    version: int
    created_at: datetime
    updated_at: datetime

    def after(self, step: Step) -> Status:
        """The status that the step leads to. Raises `Conflict` where it cannot be taken."""
        if self.status not in STEPS[step]:
            possible = ", ".join(name for name, steps in STEPS.items() if self.status in steps) or "nothing"
            raise Conflict(
                f"{self.slug!r} is {self.status} and cannot take `{step}`; it can take: {possible}.",
                code="campaign.state",
            )
        return STEPS[step][self.status]


class Generating(BaseModel):
    """What to write for a campaign: so many variants an audience and channel, less those that are there. Without
    `audiences` and `channels` all of the campaign's; its control always comes first."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"variants_per_audience": 2, "channels": ["email"]}]}
    )

    variants_per_audience: Annotated[int, Field(ge=1, le=MAX_VARIANTS)] = 2
    channels: Annotated[list[Channel], Field(min_length=1, max_length=8)] | None = None
    audiences: Annotated[list[Slug], Field(max_length=MOST_AUDIENCES)] | None = None
    writer: Literal["auto", "model", "composer"] = "auto"


def values_of(body: CampaignBody, locale: Locale) -> dict[str, Any]:
    """What of a campaign is kept as it was given, as columns."""
    kept = body.model_dump(mode="json", include={"name", "brief", "channels", "audiences", "settings"})
    return kept | {"locale": body.locale or locale, "starts_at": body.starts_at, "ends_at": body.ends_at}
