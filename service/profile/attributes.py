"""Every attribute that is computed, and what a contract lets each attribute be used for."""

from __future__ import annotations

from collections.abc import Iterable

from service.leads.contract import Attribute, Bands, Contract, Enumeration, NumberRange, Use
from service.leads.models import PROFILING
from service.profile import allowed, cart, dates, funnel, interests, mail, recency
from service.profile.models import Origin
from service.profile.view import Computed, Kind

COMPUTED: tuple[Computed, ...] = (
    *recency.ATTRIBUTES,
    *interests.ATTRIBUTES,
    *cart.ATTRIBUTES,
    *mail.ATTRIBUTES,
    *funnel.ATTRIBUTES,
    *dates.ATTRIBUTES,
    *allowed.ATTRIBUTES,
)
SCORES: dict[str, Kind] = {"fit_score": "number", "intent_score": "number"}
KINDS: dict[str, Kind] = {one.name: one.kind for one in COMPUTED} | SCORES
TOLD_BY: dict[str, tuple[str, ...]] = dates.TOLD_BY | funnel.TOLD_BY
"""Attributes that traits alone tell, with the names that such a trait may have."""
CONSENT_FREE = frozenset(one.name for one in allowed.ATTRIBUTES)
"""What needs no consent to be looked at: whether there is one."""


def use_of(contract: Contract, name: str, origin: Origin = "computed") -> Use:
    """What an attribute may be used for: what nobody named is forbidden, but for what is computed.

    What traits alone tell, such as the days to a birthday, is those traits in other words: it may be used where the
    contract names it, or lets one of the traits be used.
    """
    if name in contract.attributes:
        return contract.attributes[name].use
    if traits := TOLD_BY.get(name):
        uses = (contract.attributes[trait].use for trait in traits if trait in contract.attributes)
        return "select" if any(use != "forbidden" for use in uses) else "forbidden"
    return "select" if name in KINDS and origin != "trait" else "forbidden"


def purpose_of(contract: Contract, name: str) -> str | None:
    """The purpose whose consent an attribute needs, None where it needs none."""
    if name in CONSENT_FREE:
        return None
    return contract.attributes[name].purpose if name in contract.attributes else PROFILING


def purposes_of(contract: Contract, names: Iterable[str]) -> set[str]:
    """The purposes whose consents all of those attributes need together."""
    return {purpose for name in names if (purpose := purpose_of(contract, name)) is not None}


def selectable(contract: Contract) -> dict[str, Kind]:
    """Every attribute that a condition may use, with the kind of its values."""
    named = {name: KINDS.get(name) or kind_of(attribute) for name, attribute in contract.attributes.items()}
    return {name: kind for name, kind in (KINDS | named).items() if use_of(contract, name) != "forbidden"}


def tells_computed(contract: Contract) -> bool:
    """Whether anything computed may reach a query, a prompt, an embedding or a token."""
    return any(name in KINDS and attribute.use != "forbidden" for name, attribute in contract.attributes.items())


def kind_of(attribute: Attribute) -> Kind:
    """What kind of values an attribute of the contract has."""
    if isinstance(attribute.domain, Bands | NumberRange):
        return "number"
    if isinstance(attribute.domain, Enumeration) and {"true", "false"}.issuperset(attribute.domain.values):
        return "boolean"
    return "text"
