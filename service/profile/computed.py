"""A lead as known now, and what of it may choose for the lead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from service.leads.contract import Bands, Contract, NumberRange
from service.leads.domains import number_of
from service.leads.models import COMMUNICATIONS, PROFILING, Consent
from service.leads.traits import trait_of
from service.privacy.policy import Policy
from service.profile.attributes import COMPUTED, CONSENT_FREE, KINDS, TOLD_BY, use_of
from service.profile.models import Known, Profile, Value
from service.profile.moment import Moment, moment_of
from service.profile.store import Subject
from service.profile.view import Computed, View, named, next_anniversary, tomorrow

_PROTECTING = CONSENT_FREE | {"is_minor"}
"""What guards a lead is not for a request's context to say."""


def profile_of(
    subject: Subject, now: datetime, context: Mapping[str, Value] | None = None, names: frozenset[str] | None = None
) -> Profile:
    """Everything known of that lead at `now`, which is in the workspace's time zone: days begin and end there.

    `names`, where given, are the attributes that are wanted: going through all leads, most of the time goes into these.
    """
    at = moment_of(now)
    traits: dict[str, object] = {}
    found: dict[str, Known] = {}
    for trait, value in subject.lead.traits.items():
        if value is not None:
            name = named(trait)
            traits[name] = value
            if names is None or name in names:
                found[name] = Known(value, "trait", f"trait {trait}", _changes_at(value, at))
    view = View(subject, traits, at)
    for computed in _wanted(names):
        if (known := computed.compute(view)) is not None:
            found[computed.name] = known
    for kind, score in subject.scores.items():
        if names is None or f"{kind}_score" in names:
            found[f"{kind}_score"] = Known(score, "score", f"{kind} score")
    for name, value in (context or {}).items():
        if name not in _PROTECTING and (names is None or name in names):
            found[name] = Known(value, "context", "given with this request")
    return Profile(found)


@lru_cache(maxsize=64)  # the same for all leads of a pass
def _wanted(names: frozenset[str] | None) -> tuple[Computed, ...]:
    return COMPUTED if names is None else tuple(one for one in COMPUTED if one.name in names)


def visible(profile: Profile, contract: Contract, subject: Subject, now: datetime) -> dict[str, Value]:
    """What of a profile may choose for its lead: what the contract lets select, and the lead's consents allow.

    A trait counts only where the contract names it, and so does what traits alone tell. What is computed of a lead's
    history counts unless the contract forbids it. Bands and ranges are numbers here: of a day the whole years until
    today.
    """
    return Choosable(contract).values(profile, subject, allowed_purposes(subject.lead.consents, now), now)


class Choosable:
    """What a contract lets choose for leads, made ready to be asked about many of them: all of it, or `names`."""

    def __init__(self, contract: Contract, names: Collection[str] | None = None) -> None:
        self._named = [
            (name, trait_of(name), attribute, isinstance(attribute.domain, Bands | NumberRange))
            for name, attribute in contract.attributes.items()
            if attribute.use != "forbidden" and (names is None or name in names)
        ]
        self._made = {
            name
            for name in KINDS
            if name not in contract.attributes
            and (names is None or name in names)
            and (name not in TOLD_BY or use_of(contract, name) != "forbidden")
        }

    def values(self, profile: Profile, subject: Subject, allowed: Collection[str], now: datetime) -> dict[str, Value]:
        """What of a profile may choose for its lead, whose consents allow those purposes."""
        known, traits = profile.attributes, subject.lead.traits
        found: dict[str, Value] = {}
        for name, trait, attribute, in_numbers in self._named:
            if attribute.purpose in allowed or name in CONSENT_FREE:
                value = _value(known.get(name), traits.get(trait, traits.get(name)))
                if in_numbers and (value.__class__ is not int and value.__class__ is not float):
                    value = number_of(value, now)
                if value is not None:
                    found[name] = value
        made = self._made if PROFILING in allowed else self._made & CONSENT_FREE
        for name, one in known.items():
            if name in made and one.origin != "trait":
                found[name] = one.value
        return found


def as_traits(profile: Profile, traits: Mapping[str, object]) -> dict[str, object]:
    """A lead's traits with what is computed of it laid over, as the contract's functions read them."""
    return laid_over(traits, {name: known.value for name, known in profile.attributes.items() if _made(known)})


def laid_over(traits: Mapping[str, object], values: Mapping[str, Value]) -> dict[str, object]:
    """Traits with the values of attributes in the place of their own."""
    return {**traits, **{trait_of(name): value for name, value in values.items()}}


def contextual_only(profile: Profile, policy: Policy) -> bool:
    """Whether nothing of a lead may be used to choose or to write: that of a minor, where the policy says so."""
    if policy.minors == "any":
        return False
    known = profile.attributes.get("is_minor")
    return bool(known.value) if known else policy.unknown_age_is_minor


def allowed_purposes(consents: Iterable[Consent], now: datetime) -> set[str]:
    """The purposes that the ruling consents allow; where no channel is at hand, `marketing.communications` is allowed
    where it is in any channel."""
    allowed = {consent.purpose for consent in consents if consent.allows(now)}
    if any(purpose.startswith(f"{COMMUNICATIONS}.") for purpose in allowed):
        allowed.add(COMMUNICATIONS)
    return allowed


def _made(known: Known) -> bool:
    return known.origin != "trait"


def _value(known: Known | None, stated: object) -> Value | None:
    """What is computed, else what a trait states: the contract may spell it in its own way."""
    if known is not None and _made(known):
        return known.value
    if isinstance(stated, str | int | float | bool | list):
        return stated
    return known.value if known else None


def _changes_at(value: object, at: Moment) -> datetime | None:
    """When the years since a day, which bands are cut from, change."""
    if not isinstance(value, str) or not 7 <= len(value) <= 10 or not value[:4].isdigit():
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return at.starts(next_anniversary(day, tomorrow(at.today)))
