"""What a service answered, looked at by the evaluation itself: the same evidence and the same lead, read over the API
and handed to the checks once more. Whoever broke the pipeline has not broken this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from evaluation.datasets.scenarios import Scenario
from service.channels.registry import channel as channel_named
from service.checks.copy import Copy
from service.checks.models import Claim, Examined, Support, Terms
from service.checks.run import examine
from service.commands.api import Api
from service.generation.models import Evidence
from service.generation.tokens import bind, parse
from service.leads.contract import Contract, permits, tokens
from service.leads.models import Lead
from service.leads.traits import flat_values
from service.types import LOCALES, Locale
from service.workspaces.style import Rules, Style

IDENTITY = frozenset({"first_name", "last_name", "name", "email", "phone"})
"""What names a person whatever a contract says of it."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A workspace, as far as its API tells of it."""

    contract: Contract
    name: str
    zone: ZoneInfo
    locale: Locale
    voice: str
    terms: Terms

    @classmethod
    async def of(cls, api: Api) -> Shop:
        """As it is now."""
        told, contract = await api.call("GET", "/v1/workspace"), await api.call("GET", "/v1/contract")
        terms, style = Terms.model_validate(told["terms"]), Style.model_validate(told["style"])
        rules = Rules.model_construct(
            banned=terms.banned, required=terms.required, companions=terms.companions, style=style
        )
        return cls(
            Contract.stored(contract["version"], contract["attributes"]), told["name"], ZoneInfo(told["timezone"]),
            told["default_locale"], told["voice"], rules,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A lead by its attributes; `unsaid` are those that no copy may show: what names the person, what the contract
    forbids or does not name, and what the lead has not consented to. `lapsed` are attributes without a consent."""

    locale: Locale
    values: Mapping[str, object] = field(default_factory=dict)
    unsaid: Mapping[str, object] = field(default_factory=dict)
    lapsed: frozenset[str] = frozenset()

    @classmethod
    async def of(cls, api: Api, shop: Shop, external_id: str, channel: str, now: datetime) -> Person:
        """As the workspace knows it. Raises `SobMedidaError`."""
        told = await api.call("GET", f"/v1/leads/{external_id}")
        lead = Lead.model_validate({**told, "id": "00000000-0000-0000-0000-000000000000"})
        values = flat_values(lead.traits, shop.contract.attributes)
        lapsed = frozenset(
            name
            for name, attribute in shop.contract.attributes.items()
            if not permits(lead.consents, attribute.purpose, now, channel)
        )
        uses = shop.contract.uses
        unsaid = {
            name: value
            for name, value in values.items()
            if name in IDENTITY or name in lapsed or uses.get(name, "forbidden") == "forbidden"
        }
        return cls(lead.locale, values, unsaid, lapsed)


@dataclass(frozen=True, slots=True)
class Piece:
    """One variant that came back: its texts with their tokens, as anybody reads them who has no name, and as the API
    showed it; and what the checks make of it now."""

    told: Mapping[str, Any]
    texts: Mapping[str, str]
    plain: Mapping[str, str]
    preview: Mapping[str, Any]
    evidence: list[Evidence]
    found: Examined

    @property
    def copy(self) -> str:
        """Its texts as anybody reads them, a line each."""
        return "\n".join(text for text in self.plain.values() if text)

    @property
    def shown(self) -> str:
        """The texts that the API showed."""
        return "\n".join(str(self.preview.get(name) or "") for name in self.texts)

    @property
    def unbound(self) -> str:
        """Its texts without the tokens, whose values and fallbacks are not copy's own words."""
        return "\n".join("".join(part for part in parse(text) if isinstance(part, str)) for text in self.texts.values())

    @property
    def claims(self) -> list[Claim]:
        """What the checks find stated, and what its writer says it states. A sentence of the writer's that no source
        has word for word is held where all that it states is; a picture's description by the picture's own."""
        kept = [Claim.model_validate(one) for one in self.told["claims"]]
        pictures = {item.image_alt: item for item in self.evidence if item.image_alt}
        return [*self.found.claims, *(self._held(one, pictures) for one in kept if one.kind == "statement")]

    def _held(self, claim: Claim, pictures: Mapping[str, Evidence]) -> Claim:
        inner = [
            one for one in self.found.claims
            if one.field == claim.field and claim.start <= one.start and one.end <= claim.end
        ]  # fmt: skip
        if claim.support:
            return claim
        if inner and all(one.support for one in inner):
            return claim.model_copy(update={"support": inner[0].support})
        if item := pictures.get(claim.text):
            source = Support(evidence=item.id, content_id=item.content_id, version=item.version, quote=claim.text)
            return claim.model_copy(update={"support": [source]})
        return claim

    @property
    def blocked(self) -> list[str]:
        """The codes of what blocks it."""
        return [one.code for one in self.found.findings if one.severity == "block"]


def piece(shop: Shop, person: Person | None, scenario: Scenario, told: Mapping[str, Any], now: datetime) -> Piece:
    """A variant of an answer, examined beside its own evidence."""
    channel = channel_named(told["channel"])
    fields = channel.fields.model_validate(told["fields"])
    evidence = [Evidence.model_validate(one) for one in told["evidence"]]
    locale: Locale = next(one for one in LOCALES if one == told["locale"])
    values = person.values if person else scenario.audience.attributes if scenario.audience else {}
    names, texts = tokens(shop.contract, locale), channel.texts(fields)
    copy = Copy(
        channel=channel.name, locale=locale, fields=texts, evidence=evidence, tokens=names,
        now=now.astimezone(shop.zone), links=channel.references(fields),
        context=f"{shop.name}\n{scenario.brief.objective}", traits={**values, **scenario.context},
        uses=shop.contract.uses, terms=shop.terms,
    )  # fmt: skip
    plain = {name: bind(text, {}) for name, text in texts.items()}
    return Piece(told, texts, plain, told["preview"], evidence, examine(copy))
