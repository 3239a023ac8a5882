"""How people sign in besides by password, and under which address the service is known to them."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from service.section import Section
from service.users.models import Role

_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not an address")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("not https")
    return value.rstrip("/")


class StudioSettings(Section):
    """Where people find the studio."""

    public_url: str | None = Field(
        None,
        alias="SOBMEDIDA_PUBLIC_URL",
        description="https://copy.example, as people's browsers know the service; unset means as each request names it",
    )

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return value and _origin(value)


class OpenIdSettings(Section):
    """An OpenID Connect provider that people may sign in with."""

    issuer: str | None = Field(
        None,
        alias="SOBMEDIDA_OIDC_ISSUER",
        description="https://accounts.example, the provider's issuer; unset means passwords only",
    )
    client_id: str | None = Field(None, alias="SOBMEDIDA_OIDC_CLIENT_ID", description="the id it knows this service by")
    client_secret: SecretStr | None = Field(
        None, alias="SOBMEDIDA_OIDC_CLIENT_SECRET", description="the secret that goes with the id"
    )
    label: str = Field(
        "OpenID", alias="SOBMEDIDA_OIDC_LABEL", min_length=1, max_length=40, description="its name on the sign-in page"
    )
    workspace: str | None = Field(
        None,
        alias="SOBMEDIDA_OIDC_WORKSPACE",
        description="the workspace that people who are not users yet come into; unset means only users may sign in",
    )
    role: Role = Field(
        "writer", alias="SOBMEDIDA_OIDC_ROLE", description="writer, approver or admin: what those people are at first"
    )

    @field_validator("issuer")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return value and _origin(value)

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.issuer and not (self.client_id and self.client_secret):
            raise ValueError(
                "SOBMEDIDA_OIDC_CLIENT_ID: SOBMEDIDA_OIDC_ISSUER is set; set the client's id and secret as well"
            )
        if self.client_id and not self.issuer:
            raise ValueError("SOBMEDIDA_OIDC_ISSUER: SOBMEDIDA_OIDC_CLIENT_ID is set but the issuer is not")
        return self
