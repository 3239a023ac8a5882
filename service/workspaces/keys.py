"""A new key as it is asked for, over HTTP and by command."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from service.delivery.policy import MOST_ORIGINS, Origin
from service.errors import Fault, Invalid
from service.leads.models import CleanText
from service.leads.wordings import stripped
from service.workspaces.models import SLUG, ApiKey, KeyKind, Scope, Workspace
from service.workspaces.store import KeyStore


class KeyBody(BaseModel):
    """What a key is for. A `publishable` one that names no origins is bound to those of the workspace's `delivery`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "site", "kind": "publishable", "origins": ["https://loja.example"]}]},
    )

    name: Annotated[CleanText, BeforeValidator(stripped), Field(min_length=1, max_length=200)] = "unnamed"
    kind: KeyKind = "secret"
    scopes: Annotated[list[Scope], Field(max_length=7)] = Field(default_factory=list)
    origins: Annotated[list[Origin], Field(max_length=MOST_ORIGINS)] = Field(default_factory=list)
    campaign: Annotated[str, Field(pattern=SLUG)] | None = None
    expires_at: AwareDatetime | None = None


async def make_key(
    connection: AsyncConnection, workspace: Workspace, body: KeyBody, now: datetime
) -> tuple[str, ApiKey]:
    """The key and its secret. Raises `Invalid`, or `NotFound` for a campaign that is not there."""
    if body.expires_at is not None and body.expires_at <= now:
        told = f"{body.expires_at:%Y-%m-%d %H:%M} is over already"
        raise Invalid(f"A key that opens nothing: {told}.", code="key.kind", faults=[Fault("/expires_at", told)])
    origins = body.origins or (workspace.delivery.origins if body.kind == "publishable" else [])
    return await KeyStore(connection, workspace.id).create(
        body.name, body.scopes, now, kind=body.kind, origins=list(dict.fromkeys(origins)), campaign=body.campaign,
        expires_at=body.expires_at,
    )  # fmt: skip
