"""Who is who in a batch of events: pure decisions over names, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from service.events.models import Event, Incoming, Who
from service.events.said import usable
from service.leads.columns import id_of
from service.leads.models import Consent
from service.leads.store import Name, Named
from service.types import Locale


class Saying(NamedTuple):
    """Traits that were said of somebody, and when; `message_id` settles which of two at once comes last."""

    at: datetime
    message_id: str
    traits: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Person:
    """A lead as a batch of events makes it: one that is there, or one that is to be made (`id` None)."""

    external_id: str
    id: UUID | None = None
    locale: Locale | None = None
    traits: Mapping[str, Any] = field(default_factory=dict)
    new: bool = False
    said: list[Saying] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    new_locale: Locale | None = None
    gpc_at: datetime | None = None

    @classmethod
    def of(cls, named: Named) -> Person:
        """A lead that is there."""
        return cls(named.external_id, named.id, named.locale, named.traits)

    def hear(self, event: Event, traits: Mapping[str, Any], locale: Locale | None = None) -> None:
        """Note what an event says of this person."""
        if traits:
            self.said.append(Saying(event.occurred_at, event.message_id, traits))
        if locale and (self.new or event.type == "identify"):
            self.new_locale = locale
        if event.context.get("gpc") is True:
            self.gpc_at = max(filter(None, (self.gpc_at, event.occurred_at)))

    def laid(self, earlier: Sequence[Saying] = ()) -> dict[str, Any]:
        """The traits that were said, of each the value that was said last: also where a call that was made later has
        come `earlier`, since only the order in which things were said counts."""
        if not self.said:
            return {}
        names = {name for saying in self.said for name in saying.traits}
        found: dict[str, Any] = {}
        for saying in sorted([*earlier, *self.said], key=lambda one: one[:2]):
            found |= {name: value for name, value in saying.traits.items() if name in names}
        return usable(found).traits

    def differs(self, traits: Mapping[str, Any]) -> bool:
        """Whether these traits are news."""
        return any(name not in self.traits or self.traits[name] != value for name, value in traits.items())

    def changed_by(self, traits: Mapping[str, Any]) -> bool:
        """Whether there is anything to write."""
        moved = self.new_locale is not None and self.new_locale != self.locale
        return self.new or moved or bool(self.consents) or self.differs(traits)


class Merge(NamedTuple):
    """Two leads that an `alias` call says are one."""

    previous: Person
    into: Person


class People:
    """The leads that a batch names, those that it makes, and the names that it gives them."""

    def __init__(self, known: Mapping[Name, Named]) -> None:
        persons = {named.id: Person.of(named) for named in known.values()}
        self._named = {name: persons[named.id] for name, named in known.items()}
        self.claims: dict[Name, Person] = {}
        self.merges: list[Merge] = []

    def owners(self, batch: Sequence[Incoming]) -> list[Person | None]:
        """Whose each event is. Names are given in the order of time, first come, first served; an event of a device
        alone belongs to whoever the whole batch says has it."""
        for incoming in sorted(batch, key=lambda one: (one.event.occurred_at, one.event.message_id)):
            person = self._called(incoming.who) or self._made(incoming)
            if person is not None:
                self._introduce(incoming.who, person)
        return [self._called(one.who) or self._named.get(("anonymous_id", one.who.anonymous_id or "")) for one in batch]

    def _called(self, who: Who) -> Person | None:
        return next((self._named[name] for name in _lasting(who) if name in self._named), None)

    def _made(self, incoming: Incoming) -> Person | None:
        who, names = incoming.who, _lasting(incoming.who)
        if not names or not incoming.unknown_is_new:
            return None
        made = Person(who.user_id or names[-1][1], new=True)
        if who.email:
            made.said.append(Saying(incoming.event.occurred_at, "", {"email": who.email}))
        for name in names:
            self._named[name] = made
        return made

    def _introduce(self, who: Who, person: Person) -> None:
        if who.user_id:
            self._claim(("external_id", who.user_id), person)
        if who.anonymous_id:
            self._claim(("anonymous_id", who.anonymous_id), person)
        if who.previous_id:
            previous = self._named.get(("external_id", who.previous_id), person)
            if previous is not person:
                self.merges.append(Merge(previous, person))
            self._claim(("external_id", who.previous_id), person)
            self._claim(("anonymous_id", who.previous_id), person)

    def _claim(self, name: Name, person: Person) -> None:
        if name not in self._named:
            self._named[name] = self.claims[name] = person


def names_in(batch: Iterable[Incoming]) -> set[Name]:
    """Every name by which somebody in the batch may be known already."""
    found = set[Name]()
    for who in (incoming.who for incoming in batch):
        found.update(_lasting(who))
        if who.anonymous_id:
            found.add(("anonymous_id", who.anonymous_id))
        if who.previous_id:
            found |= {("external_id", who.previous_id), ("anonymous_id", who.previous_id)}
    return found


def _lasting(who: Who) -> list[Name]:
    """The names of a person and not of a device, the surest first. Whoever has only an e-mail address is called by what
    imports make of it, so that both mean the same lead."""
    names: list[Name] = [("external_id", who.user_id)] if who.user_id else []
    if who.email and (made := id_of(who.email)):
        names += [("email", who.email.strip().lower()), ("external_id", made)]
    return names
