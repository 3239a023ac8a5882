"""Who the copy is for, as far as the contract and their consents let us know.

All of a person's traits together name the person. So of one lead, and of an audience that hardly anybody is in, a
writer gets no more than three attributes, those nearest to the brief, and numbers only as bands. What a request says of
its moment, the context, stands in for what is known, under the same contract, and is forgotten with the request. Of
minors nothing but that is used, where the workspace's policy says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

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
from service.leads.traits import flat_values
from service.privacy.policy import Policy
from service.profile.attributes import tells_computed
from service.profile.computed import as_traits, contextual_only, laid_over, profile_of
from service.profile.history import History
from service.profile.models import Profile, Value
from service.profile.store import Subject, SubjectStore
from service.types import LOCALES, Locale
from service.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """A lead or an audience, reduced to what may be used.

    `values` bind tokens, `private` is what copy must not show; neither ever reaches a writer. `context` names what the
    request said of its moment.
    """

    locale: Locale
    known: Known
    tokens: Mapping[str, str]
    values: Mapping[str, str]
    private: Private
    contract_version: int
    lead_id: UUID | None = None
    context: Sequence[str] = ()

    def audience(self) -> dict[str, Any]:
        """What is kept beside a variant about whom it was written for: closed-domain words only, and of the context no
        more than names."""
        select, imply = (
            {name: word for name, word in words.items() if name not in self.context}
            for words in (self.known.select, self.known.imply)
        )
        kept = {"select": select, "imply": imply, "one_lead": self.lead_id is not None}
        return kept | ({"context": list(self.context)} if self.context else {})


async def reader_of(database: Database, workspace: Workspace, request: GenerateRequest, now: datetime) -> Reader:
    """The reader of a request. Raises `NotFound` for an unknown lead, and `Invalid` for a locale nobody writes and for
    attributes that the contract does not name."""
    locale = _locale(request.locale)
    async with database.read() as connection:
        contract = await ContractStore(connection, workspace.id).current()
        _all_named(contract, request.context, "context.attribute", "/context")
        if request.lead is not None:
            subject = await _subject(connection, workspace, contract, request.lead)
            return reader_of_lead(contract, subject, request, locale or subject.lead.locale, now, workspace.policy)
        audience = request.audience or AdHocAudience()
        _all_named(contract, audience.attributes, "audience.attribute", "/audience/attributes")
        said = _said(contract, audience.attributes | request.context, request.channel, now)
        big = True
        if said.size_matters:
            k = workspace.smallest_audience
            own = {name: value for name, value in audience.attributes.items() if name not in request.context}
            used = {word.attribute: own[word.attribute] for word in said.words if word.attribute in own}
            big = await count_matching(connection, workspace.id, contract, used, now, k) >= k
    return _of_audience(contract, audience, said, request, locale or workspace.default_locale, big=big)


async def _subject(connection: AsyncConnection, workspace: Workspace, contract: Contract, external_id: str) -> Subject:
    if tells_computed(contract):
        return await SubjectStore(connection, workspace.id).get(external_id)
    return Subject(await LeadStore(connection, workspace.id).get(external_id), History.of(None))


def reader_of_lead(
    contract: Contract, subject: Subject, request: GenerateRequest, locale: Locale, now: datetime, policy: Policy
) -> Reader:
    """One lead."""
    lead, profile = subject.lead, profile_of(subject, now)
    own = {} if contextual_only(profile, policy) else as_traits(profile, lead.traits)
    told = laid_over(own, request.context)
    found = words(contract, told, lead.consents, now, request.channel)
    return Reader(
        locale,
        Known.of(_few(found, request)),
        tokens(contract, locale),
        mentions(contract, told, lead.consents, now, request.channel),
        Private(_private(contract, profile, lead) | request.context, contract.uses),
        contract.version,
        lead.id,
        sorted(request.context),
    )


def _few(found: Sequence[Word], request: GenerateRequest) -> list[Word]:
    """The nearest to the brief; of several as near, what the request says of its moment comes first."""
    moment_first = sorted(found, key=lambda word: word.attribute not in request.context)
    return nearest(moment_first, request.brief.objective, MOST_ATTRIBUTES_OF_ONE)


def _private(contract: Contract, profile: Profile, lead: Lead) -> dict[str, object]:
    """The lead's traits, and what is computed of it as far as the contract names it: the rest reaches nobody."""
    computed = {name: profile.attributes[name].value for name in contract.attributes if name in profile.attributes}
    return computed | flat_values(lead.traits, contract.attributes)


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


def _all_named(contract: Contract, attributes: Collection[str], code: str, pointer: str) -> None:
    if unknown := sorted(set(attributes) - set(contract.attributes)):
        raise Invalid(
            f"The attribute contract does not name {', '.join(unknown)}. "
            f"It names: {', '.join(sorted(contract.attributes))}.",
            code=code,
            faults=[Fault(f"{pointer}/{name}", "is not in the attribute contract") for name in unknown],
        )


def _said(contract: Contract, attributes: Mapping[str, Value], channel: str, now: datetime) -> _Said:
    traits = laid_over({}, attributes)
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
    return Reader(
        locale,
        Known.of(said.words if big else _few(said.banded, request)),
        tokens(contract, locale),
        {},
        Private(audience.attributes | request.context, contract.uses),
        contract.version,
        context=sorted(request.context),
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
