"""Content items and the facts of offers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_serializer,
    model_validator,
)

from service.hidden import without_hidden
from service.leads.models import CleanText, ExternalId
from service.types import Locale

Kind = Literal["article", "product", "offer", "page", "faq"]
KINDS_WITH_FACTS = frozenset({"product", "offer"})

Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
ShortText = Annotated[CleanText, AfterValidator(without_hidden), Field(max_length=500)]


def _http(value: object) -> object:
    if isinstance(value, str) and value and not value.lower().startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value or None


Url = Annotated[CleanText, BeforeValidator(_http), Field(max_length=2_000)]


class Facts(BaseModel):
    """What an offer or product promises, readable by machines. Amounts are in `currency`."""

    model_config = ConfigDict(extra="forbid")

    price: Money | None = None
    old_price: Money | None = None
    pix_price: Money | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    discount_percent: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    stock: Annotated[int, Field(ge=0, le=10**9)] | None = None
    installments: Annotated[int, Field(ge=1, le=360)] | None = None
    installment_amount: Money | None = None
    coupon: ShortText | None = None
    terms: Annotated[CleanText, AfterValidator(without_hidden), Field(max_length=2_000)] | None = None
    free_shipping_region: ShortText | None = None

    @model_validator(mode="after")
    def _currency_known(self) -> Self:
        amounts = (self.price, self.old_price, self.pix_price, self.installment_amount)
        if any(amount is not None for amount in amounts) and self.currency is None:
            self.currency = "BRL"
        return self

    @field_serializer("price", "old_price", "pix_price", "installment_amount", "discount_percent")
    def _plain_number(self, value: Decimal | None) -> float | None:
        return None if value is None else float(value)

    def items(self) -> dict[str, Any]:
        """The facts that are there, as plain JSON values."""
        return self.model_dump(exclude_none=True)


class ContentBody(BaseModel):
    """A content item as it is given under a known name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "article",
                    "title": "Café coado em casa",
                    "body": "A água a 92 °C extrai bem o sabor.",
                    "locale": "pt-BR",
                    "url": "https://casajatoba.example/blog/cafe-coado-em-casa",
                }
            ]
        },
    )

    kind: Kind = "article"
    title: Annotated[CleanText, AfterValidator(without_hidden), Field(min_length=1, max_length=500)]
    body: Annotated[CleanText, AfterValidator(without_hidden), Field(max_length=2_000_000)] = ""
    locale: Locale | None = None
    tags: Annotated[list[Annotated[CleanText, Field(min_length=1, max_length=100)]], Field(max_length=100)] = Field(
        default_factory=list
    )
    url: Url | None = None
    image_url: Url | None = None
    image_alt: ShortText | None = None
    facts: Facts = Field(default_factory=Facts)
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.body.strip() and self.kind not in KINDS_WITH_FACTS:
            raise ValueError(f"body: this {self.kind} has no text to draw on")
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("valid_until: ends before it begins")
        return self


class ContentInput(ContentBody):
    """A content item from outside, with the workspace's own name for it."""

    external_id: ExternalId

    def hash(self) -> str:
        """Names this state: the same item in the same state is not stored or embedded again."""
        return _sha256(self.model_dump(mode="json", exclude={"external_id"}))


class ContentItem(BaseModel):
    """A content item at one of its versions, which never change."""

    id: UUID = Field(exclude=True)
    external_id: str
    version: int
    kind: Kind
    title: str
    body: str
    locale: Locale
    tags: list[str]
    url: str | None
    image_url: str | None
    image_alt: str | None
    facts: Facts
    valid_from: datetime | None
    valid_until: datetime | None
    created_at: datetime

    def valid_at(self, now: datetime) -> bool:
        """Whether what it says holds at that moment."""
        return not ((self.valid_from and now < self.valid_from) or (self.valid_until and now >= self.valid_until))


class Passage(BaseModel):
    """A stretch of a content version: `text` is what stands at `start:end` of its body."""

    id: UUID
    item_id: UUID
    version: int
    ordinal: int
    heading: str
    text: str
    start: int
    end: int


def fact_hashes(facts: Mapping[str, Any]) -> dict[str, str]:
    """A hash for each fact, so that a new price is told from a mended typo."""
    return {key: _sha256([key, value]) for key, value in facts.items()}


def _sha256(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
