"""Who is told what, and the messages that tell it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple, Self, get_args
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

EventType = Literal["variant.approved", "variant.rejected", "variant.quarantined", "run.finished", "lead.action"]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)

TEST = "subscription.test"
"""The type of a message that tells of nothing."""

OVERLAP = timedelta(hours=24)
"""How long messages are signed with the earlier secret as well, once there is a new one."""

State = Literal["waiting", "delivered", "failed"]

Url = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Events = Annotated[list[EventType], Field(min_length=1, max_length=len(EVENT_TYPES))]


class SubscriptionInput(BaseModel):
    """Where to send, and what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://loja.example/sobmedida", "events": ["variant.approved"]}]},
    )

    url: Url
    events: Events = Field(default_factory=lambda: list(EVENT_TYPES))


class SubscriptionPatch(BaseModel):
    """What is to be changed; what is left out stays. `enabled` begins anew after lasting failure."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"enabled": True}]})

    url: Url | None = None
    events: Events | None = None
    enabled: bool | None = None


class Subscription(BaseModel):
    """A subscription without its secret. `failing_since` is when its receiver last stopped answering, null where it
    answers; `disabled_reason` is why nothing is sent any more."""

    id: UUID
    url: str
    events: list[EventType]
    enabled: bool
    disabled_reason: str | None
    failing_since: datetime | None
    created_at: datetime


class NewSubscription(Subscription):
    """With the secret that signs, which is shown this once."""

    secret: str


class SubscriptionList(BaseModel):
    """Every subscription."""

    items: list[Subscription]


class Delivery(BaseModel):
    """A message to one subscription. Its `id` is what the receiver gets as `webhook-id`, at every try the same."""

    id: UUID
    type: str
    payload: dict[str, Any]
    state: State
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime


class DeliveryPage(BaseModel):
    """The newest first."""

    items: list[Delivery]
    next_cursor: str | None


class Secrets(NamedTuple):
    """What messages are signed with; for a while also the secret before it, so that nobody misses one in between."""

    current: str
    earlier: str | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """As they are kept."""
        current, *before = text.split(" ")
        return cls(current, before[0], datetime.fromisoformat(before[1])) if before else cls(current)

    def text(self) -> str:
        """To keep them."""
        return f"{self.current} {self.earlier} {self.until.isoformat()}" if self.until else self.current

    def good(self, now: datetime) -> list[str]:
        """Those to sign with now."""
        earlier = [self.earlier] if self.earlier and self.until and now < self.until else []
        return [self.current, *earlier]

    def rotated(self, fresh: str, now: datetime) -> Secrets:
        """With another one from now on."""
        return Secrets(fresh, self.current, now + OVERLAP)


class Happening(NamedTuple):
    """Something that happened, named by a text that is its own for good. `data` holds ids and nothing else."""

    workspace: UUID
    type: EventType
    name: str
    at: datetime
    data: dict[str, Any]

    def message(self, subscription: UUID) -> UUID:
        """The message of it to that subscription: the same one whoever derives it, and however often."""
        return uuid5(subscription, f"{self.type} {self.name}")

    def payload(self) -> dict[str, Any]:
        """As it is sent: thin, so that the receiver asks for what it may see."""
        return {"type": self.type, "timestamp": self.at.isoformat(), "data": self.data}
