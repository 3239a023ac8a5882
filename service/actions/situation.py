"""Everything that a choice of the next action rests on, gathered beforehand: choosing itself looks nothing up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from service.actions.models import DIRECT, AgainstReason, DirectChannel, Occasion
from service.actions.moments import FLAT
from service.content.models import Kind
from service.privacy.policy import Policy
from service.profile.models import Value
from service.profile.store import Subject
from service.types import Locale

Found = Literal["in_cart", "liked_product", "liked_category", "fits_best", "newest_offer"]
"""How a candidate was found; the strongest reason comes first."""
FOUND: tuple[Found, ...] = ("in_cart", "liked_product", "liked_category", "fits_best", "newest_offer")


class Against(NamedTuple):
    """Why something is turned down, and what its wording needs."""

    code: AgainstReason
    values: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A content item that the message could be about."""

    content_id: str
    title: str
    kind: Kind
    locale: str
    found: Found
    url: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Crowd:
    """What the others do, whom a lead's own habits are shrunk towards: the share of human clicks by local hour, and
    messages sent and clicked by channel. `of` is the audience they are in, None for the whole workspace."""

    hours: Sequence[float] = FLAT
    sent: Mapping[DirectChannel, int] = field(default_factory=dict)
    clicked: Mapping[DirectChannel, int] = field(default_factory=dict)
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """A lead, what could be done, and the rules.

    `values` are what may choose for the lead (`visible`). `contextual` says why nothing of what the lead did may be
    used, None where it may. `bought` and `shown` hold content ids and titles in small letters. `zone` is the lead's.
    """

    subject: Subject
    values: Mapping[str, Value]
    policy: Policy
    now: datetime
    zone: ZoneInfo
    locale: Locale
    occasion: Occasion = "discover"
    contextual: Literal["no_profiling", "minor"] | None = None
    channels: Sequence[DirectChannel] = DIRECT
    objective: str | None = None
    tone: str | None = None
    candidates: Sequence[Candidate] = ()
    crowd: Crowd = field(default_factory=Crowd)
    bought: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    audience: str | None = None
