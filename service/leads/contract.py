"""The attribute contract: what each attribute of a lead may be used for.

`forbidden` reaches nothing. `select` may choose content, but never the prompt. `imply` reaches the prompt, so that copy
may lean on it without saying it. `mention` may be said, as a token that is bound after the model, and reaches nothing
else. Whatever the contract does not name is forbidden, and only closed domains (`service/leads/domains.py`) ever reach
queries, prompts and embeddings: free text and names never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from service.leads.domains import (
    Bands,
    Closed,
    Domain,
    Enumeration,
    FreeText,
    NumberRange,
    PersonName,
    closed_word,
    shown,
)
from service.leads.models import COMMUNICATIONS, PROFILING, CleanText, Consent
from service.leads.sensitive import is_sensitive
from service.leads.traits import value_of
from service.leads.wordings import plain_fallback, stripped
from service.types import Locale

__all__ = ["Bands", "Contract", "Enumeration", "FreeText", "Known", "NumberRange", "PersonName"]

Use = Literal["forbidden", "select", "imply", "mention"]
Fallback = Annotated[str, BeforeValidator(stripped), AfterValidator(plain_fallback)]

MOST_ATTRIBUTES_OF_ONE = 3  # all of a person's traits together name the person
MOST_ATTRIBUTES = 200

_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Attribute(BaseModel):
    """What one attribute may be used for. Its trait has the same name, in camel case or as it stands: `first_name` is
    `firstName` or `first_name`."""

    model_config = ConfigDict(extra="forbid")

    use: Use
    domain: Domain = Field(default_factory=FreeText)
    purpose: Annotated[CleanText, Field(min_length=1, max_length=100)] = PROFILING
    fallbacks: dict[Locale, Fallback] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.use in ("select", "imply") and not isinstance(self.domain, Closed):
            raise ValueError(f"{self.use} needs a closed domain: an enumeration, bands or a number range")
        if self.use == "mention" and not isinstance(self.domain, PersonName | Enumeration):
            raise ValueError("mention needs a name or an enumeration, so that a value can be trusted in copy")
        if self.use == "mention" and not self.fallbacks:
            raise ValueError("mention needs a fallback for leads without a value")
        return self


def _named_well(attributes: dict[str, Attribute]) -> dict[str, Attribute]:
    for name, attribute in attributes.items():
        if not _ATTRIBUTE_NAME.fullmatch(name):
            raise ValueError(f"attribute {name[:80]!r}: use lower-case letters, digits and _")
        if attribute.use != "forbidden" and is_sensitive(name):
            raise ValueError(f"attribute {name!r} is sensitive and can only be forbidden")
    return attributes


Attributes = Annotated[dict[str, Attribute], Field(max_length=MOST_ATTRIBUTES), AfterValidator(_named_well)]


class Contract(BaseModel):
    """A workspace's attributes, versioned: version 0 is the default nobody has changed yet."""

    model_config = ConfigDict(extra="forbid")

    version: int = 0
    attributes: Attributes

    @classmethod
    def stored(cls, version: int, attributes: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Contract:
        """A contract as it was kept. What the rules of today would refuse is forbidden, so that an update of this
        service neither stops a workspace nor lets through what it has learnt to refuse."""
        kept = {}
        for name, given in dict(attributes).items():
            try:
                attribute = _ATTRIBUTE.validate_python(given)
                Contract(attributes={name: attribute})
            except ValidationError:
                attribute = Attribute(use="forbidden")
            kept[name] = attribute
        return cls.model_construct(version=version, attributes=kept)

    @property
    def uses(self) -> dict[str, Use]:
        """What each attribute may be used for."""
        return {name: attribute.use for name, attribute in self.attributes.items()}


_ATTRIBUTE = TypeAdapter(Attribute)
FIRST_NAME = Attribute(
    use="mention",
    domain=PersonName(),
    purpose=COMMUNICATIONS,
    fallbacks={"pt-BR": "cliente", "en": "there", "es": "cliente"},
)
LIFECYCLE_STAGE = Attribute(
    use="select",
    domain=Enumeration(values=["subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other"]),
)
DEFAULT = Contract(attributes={"first_name": FIRST_NAME, "lifecycle_stage": LIFECYCLE_STAGE})


class Word(NamedTuple):
    """A value of a closed domain in words."""

    attribute: str
    use: Use
    text: str


class Known(BaseModel):
    """What may be known of a lead or an audience: `select` values and `imply` values, closed domains only, in words."""

    select: dict[str, str] = Field(default_factory=dict)
    imply: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def of(cls, words: Iterable[Word]) -> Known:
        """Just those words."""
        known_ = cls()
        for word in words:
            (known_.select if word.use == "select" else known_.imply)[word.attribute] = word.text
        return known_

    @property
    def closed(self) -> dict[str, str]:
        """Everything that may reach a query or an embedding."""
        return self.select | self.imply


def words(
    contract: Contract,
    traits: Mapping[str, object],
    consents: Sequence[Consent],
    now: datetime,
    channel: str | None = None,
    *,
    exact: bool = False,
) -> list[Word]:
    """Every word that the contract and the consents let through, in the contract's order.

    `exact` says the numbers of ranges as they are: for audiences so big that a number names nobody.
    """
    found = []
    for name, attribute in contract.attributes.items():
        if attribute.use in ("select", "imply") and permits(consents, attribute.purpose, now, channel):
            text = closed_word(attribute.domain, value_of(traits, name), now, exact=exact)
            if text is not None:
                found.append(Word(name, attribute.use, text))
    return found


def known(
    contract: Contract,
    traits: Mapping[str, object],
    consents: Sequence[Consent],
    now: datetime,
    channel: str | None = None,
) -> Known:
    """What may be known of one lead where there is no brief to choose by: the contract's first attributes."""
    return Known.of(words(contract, traits, consents, now, channel)[:MOST_ATTRIBUTES_OF_ONE])


def mentions(
    contract: Contract, traits: Mapping[str, object], consents: Sequence[Consent], now: datetime, channel: str
) -> dict[str, str]:
    """The values that tokens may be bound to for this lead; one outside its domain is left out: the fallback stands."""
    return {
        name: text
        for name, attribute in contract.attributes.items()
        if attribute.use == "mention"
        and permits(consents, attribute.purpose, now, channel)
        and (text := shown(attribute.domain, value_of(traits, name))) is not None
    }


def tokens(contract: Contract, locale: Locale) -> dict[str, str]:
    """The tokens that copy may use in that locale, each with its fallback."""
    return {
        name: attribute.fallbacks[locale]
        for name, attribute in contract.attributes.items()
        if attribute.use == "mention" and locale in attribute.fallbacks
    }


def permits(consents: Sequence[Consent], purpose: str, now: datetime, channel: str | None = None) -> bool:
    """Whether the newest row of that purpose allows it now. `consents` holds each purpose and channel's newest row.

    The purpose `marketing.communications` means that of the channel at hand, such as `marketing.communications.email`.
    """
    wanted = f"{COMMUNICATIONS}.{channel}" if purpose == COMMUNICATIONS else purpose
    return any(consent.purpose == wanted and consent.allows(now) for consent in consents)


def profile_text(known_: Known) -> str:
    """The short text that a lead is embedded as: closed-domain words only, no identity. Empty if none may be used."""
    return ". ".join(f"{name.replace('_', ' ')}: {word}" for name, word in sorted(known_.closed.items()))
