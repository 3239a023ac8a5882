"""Who the copy is for, as far as the contract and their consents let us know.

All of a person's traits together name the person. So of one lead, and of an audience that hardly anybody is in, a
writer gets no more than three attributes, those nearest to the brief, and numbers only as bands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.checks.copy import Private
from service.db.engine import Database
from service.errors import Fault, Invalid
from service.generation.models import AdHocAudience, GenerateRequest
from service.generation.relevance import nearest
from service.leads.contract import (
    MOST_ATTRIBUTES_OF_ONE,
    Contract,
    Known,
    NumberRange,
    Word,
    mentions,
    tokens,
    words,
)
from service.leads.contract_store import ContractStore
from service.leads.matching import count_matching
from service.leads.models import COMMUNICATIONS, Consent, Lead
from service.leads.store import LeadStore
from service.leads.traits import flat_values, trait_of
from service.types import LOCALES, Locale
from service.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """A lead or an audience, reduced to what may be used.

    `values` bind tokens, `private` is what copy must not show; neither ever reaches a writer.
    """

    locale: Locale
    known: Known
    tokens: Mapping[str, str]
    values: Mapping[str, str]
    private: Private
    contract_version: int
    lead_id: UUID | None = None

    def audience(self) -> dict[str, Any]:
        """What is kept beside a variant about whom it was written for: closed-domain words only."""
        return {"select": self.known.select, "imply": self.known.imply, "one_lead": self.lead_id is not None}


async def reader_of(database: Database, workspace: Workspace, request: GenerateRequest, now: datetime) -> Reader:
    """The reader of a request. Raises `NotFound` for an unknown lead and `Invalid` for a locale nobody writes."""
    locale = _locale(request.locale)
    async with database.read() as connection:
        contract = await ContractStore(connection, workspace.id).current()
        if request.lead is not None:
            lead = await LeadStore(connection, workspace.id).get(request.lead)
            return reader_of_lead(contract, lead, request, locale or lead.locale, now)
        audience = request.audience or AdHocAudience()
        said = _said(contract, audience, request.channel, now)
        big = True
        if said.size_matters:
            k = workspace.smallest_audience
            used = {word.attribute: audience.attributes[word.attribute] for word in said.words}
            big = await count_matching(connection, workspace.id, contract, used, now, k) >= k
    return _of_audience(contract, audience, said, request, locale or workspace.default_locale, big=big)


def reader_of_lead(contract: Contract, lead: Lead, request: GenerateRequest, locale: Locale, now: datetime) -> Reader:
    """One lead."""
    found = words(contract, lead.traits, lead.consents, now, request.channel)
    return Reader(
        locale,
        Known.of(nearest(found, request.brief.objective, MOST_ATTRIBUTES_OF_ONE)),
        tokens(contract, locale),
        mentions(contract, lead.traits, lead.consents, now, request.channel),
        Private(flat_values(lead.traits, contract.attributes), contract.uses),
        contract.version,
        lead.id,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What an audience's description comes to, with numbers as they are and in bands."""

    words: Sequence[Word]
    banded: Sequence[Word]
    numbers: bool

    @property
    def size_matters(self) -> bool:
        """Whether a small audience would be told less than a big one: only then is it worth counting."""
        return self.numbers or len(self.words) > MOST_ATTRIBUTES_OF_ONE


def _said(contract: Contract, audience: AdHocAudience, channel: str, now: datetime) -> _Said:
    if unknown := sorted(set(audience.attributes) - set(contract.attributes)):
        raise Invalid(
            f"The attribute contract does not name {', '.join(unknown)}. "
            f"It names: {', '.join(sorted(contract.attributes))}.",
            code="audience.attribute",
            faults=[Fault(f"/audience/attributes/{name}", "is not in the attribute contract") for name in unknown],
        )
    traits = {trait_of(name): value for name, value in audience.attributes.items()}
    # an audience is a description, not a person: no consent is needed to know what was just said
    purposes = {attribute.purpose for attribute in contract.attributes.values()} | {f"{COMMUNICATIONS}.{channel}"}
    given = [
        Consent(purpose=purpose, basis="legitimate_interest", source="request", collected_at=now)
        for purpose in purposes
    ]
    exact = words(contract, traits, given, now, channel, exact=True)
    numbers = any(isinstance(contract.attributes[word.attribute].domain, NumberRange) for word in exact)
    return _Said(exact, words(contract, traits, given, now, channel), numbers)


def _of_audience(
    contract: Contract, audience: AdHocAudience, said: _Said, request: GenerateRequest, locale: Locale, *, big: bool
) -> Reader:
    few = nearest(said.banded, request.brief.objective, MOST_ATTRIBUTES_OF_ONE)
    return Reader(
        locale,
        Known.of(said.words if big else few),
        tokens(contract, locale),
        {},
        Private(dict(audience.attributes), contract.uses),
        contract.version,
    )


def _locale(given: str | None) -> Locale | None:
    if given is None:
        return None
    for locale in LOCALES:
        if given.lower() in (locale.lower(), locale.lower().replace("-", "_")) or (
            locale == "pt-BR" and given.lower() == "pt"
        ):
            return locale
    raise Invalid(
        f"The locale {given!r} is not one we write. Use one of: {', '.join(LOCALES)}.",
        code="locale.unknown",
        faults=[Fault("/locale", f"must be one of {', '.join(LOCALES)}")],
    )
