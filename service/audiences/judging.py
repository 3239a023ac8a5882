"""Who is a member of which audience, of one lead at a moment. Pure: the same lead at the same time, the same answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.audiences.conditions import attributes_in, of_the_known, patterned
from service.audiences.models import Audience, Condition
from service.audiences.parts import parts_of
from service.leads.contract import Contract
from service.privacy.policy import Policy
from service.profile.attributes import purposes_of, selectable
from service.profile.computed import Choosable, allowed_purposes, contextual_only, profile_of
from service.profile.models import Profile, Value
from service.profile.store import Subject

LONGEST_MATCHED = 200  # characters of a text that a pattern is tried on; longer ones match none


class Judge:
    """A condition under a contract, made ready to be asked about many leads.

    It holds only for a lead whose consents allow every purpose that its attributes need, so that no negation matches
    somebody of whom nothing may be known. One that speaks of an attribute which the contract no longer lets choose
    holds for nobody; `unusable` names those.
    """

    def __init__(self, condition: Condition, contract: Contract) -> None:
        self.condition = condition
        self.attributes = attributes_in(condition)
        self.unusable = sorted(self.attributes - selectable(contract).keys())
        self.purposes = frozenset(purposes_of(contract, self.attributes))
        self._parts = parts_of(of_the_known(condition))
        self._patterned = patterned(condition)

    def may_ask(self, allowed: Collection[str]) -> bool:
        """Whether consents to those purposes let this be asked of a lead at all."""
        return self.purposes.issubset(allowed)

    def holds(self, values: Mapping[str, Value], allowed: Collection[str]) -> bool:
        """Whether that lead is a member."""
        return self.may_ask(allowed) and self.holds_for(values)

    def holds_for(self, values: Mapping[str, Value]) -> bool:
        """The same for a lead of whom it may be asked."""
        if self.unusable or (self._patterned and any(_too_long(values.get(name)) for name in self._patterned)):
            return False
        for part in self._parts:  # noqa: SIM110 - asked millions of times; a generator for each is not free
            if not part.holds(values):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Seen:
    """A lead at a moment as conditions see it; the profile may be that of the attributes which they speak of."""

    subject: Subject
    profile: Profile
    values: Mapping[str, Value]
    allowed: Collection[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of which audiences a lead is a member, and when that must be looked at again, None where time changes nothing."""

    seen: Seen
    members_of: frozenset[UUID]
    due_at: datetime | None


class Sight:
    """A contract and a policy, made ready to look at many leads: at all that is known of each, or at `names`."""

    def __init__(self, contract: Contract, policy: Policy, names: Collection[str] | None = None) -> None:
        self._policy = policy
        self._names = None if names is None else frozenset(names) | {"is_minor"}
        self._choosable = Choosable(contract, self._names)

    def see(self, subject: Subject, now: datetime) -> Seen:
        """What conditions may ask of that lead at `now`, which is in the workspace's time zone: of a minor nothing."""
        profile = profile_of(subject, now, names=self._names)
        if contextual_only(profile, self._policy):
            return Seen(subject, profile, {}, ())
        allowed = allowed_purposes(subject.lead.consents, now)
        return Seen(subject, profile, self._choosable.values(profile, subject, allowed, now), allowed)


def see(subject: Subject, contract: Contract, policy: Policy, now: datetime) -> Seen:
    """The same for a single lead, with everything that is known of it."""
    return Sight(contract, policy).see(subject, now)


class Judges:
    """The audiences of a workspace, asked about one lead after the other: all of them, or those wanted."""

    def __init__(
        self,
        audiences: Sequence[Audience],
        contract: Contract,
        policy: Policy,
        wanted: Callable[[UUID], bool] = lambda _: True,
    ) -> None:
        judges = [(audience, Judge(audience.condition, contract)) for audience in audiences]
        self._asked: dict[frozenset[str], list[tuple[UUID, Judge]]] = {}
        for audience, judge in judges:
            if wanted(audience.id):
                self._asked.setdefault(judge.purposes, []).append((audience.id, judge))
        self.slugs = {one.id: one.slug for one, _ in judges if wanted(one.id)}
        # of all, since a lead has one appointment for all of its memberships
        self._attributes = frozenset(name for _, judge in judges for name in judge.attributes) | {"is_minor"}
        self._sight = Sight(contract, policy, self._attributes)

    def verdict(self, subject: Subject, now: datetime) -> Verdict:
        """That lead at that moment."""
        seen = self._sight.see(subject, now)
        members_of = frozenset(
            id_
            for purposes, judges in self._asked.items()
            if purposes.issubset(seen.allowed)
            for id_, judge in judges
            if judge.holds_for(seen.values)
        )
        return Verdict(seen, members_of, next_change(seen, self._attributes, now))


def next_change(seen: Seen, attributes: Collection[str], now: datetime) -> datetime | None:
    """When the first of those attributes changes by itself, or a consent ends."""
    if not attributes:
        return None
    known = seen.profile.attributes
    changes = [one.changes_at for name in attributes if (one := known.get(name)) is not None]
    changes += [consent.expires_at for consent in seen.subject.lead.consents if consent.status == "granted"]
    return min((at for at in changes if at is not None and at > now), default=None)


def _too_long(value: Value | None) -> bool:
    if isinstance(value, list):
        return any(len(item) > LONGEST_MATCHED for item in value)
    return isinstance(value, str) and len(value) > LONGEST_MATCHED
