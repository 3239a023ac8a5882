"""What a workspace allows itself: consent purposes and their legal bases, quiet hours, caps, how long data is kept."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from service.leads.models import COMMUNICATIONS, PROFILING, Basis, Channel, CleanText

CHANNELS: tuple[Channel, ...] = get_args(Channel)
REPORTING = "analytics.reporting.content_performance"
TRAINING = "train_ai_system"

DAY_LIMIT = 3_650
Days = Annotated[int, Field(ge=1, le=DAY_LIMIT)]


class Purpose(BaseModel):
    """A purpose that data may be used for, on which legal bases, and what holds where a lead's ledger says nothing."""

    model_config = ConfigDict(extra="forbid")

    bases: Annotated[list[Basis], Field(min_length=1)]
    label: Annotated[CleanText, Field(max_length=200)] | None = None
    notice_version: Annotated[CleanText, Field(max_length=100)] | None = None


def _purposes() -> dict[str, Purpose]:
    communications = {f"{COMMUNICATIONS}.{channel}": Purpose(bases=list(get_args(Basis))) for channel in CHANNELS}
    return communications | {
        PROFILING: Purpose(bases=list(get_args(Basis))),
        REPORTING: Purpose(bases=["consent", "legitimate_interest"]),
        TRAINING: Purpose(bases=["consent"]),
    }


_HOURS = r"^([01]\d|2[0-3]):[0-5]\d(:00)?$"


def _local(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_HOURS, value):
        raise ValueError("write hours and minutes, such as 21:00; they are those of the workspace's time zone")
    return value


LocalTime = Annotated[
    time,
    BeforeValidator(_local),
    PlainSerializer(lambda moment: f"{moment:%H:%M}", return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _HOURS}),
]


class QuietHours(BaseModel):
    """Local times between which nobody is written to, over midnight where `start` is later than `end`."""

    model_config = ConfigDict(extra="forbid")

    start: LocalTime = time(21)
    end: LocalTime = time(9)


class Retention(BaseModel):
    """After how many days data is thrown away; null keeps it."""

    model_config = ConfigDict(extra="forbid")

    events: Days | None = 730
    anonymous_events: Days | None = 90
    drafts: Days | None = 180
    jobs: Days | None = 30
    decisions: Days | None = 730


class Policy(BaseModel):
    """The defaults are those of a careful Brazilian sender.

    `weekly_cap` is how many messages a lead gets in seven days in one channel, `weekly_caps` says otherwise for some.
    `minors` is what leads under 18, and with `unknown_age_is_minor` those of no known age, get: anything, or contextual
    copy only, for which nothing of them is used.
    """

    model_config = ConfigDict(extra="forbid")

    purposes: Annotated[dict[str, Purpose], Field(max_length=100)] = Field(default_factory=_purposes)
    quiet_hours: QuietHours | None = Field(default_factory=QuietHours)
    weekly_cap: Annotated[int, Field(ge=0, le=1_000)] = 3
    weekly_caps: dict[Channel, Annotated[int, Field(ge=0, le=1_000)]] = Field(default_factory=dict)
    minors: Literal["any", "contextual"] = "contextual"
    unknown_age_is_minor: bool = False
    retention: Retention = Field(default_factory=Retention)

    @model_validator(mode="after")
    def _named_well(self) -> Self:
        for name in self.purposes:
            if not all(part and part.replace("_", "").isalnum() for part in name.split(".")) or len(name) > 100:
                raise ValueError(f"purpose {name[:80]!r}: write it like marketing.communications.email")
        return self

    def cap(self, channel: Channel) -> int:
        """How many messages a week in that channel."""
        return self.weekly_caps.get(channel, self.weekly_cap)
