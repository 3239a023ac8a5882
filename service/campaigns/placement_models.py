"""Placements: named places in a site or app where banners or popups show."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.audiences.models import Name, Slug

MOST_CAMPAIGNS_OF_ONE = 20


class PlacementBody(BaseModel):
    """What a placement shows: a channel, and the campaigns that are asked in turn. The first that has something to say
    does."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Topo da página", "channel": "banner", "campaigns": ["semana-do-cafe"]}]
        },
    )

    name: Name
    channel: Literal["banner", "popup"]
    campaigns: Annotated[list[Slug], Field(max_length=MOST_CAMPAIGNS_OF_ONE)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.campaigns)) < len(self.campaigns):
            raise ValueError("campaigns names one of them twice")
        return self


class Placement(BaseModel):
    """A placement as it is kept."""

    id: UUID = Field(exclude=True)
    key: str
    name: str
    channel: Literal["banner", "popup"]
    campaigns: list[str]
    created_at: datetime
    updated_at: datetime
