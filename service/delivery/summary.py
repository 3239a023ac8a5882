"""All campaigns beside each other: what was shown, clicked and bought on in the last weeks, and how it went. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from service.delivery.decide import WRITTEN_TO
from service.delivery.result_models import Rate
from service.delivery.results import rate
from service.leads.models import Channel

WEEKS = 12


class WeekRow(NamedTuple):
    """What came in one week of one campaign's decisions in a channel. `week` counts from 0, the oldest."""

    campaign: UUID
    channel: str
    week: int
    decisions: int
    exposures: int
    clicks: int
    converted: int


class Summary(NamedTuple):
    """A campaign in a line: how much was shown, the rates of that, and the rate of clicks week by week."""

    shown: int
    clicks: Rate
    conversions: Rate
    weeks: Sequence[Rate]


def starts_of(now: datetime) -> list[datetime]:
    """When each of the last weeks begins, the oldest first; the last one is the seven days up to now."""
    return [now - timedelta(weeks=WEEKS - week) for week in range(WEEKS)]


def summaries(rows: Iterable[WeekRow]) -> Mapping[UUID, Summary]:
    """By campaign."""
    by_campaign: dict[UUID, list[WeekRow]] = defaultdict(list)
    for row in rows:
        by_campaign[row.campaign].append(row)
    return {campaign: _summary(mine) for campaign, mine in by_campaign.items()}


def _summary(mine: Sequence[WeekRow]) -> Summary:
    shown, clicks = [0] * WEEKS, [0] * WEEKS
    for row in mine:
        shown[row.week] += _shown(row)
        clicks[row.week] += row.clicks
    of = sum(shown)
    return Summary(
        of, rate(sum(clicks), of), rate(sum(row.converted for row in mine), of),
        [rate(clicked, seen) for clicked, seen in zip(clicks, shown, strict=True)],
    )  # fmt: skip


def _shown(row: WeekRow) -> int:
    written_to = cast("Channel", row.channel) in WRITTEN_TO
    return row.decisions if written_to else max(row.exposures, row.clicks)
