"""A lead as known now, and what of it may choose for the lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from service.leads.contract import Attribute, Bands, Contract, NumberRange
from service.leads.domains import number_of
from service.leads.models import COMMUNICATIONS, PROFILING, Consent
from service.leads.traits import trait_of, value_of
from service.privacy.policy import Policy
from service.profile.attributes import COMPUTED, CONSENT_FREE, KINDS, TOLD_BY, use_of
from service.profile.models import Known, Profile, Value
from service.profile.moment import Moment, moment_of
from service.profile.store import Subject
from service.profile.view import View, named, next_anniversary, tomorrow

_PROTECTING = CONSENT_FREE | {"is_minor"}
"""What guards a lead is not for a request's context to say."""


def profile_of(subject: Subject, now: datetime, context: Mapping[str, Value] | None = None) -> Profile:
    """Everything known of that lead at `now`, which is in the workspace's time zone: days begin and end there."""
    at = moment_of(now)
    lead = subject.lead
    traits = {named(trait): value for trait, value in lead.traits.items() if value is not None}
    found = {
        named(trait): Known(value, "trait", f"trait {trait}", _changes_at(value, at))
        for trait, value in lead.traits.items()
        if value is not None
    }
    view = View.of(subject, traits, at)
    for computed in COMPUTED:
        if (known := computed.compute(view)) is not None:
            found[computed.name] = known
    for kind, score in subject.scores.items():
        found[f"{kind}_score"] = Known(score, "score", f"{kind} score")
    for name, value in (context or {}).items():
        if name not in _PROTECTING:
            found[name] = Known(value, "context", "given with this request")
    return Profile(found)


def visible(profile: Profile, contract: Contract, subject: Subject, now: datetime) -> dict[str, Value]:
    """What of a profile may choose for its lead: what the contract lets select, and the lead's consents allow.

    A trait counts only where the contract names it, and so does what traits alone tell. What is computed of a lead's
    history counts unless the contract forbids it. Bands and
    ranges are numbers here: of a day the whole years until today.
    """
    allowed = allowed_purposes(subject.lead.consents, now)
    known = profile.attributes
    found: dict[str, Value] = {}
    for name, attribute in contract.attributes.items():
        if attribute.use != "forbidden" and (name in CONSENT_FREE or attribute.purpose in allowed):
            value = _value(attribute, known.get(name), subject, name, now)
            if value is not None:
                found[name] = value
    profiling = PROFILING in allowed
    for name, one in known.items():
        if (
            name in KINDS
            and name not in contract.attributes
            and _made(one)
            and (profiling or name in CONSENT_FREE)
            and (name not in TOLD_BY or use_of(contract, name) != "forbidden")
        ):
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


def _value(attribute: Attribute, known: Known | None, subject: Subject, name: str, now: datetime) -> Value | None:
    if known is None or not _made(known):  # the contract may spell a trait in its own way
        stated = value_of(subject.lead.traits, name)
        value = stated if isinstance(stated, str | int | float | bool | list) else known.value if known else None
    else:
        value = known.value
    if isinstance(attribute.domain, Bands | NumberRange) and (isinstance(value, bool | str | list) or value is None):
        return number_of(value, now)
    return value


def _changes_at(value: object, at: Moment) -> datetime | None:
    """When the years since a day, which bands are cut from, change."""
    if not isinstance(value, str) or not 7 <= len(value) <= 10 or not value[:4].isdigit():
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return at.starts(next_anniversary(day, tomorrow(at.today)))
