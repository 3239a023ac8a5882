"""What people say about a variant to each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from service.leads.models import CleanText
from service.leads.wordings import stripped

MOST_COMMENTS = 500
LONGEST_COMMENT = 2_000


class Comment(NamedTuple):
    """Something that was said about a variant, or about one of its fields, while it was that revision."""

    id: UUID
    variant_id: UUID
    revision: str
    field: str | None
    author: str
    text: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


class CommentBody(BaseModel):
    """A comment on the whole variant, or on one `field` of it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"field": "subject", "text": "Cabe sem a exclamação?"}]}
    )

    text: Annotated[CleanText, BeforeValidator(stripped), Field(min_length=1, max_length=LONGEST_COMMENT)]
    field: Annotated[CleanText, Field(max_length=40)] | None = None


class CommentView(BaseModel):
    """A comment. `revision` is what stood in the variant when it was said; `resolved_at` is null while it is open."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    variant_id: UUID
    revision: str
    field: str | None
    author: str
    text: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


class Comments(BaseModel):
    """All comments on a variant, the oldest first."""

    items: list[CommentView]
