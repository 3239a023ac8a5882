"""A link by which others read copy without signing in: legal, or a client. It shows no lead's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.leads.models import CleanText

LASTS = timedelta(days=7)
MOST_VARIANTS = 50
State = Literal["open", "revoked", "expired"]


class LinkInput(BaseModel):
    """What to show, and what the link is called among ourselves."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Jurídico", "variants": ["7d1f0c1e-3a9b-4a57-9c0e-0f6a1f6a7b10"]}]},
    )

    name: Annotated[CleanText, Field(min_length=1, max_length=200)]
    variants: Annotated[list[UUID], Field(min_length=1, max_length=MOST_VARIANTS)]


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """A link as it is kept: never its secret. `opened` counts how often somebody looked."""

    id: UUID
    workspace: UUID
    name: str
    variants: list[UUID]
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    opened_at: datetime | None

    def state(self, now: datetime) -> State:
        """Whether it still opens anything."""
        if self.revoked_at is not None:
            return "revoked"
        return "open" if now < self.expires_at else "expired"


class LinkView(BaseModel):
    """A link, without the secret in its address. `state` is `open`, `revoked` or `expired`."""

    id: UUID
    name: str
    variants: list[UUID]
    state: State
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    opened_at: datetime | None

    @classmethod
    def of(cls, link: ReviewLink, now: datetime) -> LinkView:
        """As it stands now."""
        return cls(
            id=link.id, name=link.name, variants=link.variants, state=link.state(now), created_by=link.created_by,
            created_at=link.created_at, expires_at=link.expires_at, revoked_at=link.revoked_at, opened=link.opened,
            opened_at=link.opened_at,
        )  # fmt: skip


class LinkMade(LinkView):
    """A new link with its address, which is told this once."""

    url: str


class LinkList(BaseModel):
    """The workspace's links, the newest first."""

    items: list[LinkView]
