"""Outcomes in the records of one workspace: what counts for each variant, and which decision an event belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.inserts import insert_missing
from service.db.tables import decisions, lead_keys, outcomes
from service.delivery.outcome_models import WITHIN, HeldOut, OutcomeRow, Side
from service.delivery.summary import WeekRow

_AT_ONCE = 500
_SHOWN = (outcomes.c.kind, outcomes.c.at, outcomes.c.value, outcomes.c.currency, outcomes.c.source, outcomes.c.robot)
_COUNTED = {
    "exposure": "exposures", "click": "clicks", "conversion": "conversions", "unsubscribe": "unsubscribes",
    "bounce": "bounces", "complaint": "complaints",
}  # fmt: skip


class Made(NamedTuple):
    """A decision that said something to a lead, or held it out and has no variant."""

    id: UUID
    variant: UUID | None
    channel: str
    at: datetime


class OutcomeStore:
    """The outcomes of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def keep(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Keep those that are not there yet; how many those were."""
        return len(await insert_missing(self._connection, outcomes, rows, outcomes.c.id))

    async def made_for(self, leads: Collection[UUID], since: datetime) -> dict[UUID, list[Made]]:
        """What was decided for these leads within `WITHIN` before that moment or later, the newest first. That a lead
        was held out is among it."""
        found: dict[UUID, list[Made]] = defaultdict(list)
        wanted = list(leads)
        for start in range(0, len(wanted), _AT_ONCE):
            rows = await self._connection.execute(
                sa.select(
                    lead_keys.c.lead_id, decisions.c.id, decisions.c.variant_id, decisions.c.channel, decisions.c.at
                )
                .join(decisions, decisions.c.key_id == lead_keys.c.id)
                .where(
                    lead_keys.c.workspace_id == self._workspace,
                    lead_keys.c.lead_id.in_(wanted[start : start + _AT_ONCE]),
                    decisions.c.workspace_id == self._workspace,
                    _SIDED,
                    decisions.c.at >= since - WITHIN,
                )
                .order_by(decisions.c.at.desc(), decisions.c.id)
            )
            for lead, *made in rows:
                found[lead].append(Made(*made))
        return found

    async def of(self, made: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
        """What became of these decisions, the oldest first."""
        found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for start in range(0, len(made), _AT_ONCE):
            some = outcomes.c.decision_id.in_(made[start : start + _AT_ONCE])
            wanted = sa.select(outcomes.c.decision_id, *_SHOWN).where(outcomes.c.workspace_id == self._workspace, some)
            for row in await self._connection.execute(wanted.order_by(outcomes.c.at, outcomes.c.id)):
                found[row.decision_id].append({column.name: getattr(row, column.name) for column in _SHOWN})
        return found

    async def report(self, campaign: UUID, since: datetime | None = None) -> list[OutcomeRow]:
        """What became of what that campaign said, by variant and rung; of decisions made since then."""
        mine = [*self._of(campaign, since), decisions.c.variant_id.is_not(None)]
        told: dict[tuple[UUID, str], OutcomeRow] = {}
        for variant, rung, count in await self._connection.execute(_DECIDED.where(*mine)):
            told[variant, rung] = OutcomeRow(variant_id=variant, rung=rung, decisions=count)
        for row in await self._connection.execute(_VIEWED.where(*mine)):
            one = told[row.variant_id, row.rung]
            one.views, one.decisions = row.views, one.decisions - row.views
        for row in await self._connection.execute(_BECAME.where(*mine)):
            _count(told[row.variant_id, row.rung], row)
        for variant, rung, count in await self._connection.execute(_CONVERTED.where(*mine)):
            told[variant, rung].converted = count
        return sorted(told.values(), key=lambda one: (one.rung, str(one.variant_id)))

    async def held_out(self, campaign: UUID, since: datetime | None = None) -> HeldOut:
        """The leads that were left out on purpose beside those that got something, by what they bought."""
        mine = [*self._of(campaign, since), decisions.c.key_id.is_not(None), _SIDED]
        told = {True: Side(), False: Side()}
        for held, made, leads in await self._connection.execute(_SIDES.where(*mine)):
            told[bool(held)].decisions, told[bool(held)].leads = made, leads
        for held, orders, buyers in await self._connection.execute(_BUYERS.where(*mine)):
            told[bool(held)].conversions, told[bool(held)].converted = orders, buyers
        for held, currency, value in await self._connection.execute(_REVENUE.where(*mine)):
            told[bool(held)].revenue[currency] = value
        return HeldOut(held_out=told[True], served=told[False])

    async def weeks(self, starts: Sequence[datetime]) -> list[WeekRow]:
        """What each campaign said since the first of those moments and what people did on it, week by week of deciding;
        what was seen before and has no decision any more counts for nothing."""
        mine = [decisions.c.workspace_id == self._workspace, decisions.c.at >= starts[0]]
        week = sa.case(
            *((decisions.c.at >= start, place) for place, start in reversed(list(enumerate(starts)))), else_=0
        )
        columns = (decisions.c.campaign_id, decisions.c.channel, week.label("week"), decisions.c.id)
        made = sa.select(*columns).where(*mine, decisions.c.variant_id.is_not(None)).subquery()
        of_people = sa.and_(
            outcomes.c.decision_id == made.c.id, outcomes.c.workspace_id == self._workspace, outcomes.c.robot.is_(None)
        )
        became = {
            name: sa.func.count(sa.distinct(sa.case((outcomes.c.kind == kind, made.c.id), else_=None)))
            for kind, name in (("exposure", "exposures"), ("click", "clicks"), ("conversion", "converted"))
        }
        grouped = (made.c.campaign_id, made.c.channel, made.c.week)
        counts = (sa.func.count(sa.distinct(made.c.id)), *became.values())
        joined = made.join(outcomes, of_people, isouter=True)
        rows = await self._connection.execute(sa.select(*grouped, *counts).select_from(joined).group_by(*grouped))
        return [WeekRow(*row) for row in rows]

    def _of(self, campaign: UUID, since: datetime | None) -> list[sa.ColumnElement[bool]]:
        mine = [decisions.c.workspace_id == self._workspace, decisions.c.campaign_id == campaign]
        return mine if since is None else [*mine, decisions.c.at >= since]


def _count(one: OutcomeRow, row: sa.Row[Any]) -> None:
    """Conversions count each, what was seen or clicked once a decision; robots' clicks apart, and nothing else of
    theirs."""
    if row.robot:
        one.robot_clicks += row.rows if row.kind == "click" else 0
        return
    name = _COUNTED[row.kind]
    setattr(one, name, getattr(one, name) + (row.rows if row.kind == "conversion" else row.decided))
    if row.currency:
        one.revenue[row.currency] = row.value


_SIDED = sa.or_(decisions.c.variant_id.is_not(None), decisions.c.reason == "holdout")
_DECIDED = sa.select(decisions.c.variant_id, decisions.c.rung, sa.func.count()).group_by(
    decisions.c.variant_id, decisions.c.rung
)
_JOINED = decisions.join(
    outcomes, sa.and_(outcomes.c.decision_id == decisions.c.id, outcomes.c.workspace_id == decisions.c.workspace_id)
)
_VIEWED = (
    sa.select(decisions.c.variant_id, decisions.c.rung, sa.func.count(sa.distinct(decisions.c.id)).label("views"))
    .select_from(_JOINED)
    .where(outcomes.c.source == "view")
    .group_by(decisions.c.variant_id, decisions.c.rung)
)
_ROBOT = outcomes.c.robot.is_not(None)
_BECAME = (
    sa.select(
        decisions.c.variant_id, decisions.c.rung, outcomes.c.kind, _ROBOT.label("robot"), outcomes.c.currency,
        sa.func.count().label("rows"), sa.func.count(sa.distinct(decisions.c.id)).label("decided"),
        sa.func.sum(outcomes.c.value).label("value"),
    )
    .select_from(_JOINED)
    .group_by(decisions.c.variant_id, decisions.c.rung, outcomes.c.kind, _ROBOT, outcomes.c.currency)
)  # fmt: skip
_ORDERED = (outcomes.c.kind == "conversion", outcomes.c.robot.is_(None))
_CONVERTED = (
    sa.select(decisions.c.variant_id, decisions.c.rung, sa.func.count(sa.distinct(decisions.c.id)))
    .select_from(_JOINED)
    .where(*_ORDERED)
    .group_by(decisions.c.variant_id, decisions.c.rung)
)
_HELD = decisions.c.variant_id.is_(None)
_SIDES = sa.select(_HELD, sa.func.count(), sa.func.count(sa.distinct(decisions.c.key_id))).group_by(_HELD)
_BUYERS = (
    sa.select(_HELD, sa.func.count(), sa.func.count(sa.distinct(decisions.c.key_id)))
    .select_from(_JOINED)
    .where(*_ORDERED)
    .group_by(_HELD)
)
_REVENUE = (
    sa.select(_HELD, outcomes.c.currency, sa.func.sum(outcomes.c.value))
    .select_from(_JOINED)
    .where(*_ORDERED, outcomes.c.currency.is_not(None))
    .group_by(_HELD, outcomes.c.currency)
)
