"""What a model is trained on: leads as they were known on some day, and what they did then.

For an event, time is cut into windows of the horizon, the newest ending now; a lead is a row in each window at whose
start it was known, its history folded anew from the events until then. Traits have no history: they count as they are
today. For a trait nobody knows when it came to have its value, and behaviour may have come after; so only other traits
are features there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.tables import events
from service.errors import Invalid
from service.events.models import Event
from service.leads.contract import Contract, permits
from service.leads.domains import Enumeration, known_value
from service.leads.traits import value_of
from service.learning.features import Fact, row_of
from service.learning.models import EventTarget, TraitTarget
from service.learning.usable import usable
from service.privacy.policy import TRAINING
from service.profile.attributes import KINDS
from service.profile.history import History
from service.profile.store import Subject
from service.workspaces.models import Workspace

WINDOWS = 6
MOST_LEADS = 20_000
"""Of a bigger workspace so many leads are learnt from: any, since their ids are random."""


@dataclass
class Examples:
    """Rows, whether it happened, when that was, and which leads could not be learnt from."""

    rows: list[Mapping[str, Fact]] = field(default_factory=list)
    labels: list[bool] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    leads: set[UUID] = field(default_factory=set)
    without: Counter[str] = field(default_factory=Counter)

    def add(self, lead: UUID, row: Mapping[str, Fact], happened: bool, at: datetime) -> None:
        """One more row."""
        self.rows.append(row)
        self.labels.append(happened)
        self.times.append(at)
        self.leads.add(lead)


@dataclass(frozen=True, slots=True)
class Collector:
    """Turns leads with their events into examples."""

    target: EventTarget | TraitTarget
    contract: Contract
    workspace: Workspace
    now: datetime

    def collect(self, subjects: Sequence[Subject], done: Mapping[UUID, Sequence[Event]], into: Examples) -> None:
        """Add what those leads teach; `done` are their events, in any order."""
        local = self.now.astimezone(ZoneInfo(self.workspace.timezone))
        for subject in subjects:
            if not permits(subject.lead.consents, TRAINING, self.now):
                into.without["training"] += 1
            elif usable(subject, self.contract, self.workspace.policy, local).values is None:
                into.without["profiling"] += 1
            elif isinstance(self.target, TraitTarget):
                self._by_trait(subject, self.target, local, into)
            else:
                self._by_event(subject, self.target, done.get(subject.lead.id, ()), local, into)

    def _by_trait(self, subject: Subject, target: TraitTarget, local: datetime, into: Examples) -> None:
        value = value_of(subject.lead.traits, target.trait)
        if value is not None:
            row = self._row(subject, local, local)
            kept = {name: fact for name, fact in row.items() if name not in KINDS and name != target.trait}
            happened = _plain(self.contract, target.trait, value) == _plain(self.contract, target.trait, target.value)
            into.add(subject.lead.id, kept, happened, subject.lead.created_at)

    def _by_event(
        self, subject: Subject, target: EventTarget, done: Sequence[Event], local: datetime, into: Examples
    ) -> None:
        horizon = timedelta(days=target.horizon_days)
        ordered = sorted(done, key=lambda event: event.occurred_at)
        first = min([subject.lead.created_at, *(event.occurred_at for event in ordered[:1])])
        history, folded = History.of({}), 0
        for window in range(WINDOWS, 0, -1):
            cutoff = local - horizon * window
            while folded < len(ordered) and ordered[folded].occurred_at <= cutoff:
                history.add(ordered[folded])
                folded += 1
            if first <= cutoff:
                happened = any(
                    event.name == target.event and event.robot is None and event.occurred_at <= cutoff + horizon
                    for event in ordered[folded:]
                )
                as_known = replace(subject, history=History.of(history.data()), scores={})
                into.add(subject.lead.id, self._row(as_known, local, cutoff), happened, cutoff)

    def _row(self, subject: Subject, local: datetime, as_of: datetime) -> dict[str, Fact]:
        values = usable(subject, self.contract, self.workspace.policy, local, as_of).values
        return row_of(values or {}, self.contract, as_of)


async def events_of(connection: AsyncConnection, workspace: UUID, leads: Iterable[UUID]) -> dict[UUID, list[Event]]:
    """The events of those leads."""
    wanted = sa.select(events).where(events.c.workspace_id == workspace, events.c.lead_id.in_(list(leads)))
    found: dict[UUID, list[Event]] = defaultdict(list)
    for row in await connection.execute(wanted):
        found[row.lead_id].append(
            Event(
                row.message_id, row.type, row.name, row.occurred_at, row.source, row.properties, row.context, row.robot
            )
        )
    return found


def check_target(target: EventTarget | TraitTarget, contract: Contract) -> None:
    """Raises `Invalid` for a trait that the contract does not let choose: what is forbidden is not learnt either."""
    if isinstance(target, TraitTarget):
        attribute = contract.attributes.get(target.trait)
        if attribute is None or attribute.use not in ("select", "imply"):
            raise Invalid(
                f"The contract does not let {target.trait!r} select or imply, so nothing is learnt of it.",
                code="scores.target_forbidden",
            )


def left_out_by(contract: Contract) -> dict[str, str]:
    """The attributes that the contract keeps from being features, and why."""
    why = {"forbidden": "the contract forbids it", "mention": "the contract lets it be mentioned only"}
    return {name: why[use] for name, use in contract.uses.items() if use in why}


def _plain(contract: Contract, trait: str, value: object) -> object:
    domain = contract.attributes[trait].domain
    return known_value(domain, value) if isinstance(domain, Enumeration) else value
