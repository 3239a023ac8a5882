"""Who the copy is for, as far as the contract and their consents let us know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.db.engine import Database
from service.errors import Fault, Invalid
from service.generation.models import AdHocAudience, GenerateRequest
from service.leads.contract import Contract, Known, known, mentions, tokens, trait_of
from service.leads.models import PROFILING, Consent
from service.leads.store import ContractStore, LeadStore
from service.types import LOCALES, Locale
from service.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """A lead or an audience, reduced to what may be used. `values` bind tokens and never reach a writer."""

    locale: Locale
    known: Known
    tokens: Mapping[str, str]
    values: Mapping[str, str]
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
        if request.lead is None:
            return _of_audience(contract, request.audience or AdHocAudience(), locale or workspace.default_locale, now)
        lead = await LeadStore(connection, workspace.id).get(request.lead)
    wanted = locale or lead.locale
    return Reader(
        wanted,
        known(contract, lead.traits, lead.consents, now, request.channel),
        tokens(contract, wanted),
        mentions(contract, lead.traits, lead.consents, now, request.channel),
        contract.version,
        lead.id,
    )


def _of_audience(contract: Contract, audience: AdHocAudience, locale: Locale, now: datetime) -> Reader:
    unknown = sorted(set(audience.attributes) - set(contract.attributes))
    if unknown:
        raise Invalid(
            f"The attribute contract does not name {', '.join(unknown)}. "
            f"It names: {', '.join(sorted(contract.attributes))}.",
            code="audience.attribute",
            faults=[Fault(f"/audience/attributes/{name}", "is not in the attribute contract") for name in unknown],
        )
    traits = {trait_of(name): value for name, value in audience.attributes.items()}
    # an audience is a description, not a person: no consent is needed to know what was just said
    purposes = {attribute.purpose for attribute in contract.attributes.values()} | {PROFILING}
    said = [
        Consent(purpose=purpose, basis="legitimate_interest", source="request", collected_at=now)
        for purpose in purposes
    ]
    return Reader(locale, known(contract, traits, said, now), tokens(contract, locale), {}, contract.version)


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
