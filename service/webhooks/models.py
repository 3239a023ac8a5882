"""A provider's webhook as a workspace sets it up, and as it tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, SecretStr


def _origin(url: HttpUrl) -> HttpUrl:
    if url.query or url.fragment or url.username or url.password:
        raise ValueError("write just the address, such as https://copy.loja.example")
    return url


class GivenSettings(BaseModel):
    """What may be set from outside."""

    model_config = ConfigDict(extra="forbid")

    base_url: Annotated[HttpUrl, AfterValidator(_origin)] | None = Field(
        default=None,
        description="How the world calls this service, where a proxy stands before it: HubSpot signs what it calls.",
    )


class HookSettings(GivenSettings):
    """As they are kept. `confirm_url` is the link with which Amazon wants a subscription confirmed."""

    confirm_url: str | None = None


@dataclass(frozen=True, slots=True)
class Hook:
    """One provider in one workspace. The secret is kept as it is, since signatures are checked with it."""

    provider: str
    secret: str
    settings: HookSettings
    created_at: datetime


class HookBody(BaseModel):
    """How to tell that a call is the provider's. Where it cannot sign, leave `secret` out and a token is made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"secret": "signing-key-from-the-provider", "settings": {"base_url": "https://copy.example"}}]
        },
    )

    secret: Annotated[SecretStr, Field(min_length=1, max_length=4_000)] | None = None
    settings: GivenSettings = Field(default_factory=GivenSettings)

    @property
    def plain(self) -> str | None:
        """The secret without the white space that copying it brings along."""
        return self.secret.get_secret_value().strip() if self.secret else None


class HookView(BaseModel):
    """A webhook without its secret. `confirm_url` is to be opened once, where the provider asks for that."""

    provider: str
    url: str
    steps: str
    created_at: datetime
    confirm_url: str | None = None


class Hooks(BaseModel):
    """Every provider that is set up, and the names of those that can be."""

    items: list[HookView]
    providers: list[str]


class Taken(BaseModel):
    """What became of a call: new events, events that were there already, and items that we do not use.

    Of the new ones, `unmatched` are about addresses that no lead has.
    """

    stored: int
    duplicates: int
    skipped: int
    unmatched: int = 0
