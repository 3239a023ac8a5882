"""A lead as it comes in and as it is kept."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from service.types import JsonScalar, Locale

TRAIT_LIMIT = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")
_TRAIT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_FLATTENED = ("address", "company")


def no_control_characters(value: str) -> str:
    """Refuse NUL and other control characters, which databases and terminals choke on."""
    if _CONTROL.search(value):
        raise ValueError("holds a control character (such as NUL)")
    return value


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


CleanText = Annotated[str, AfterValidator(no_control_characters)]
ExternalId = Annotated[
    str, BeforeValidator(_stripped), Field(min_length=1, max_length=200), AfterValidator(no_control_characters)
]

Basis = Literal[
    "consent", "legitimate_interest", "pre_existent_contract", "judicial_process", "vital_interest", "public_interest"
]
Channel = Literal["email", "banner", "popup", "push", "sms", "whatsapp", "social_ad", "chat"]
ConsentStatus = Literal["granted", "denied", "revoked", "expired"]

PROFILING = "personalize.content.profiling"
COMMUNICATIONS = "marketing.communications"


class Consent(BaseModel):
    """One row of the ledger; the row collected last rules its purpose and channel, `*` where the purpose has none."""

    model_config = ConfigDict(extra="forbid")

    purpose: Annotated[CleanText, Field(min_length=1, max_length=100)]
    channel: Channel | Literal["*"] = "*"
    basis: Basis
    status: ConsentStatus = "granted"
    source: Annotated[CleanText, Field(min_length=1, max_length=200)]
    collected_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    notice_version: Annotated[CleanText, Field(max_length=100)] | None = None
    proof: Annotated[CleanText, Field(max_length=10_000)] | None = None

    def allows(self, now: datetime) -> bool:
        """Whether this row lets the purpose go on at that moment."""
        return self.status == "granted" and (self.expires_at is None or now < self.expires_at)


class LeadBody(BaseModel):
    """A lead as it is given under a known name. Traits have Segment's names (`firstName`, `email`, `city`, ...) or the
    workspace's own; `address` and `company` objects are flattened into them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"traits": {"firstName": "Ana", "email": "ana@correio.example", "city": "Recife"}, "locale": "pt-BR"}
            ]
        },
    )

    traits: dict[str, Any] = Field(default_factory=dict)
    locale: Locale | None = None
    consents: list[Consent] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _flat_traits(self) -> Self:
        self.traits = flatten(self.traits)
        return self


class LeadInput(LeadBody):
    """A lead from outside, with the workspace's own name for it."""

    external_id: ExternalId


class Lead(BaseModel):
    """A lead as it is kept. `id` is random and never leaves logs; `external_id` is the workspace's own."""

    id: UUID = Field(exclude=True)
    external_id: str
    traits: dict[str, JsonScalar | list[str]]
    locale: Locale
    created_at: datetime
    updated_at: datetime
    consents: list[Consent] = Field(default_factory=list)


def flatten(traits: dict[str, Any]) -> dict[str, JsonScalar | list[str]]:
    """Traits on one level: names checked, text cleaned, `address.city` as `city`, `company.name` as `company`.

    Empty values are left out. Raises ValueError naming the trait.
    """
    flat: dict[str, JsonScalar | list[str]] = {}
    for name, value in traits.items():
        if name in _FLATTENED and isinstance(value, dict):
            inner = {("company" if (name, key) == ("company", "name") else key): item for key, item in value.items()}
            flat |= flatten(inner)
        elif (kept := _trait(name, value)) not in (None, "", []):
            flat[name] = kept
    if len(flat) > TRAIT_LIMIT:
        raise ValueError(f"has {len(flat)} traits; at most {TRAIT_LIMIT} are kept")
    return flat


def _trait(name: str, value: Any) -> JsonScalar | list[str]:
    if not _TRAIT_NAME.fullmatch(name):
        raise ValueError(f"trait {name[:80]!r}: a name is a letter, then letters, digits and _, at most 64")
    if isinstance(value, str):
        if len(value) > 10_000:
            raise ValueError(f"trait {name!r}: longer than 10,000 characters")
        try:
            return no_control_characters(value.strip())
        except ValueError as error:
            raise ValueError(f"trait {name!r}: {error}") from None
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError(f"trait {name!r}: the number is too large")
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value) and len(value) <= 100:
        return [no_control_characters(item.strip()) for item in value]
    raise ValueError(f"trait {name!r}: must be text, a number, true/false or a list of texts")
