"""The attribute contract: what each attribute of a lead may be used for.

`forbidden` reaches nothing. `select` may choose content, but never the prompt. `imply` reaches the prompt, so that copy
may lean on it without saying it. `mention` may be said, as a token that is bound after the model. Whatever the contract
does not name is forbidden, and only closed domains (an enumeration, bands of a number) ever reach queries, prompts and
embeddings: free text and names never do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.leads.models import COMMUNICATIONS, PROFILING, Consent
from service.types import Locale

Use = Literal["forbidden", "select", "imply", "mention"]

SENSITIVE = frozenset(
    "health religion politics ethnicity race sexuality sexual_orientation biometrics gender disability union notes cpf"  # noqa: SIM905
    " saude religiao politica etnia raca sexualidade biometria genero deficiencia sindicato observacoes".split()
)
MOST_ATTRIBUTES_OF_ONE = 3  # all of a person's traits together name the person

_NAME = re.compile(r"[^\W\d_][^\d_!?<>{}\[\]()@#$%^*=+|\\/:;\"~`]{0,39}")


class Enumeration(BaseModel):
    """One of a few known values; `labels` says them in words fit for copy and prompts."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["enumeration"] = "enumeration"
    values: Annotated[list[str], Field(min_length=1, max_length=500)]
    labels: dict[str, str] = Field(default_factory=dict)


class Bands(BaseModel):
    """A number, or a date read as whole years until today, cut at `edges`: 3 edges make 4 bands."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["bands"] = "bands"
    edges: Annotated[list[float], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if sorted(set(self.edges)) != self.edges:
            raise ValueError("edges must rise")
        return self


class PersonName(BaseModel):
    """A person's or a place's name: letters, at most 40 characters. For tokens only."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["name"] = "name"


class FreeText(BaseModel):
    """Anything. It may be stored, and be used for nothing."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["free_text"] = "free_text"


Domain = Annotated[Enumeration | Bands | PersonName | FreeText, Field(discriminator="kind")]


class Attribute(BaseModel):
    """What one attribute may be used for. Its trait is the same name in camel case (`first_name` is `firstName`)."""

    model_config = ConfigDict(extra="forbid")

    use: Use
    domain: Domain = Field(default_factory=FreeText)
    purpose: str = PROFILING
    fallbacks: dict[Locale, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        closed = isinstance(self.domain, Enumeration | Bands)
        if self.use in ("select", "imply") and not closed:
            raise ValueError(f"{self.use} needs a closed domain: an enumeration or bands")
        if self.use == "mention" and isinstance(self.domain, FreeText | Bands):
            raise ValueError("mention needs a name or an enumeration, so that a value can be trusted in copy")
        if self.use == "mention" and not self.fallbacks:
            raise ValueError("mention needs a fallback for leads without a value")
        return self


class Contract(BaseModel):
    """A workspace's attributes, versioned: version 0 is the default nobody has changed yet."""

    model_config = ConfigDict(extra="forbid")

    version: int = 0
    attributes: Annotated[dict[str, Attribute], Field(max_length=200)]

    @model_validator(mode="after")
    def _nothing_sensitive(self) -> Self:
        for name, attribute in self.attributes.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
                raise ValueError(f"attribute {name[:80]!r}: use lower-case letters, digits and _")
            if name in SENSITIVE and attribute.use != "forbidden":
                raise ValueError(f"attribute {name!r} is sensitive and can only be forbidden")
        return self


_FIRST_NAME = Attribute(
    use="mention",
    domain=PersonName(),
    purpose=COMMUNICATIONS,
    fallbacks={"pt-BR": "cliente", "en": "there", "es": "cliente"},
)
DEFAULT = Contract(
    attributes={
        "first_name": _FIRST_NAME,
        "lifecycle_stage": Attribute(
            use="select",
            domain=Enumeration(
                values=["subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other"]
            ),
        ),
    }
)


class Known(BaseModel):
    """What may be known of a lead or an audience: `select` values and `imply` values, closed domains only, in words."""

    select: dict[str, str] = Field(default_factory=dict)
    imply: dict[str, str] = Field(default_factory=dict)

    @property
    def closed(self) -> dict[str, str]:
        """Everything that may reach a query or an embedding."""
        return self.select | self.imply


def known(
    contract: Contract,
    traits: Mapping[str, object],
    consents: Sequence[Consent],
    now: datetime,
    channel: str | None = None,
) -> Known:
    """What the contract and the lead's consents let through, as words of closed domains."""
    result = Known()
    for name, attribute in contract.attributes.items():
        if attribute.use == "forbidden" or not permits(consents, attribute.purpose, now, channel):
            continue
        word = closed_word(attribute.domain, traits.get(trait_of(name)), now)
        if word is not None and len(result.closed) < MOST_ATTRIBUTES_OF_ONE:
            (result.select if attribute.use == "select" else result.imply)[name] = word
    return result


def mentions(
    contract: Contract, traits: Mapping[str, object], consents: Sequence[Consent], now: datetime, channel: str
) -> dict[str, str]:
    """The values that tokens may be bound to for this lead; one outside its domain is left out: the fallback stands."""
    return {
        name: str(value)
        for name, attribute in contract.attributes.items()
        if attribute.use == "mention"
        and permits(consents, attribute.purpose, now, channel)
        and in_domain(attribute.domain, value := traits.get(trait_of(name)))
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


def trait_of(attribute: str) -> str:
    """The Segment trait behind an attribute: `first_name` is `firstName`."""
    head, *rest = attribute.split("_")
    return head + "".join(part.capitalize() for part in rest)


def in_domain(domain: Enumeration | Bands | PersonName | FreeText, value: object) -> bool:
    """Whether a value is one that the domain knows, and so may be shown."""
    match domain:
        case Enumeration():
            return isinstance(value, str) and value in domain.values
        case PersonName():
            return isinstance(value, str) and _NAME.fullmatch(value.strip()) is not None and ".com" not in value.lower()
        case Bands():
            return isinstance(value, int | float)
        case FreeText():
            return False


def closed_word(domain: Enumeration | Bands | PersonName | FreeText, value: object, now: datetime) -> str | None:
    """A value in the words of its closed domain, None where it has none."""
    if isinstance(domain, Enumeration) and isinstance(value, str) and value in domain.values:
        return domain.labels.get(value, value)
    if isinstance(domain, Bands) and (number := _number(value, now)) is not None:
        return _band(domain.edges, number)
    return None


def _number(value: object, now: datetime) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            born = date.fromisoformat(value)
        except ValueError:
            return None
        today = now.date()
        return float(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
    return None


def _band(edges: Sequence[float], number: float) -> str:
    below = [edge for edge in edges if edge <= number]
    above = [edge for edge in edges if edge > number]
    low, high = (below[-1] if below else None), (above[0] if above else None)
    if low is None:
        return f"< {high:g}"
    return f"{low:g}+" if high is None else f"{low:g}-{high:g}"
