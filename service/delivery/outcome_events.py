"""Outcomes from what Segment's clients and e-mail providers tell: kept in the transaction that keeps the event.

An event names its decision (`decision_id`), or the variant in `utm_content`, as every link of ours does; an order
belongs to the lead's last decision within seven days before it, also one that held it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.delivery.outcome_models import WITHIN, OutcomeKind, outcome_row
from service.delivery.outcome_store import Made, OutcomeStore
from service.events.models import Event

KINDS: Mapping[str, OutcomeKind] = {
    "Experiment Viewed": "exposure", "Email Link Clicked": "click", "Order Completed": "conversion",
    "Unsubscribed": "unsubscribe", "Email Bounced": "bounce", "Email Marked as Spam": "complaint",
}  # fmt: skip
"""Which events are outcomes; an e-mail that was opened is none."""

_OF_THE_LAST_MAIL = frozenset(("unsubscribe", "bounce", "complaint"))
_LARGEST = Decimal(10) ** 12


class _Told(NamedTuple):
    """An event that is an outcome, and what it says of what it belongs to."""

    kind: OutcomeKind
    event: Event
    lead: UUID | None
    decision: UUID | None
    variant: UUID | None


async def keep_outcomes(
    connection: AsyncConnection, workspace: UUID, stored: Iterable[tuple[Event, UUID | None]], now: datetime
) -> int:
    """Keep the outcomes among these events, with the leads that they belong to; how many are new."""
    told = [_told(event, lead) for event, lead in stored if event.type == "track" and event.name in KINDS]
    if not told:
        return 0
    store = OutcomeStore(connection, workspace)
    loose = [one for one in told if one.decision is None and one.lead is not None]
    made: Mapping[UUID, Sequence[Made]] = {}
    if loose:
        leads = {one.lead for one in loose if one.lead is not None}
        made = await store.made_for(leads, min(one.event.occurred_at for one in loose))
    rows = []
    for one in told:
        decision = one.decision or _belongs(one, made.get(one.lead, ()) if one.lead else ())
        if decision is not None:
            rows.append(_row(workspace, one, decision, now))
    return await store.keep(rows)


def _told(event: Event, lead: UUID | None) -> _Told:
    said = event.properties
    decision = _id(said.get("decision_id")) or _id(event.context.get("decision_id"))
    return _Told(KINDS[event.name], event, lead, decision, _variant(event))


def _variant(event: Event) -> UUID | None:
    """The variant that it names: as an experiment's variation, or as links of ours do."""
    said, campaign = event.properties, event.context.get("campaign")
    for given in (
        said.get("variation_id"), said.get("utm_content"), campaign.get("content") if campaign else None,
        _marked(said.get("link_url")),
    ):  # fmt: skip
        if (found := _id(given)) is not None:
            return found
    return None


def _belongs(one: _Told, made: Sequence[Made]) -> UUID | None:
    """The last decision before it that it can be of."""
    at = one.event.occurred_at
    before = [decision for decision in made if at - WITHIN <= decision.at <= at]
    same = [decision for decision in before if decision.variant is not None and decision.variant == one.variant]
    if same or one.kind in ("exposure", "click"):
        return same[0].id if same else None
    if one.kind in _OF_THE_LAST_MAIL:  # whoever was held out got none
        before = [decision for decision in before if decision.channel == "email" and decision.variant is not None]
    return before[0].id if before else None


def _row(workspace: UUID, one: _Told, decision: UUID, now: datetime) -> Mapping[str, Any]:
    said = one.event.properties
    order = said.get("order_id") if one.kind == "conversion" else None
    id_ = str(order) if isinstance(order, str | int) and str(order) else one.event.message_id
    value, currency = _money(said) if one.kind == "conversion" else (None, None)
    return outcome_row(
        workspace, decision, one.kind, id_, "event", one.event.occurred_at, now, robot=one.event.robot, value=value,
        currency=currency,
    )  # fmt: skip


def _money(said: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """What an order brought, in its currency; nothing where either is missing."""
    currency = said.get("currency")
    if not (isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha()):
        return None, None
    for name in ("revenue", "total", "value"):
        given = said.get(name)
        if isinstance(given, int | float | str) and not isinstance(given, bool):
            try:
                value = Decimal(str(given))
            except InvalidOperation:
                continue
            if value.is_finite() and 0 <= value < _LARGEST:
                return round(value, 2), currency.upper()
    return None, None


def _marked(link: Any) -> str | None:
    if not isinstance(link, str):
        return None
    try:
        return parse_qs(urlsplit(link).query).get("utm_content", [None])[0]
    except ValueError:
        return None


def _id(given: Any) -> UUID | None:
    if not isinstance(given, str):
        return None
    try:
        return UUID(given)
    except ValueError:
        return None
