"""Events into the records: who they are about, what they say of them, and what that changes.

Everything that a batch does, it does in one transaction. Whoever is told that an event was taken may rely on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.changes import ChangeKind
from service.db.engine import Database
from service.delivery.outcome_events import keep_outcomes
from service.errors import StorageUnavailable
from service.events.merging import merge
from service.events.models import Event, Incoming, Ingested, Kept
from service.events.people import Merge, People, Person, Saying, names_in
from service.events.said import said_by, usable
from service.events.shape import without_nul
from service.events.store import EventStore, HistoryStore
from service.leads.arrivals import Arrival
from service.leads.models import PROFILING, Consent, LeadInput
from service.leads.store import LeadStore
from service.profile.history import History
from service.workspaces.models import Workspace

_ATTEMPTS = 3
_BRIEF = 200  # events that are stored in less than 50 ms
_OVERTAKEN = frozenset(("23503", "23505", "40001", "40P01"))  # a lead erased meanwhile, a name taken, a deadlock


class _Overtaken(Exception):
    """Somebody else took a name between our looking and our taking it."""


async def ingest(database: Database, workspace: Workspace, incoming: Sequence[Incoming], now: datetime) -> Ingested:
    """Keep events, each once by its message id, and all that follows from them.

    Where an import or an erasure of the same leads gets in between, which only PostgreSQL lets happen, it starts over
    with what they left. Raises `StorageUnavailable` when that happens again and again.
    """
    incoming = _storable(incoming)
    for _ in range(_ATTEMPTS):
        try:
            async with database.write(brief=len(incoming) <= _BRIEF) as connection:
                return await _Ingestion(connection, workspace, now).take(incoming)
        except _Overtaken:
            continue
        except (DBAPIError, StorageUnavailable) as error:
            told = error if isinstance(error, DBAPIError) else error.__cause__
            if getattr(getattr(told, "orig", None), "sqlstate", None) not in _OVERTAKEN:
                raise
    raise StorageUnavailable("Others were changing the same leads all the time; send the events again.", retry_after=1)


class _Ingestion:
    """One batch in its transaction."""

    def __init__(self, connection: AsyncConnection, workspace: Workspace, now: datetime) -> None:
        self._connection = connection
        self._workspace = workspace
        self._now = now
        self._leads = LeadStore(connection, workspace.id)
        self._events = EventStore(connection, workspace.id)
        self._histories = HistoryStore(connection, workspace.id)

    async def take(self, incoming: Sequence[Incoming]) -> Ingested:
        """In this order: whose the events are, what they say of those, the events themselves, the leads that become
        one, and what all of them have done by then."""
        await self._events.one_at_a_time()
        batch = await self._fresh(incoming)
        people = People(await self._leads.named(names_in(batch)))
        owners = people.owners(batch)
        devices = {value: person for (kind, value), person in people.claims.items() if kind == "anonymous_id"}
        found = await self._events.orphans(devices)
        orphans = [(kept.event, devices[kept.anonymous_id or ""]) for kept in found]
        heard = _heard(batch, owners, orphans)
        written = await self._write(heard)
        if not await self._leads.claim({name: _id(person) for name, person in people.claims.items()}):
            raise _Overtaken
        await self._insert(batch, owners)
        told = ((one.event, owner.id if owner else None) for one, owner in zip(batch, owners, strict=True))
        await keep_outcomes(self._connection, self._workspace.id, told, self._now)
        left = {kept.anonymous_id for kept in found}  # most devices that are new left nothing, and to ask is not free
        await self._events.adopt({device: _id(person) for device, person in devices.items() if device in left})
        stored = [(one.event, owner) for one, owner in zip(batch, owners, strict=True)]
        moved = await self._merge(people.merges)
        folded = await self._remember([*stored, *orphans], moved)
        touched = {*written, *moved, *moved.values()}
        await self._announce("lead", touched)
        await self._announce("consent", {_id(person) for person in heard if person.consents} | set(moved.values()))
        await self._announce("event", folded)
        unmatched = sum(owner is None and not one.who.anonymous_id for one, owner in zip(batch, owners, strict=True))
        return Ingested(len(batch), len(incoming) - len(batch), len((touched | folded) - moved.keys()), unmatched)

    async def _fresh(self, incoming: Sequence[Incoming]) -> list[Incoming]:
        """Those that are not stored yet, each once: the first of several."""
        named: dict[str, Incoming] = {}
        for one in incoming:
            named.setdefault(one.event.message_id, one)
        there = await self._events.there(named)
        return [one for message_id, one in named.items() if message_id not in there]

    async def _write(self, heard: Iterable[Person]) -> set[UUID]:
        """Bring the leads up to what was said of them; makes those that are new."""
        heard = list(heard)
        await self._respect_gpc([person for person in heard if person.gpc_at])
        earlier = await self._said_since(heard)
        arrivals = {}
        for person in heard:
            traits = person.laid(earlier.get(person.id, ()))
            if person.changed_by(traits):
                arrivals[person.external_id] = Arrival(
                    LeadInput(
                        external_id=person.external_id,
                        traits=traits,
                        locale=person.new_locale,
                        consents=person.consents,
                    )
                )
        if not arrivals:
            return set()
        locale = self._workspace.default_locale
        laid = list(arrivals.values())
        written = await self._leads.put_many(laid, self._now, default_locale=locale, announce=False)
        for person in heard:
            person.id = written.ids.get(person.external_id, person.id)
        return set(written.ids.values())

    async def _said_since(self, heard: Sequence[Person]) -> Mapping[UUID | None, list[Saying]]:
        """What was said of those for whom something arrives late: calls that were made after, and came before it."""
        found: dict[UUID | None, list[Saying]] = defaultdict(list)
        news = {
            person.id: min(saying.at for saying in person.said)
            for person in heard
            if person.id and person.differs(person.laid())
        }
        if news:
            for kept in await self._events.said_since(news.keys(), min(news.values())):
                event = kept.event
                traits = said_by(event.type, event.properties).traits
                found[kept.lead].append(Saying(event.occurred_at, event.message_id, traits))
        return found

    async def _respect_gpc(self, asking: Sequence[Person]) -> None:
        """A browser that asks for privacy is a refusal of profiling, once: until the lead agrees to it later."""
        known = await self._leads.by_ids([person.id for person in asking if person.id]) if asking else []
        rulings = {lead.id: consent for lead in known for consent in lead.consents if consent.purpose == PROFILING}
        for person in asking:
            ruling = rulings.get(person.id) if person.id else None
            at = person.gpc_at or self._now
            if ruling is None or (ruling.status not in ("denied", "revoked") and ruling.collected_at < at):
                person.consents.append(
                    Consent(purpose=PROFILING, basis="consent", status="denied", source="gpc", collected_at=at)
                )

    async def _insert(self, batch: Sequence[Incoming], owners: Sequence[Person | None]) -> None:
        await self._events.insert(
            [
                Kept(one.event, _id(owner) if owner else None, one.who.anonymous_id, self._now)
                for one, owner in zip(batch, owners, strict=True)
            ]
        )

    async def _merge(self, merges: Sequence[Merge]) -> dict[UUID, UUID]:
        """The leads that are no more, each with the one that it became."""
        moved: dict[UUID, UUID] = {}
        for one in merges:
            previous, into = _now_called(_id(one.previous), moved), _now_called(_id(one.into), moved)
            if previous != into:
                await merge(self._connection, self._workspace.id, previous, into, self._now)
                moved[previous] = into
        return moved

    async def _remember(self, done: Iterable[tuple[Event, Person | None]], moved: Mapping[UUID, UUID]) -> set[UUID]:
        """Fold the events into the histories of their leads."""
        fresh: dict[UUID, list[Event]] = defaultdict(list)
        merged = {_now_called(lead, moved) for lead in moved}
        for event, owner in done:
            if owner is not None and event.robot is None and _now_called(_id(owner), moved) not in merged:
                fresh[_id(owner)].append(event)
        kept = await self._histories.of(fresh) if fresh else {}
        for lead in merged:
            fresh[lead] = await self._events.all_of(lead)
        await self._histories.put({lead: _folded(kept.get(lead), happened) for lead, happened in fresh.items()})
        return set(fresh)

    async def _announce(self, kind: ChangeKind, leads: Iterable[UUID]) -> None:
        """Last of all, since on PostgreSQL whoever has appended keeps all others from appending until it ends."""
        await changes.append(self._connection, self._workspace.id, kind, sorted(leads), self._now)


def _heard(
    batch: Sequence[Incoming], owners: Sequence[Person | None], orphans: Sequence[tuple[Event, Person]]
) -> list[Person]:
    """Everybody of whom the batch says something, with what it says."""
    heard: dict[Person, None] = {}
    for one, owner in zip(batch, owners, strict=True):
        if owner is not None:
            heard[owner] = None
            owner.hear(one.event, usable(one.traits).traits, one.locale)
            owner.consents += one.consents
    for event, owner in orphans:
        heard[owner] = None
        owner.hear(event, said_by(event.type, event.properties).traits)
    return list(heard)


def _folded(data: Mapping[str, object] | None, happened: Iterable[Event]) -> Mapping[str, object]:
    history = History.of(data)
    for event in happened:
        history.add(event)
    return history.data()


def _id(person: Person) -> UUID:
    if person.id is None:
        raise LookupError("a lead that an event belongs to was not made")
    return person.id


def _now_called(lead: UUID, moved: Mapping[UUID, UUID]) -> UUID:
    while lead in moved:
        lead = moved[lead]
    return lead


def _storable(incoming: Sequence[Incoming]) -> Sequence[Incoming]:
    """Without NUL characters, which PostgreSQL refuses; they are looked for in all events at once."""
    said = [(one.event.name, one.event.properties, one.event.context) for one in incoming]
    if b"\\u0000" not in orjson.dumps(said):
        return incoming
    return [replace(one, event=_without_nul(one.event)) for one in incoming]


def _without_nul(event: Event) -> Event:
    return replace(
        event,
        name=without_nul(event.name),
        properties=without_nul(event.properties),
        context=without_nul(event.context),
    )
