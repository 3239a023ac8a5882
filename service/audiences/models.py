"""An audience: a named micro-segment, and what may be told of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from service.leads.models import CleanText

Condition = dict[str, Any]
"""In the `growthbook` package's language: `{"orders_365d": {"$gte": 3}}`. An empty one holds for everyone."""

Origin = Literal["custom", "ready", "cluster"]

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"
Slug = Annotated[str, Field(pattern=SLUG, examples=["coffee-lovers"])]
Name = Annotated[
    CleanText,
    BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value),
    Field(min_length=1, max_length=200),
]


class AudienceBody(BaseModel):
    """What an audience says of itself. `parent` is the slug of a broader one, whose copy serves where this has none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Loyal in Recife", "condition": {"orders_365d": {"$gte": 3}, "city": "Recife"}}]
        },
    )

    name: Name
    condition: Condition
    parent: Slug | None = None


class AudienceInput(AudienceBody):
    """A new audience, with the name that it has in addresses."""

    slug: Slug
    origin: Origin = "custom"


class Audience(BaseModel):
    """An audience as it is kept."""

    id: UUID = Field(exclude=True)
    slug: str
    name: str
    condition: Condition
    parent: str | None
    origin: Origin
    created_at: datetime
    updated_at: datetime


class Reason(BaseModel):
    """One part of a condition that holds for a lead, in words: `itens no carrinho: 2 (mais de 0)`."""

    attribute: str
    text: str
