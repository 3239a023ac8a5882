"""API keys over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict

from service.auth import Admin, Wired
from service.workspaces.keys import KeyBody, make_key
from service.workspaces.models import ApiKey, KeyKind, Scope
from service.workspaces.store import KeyStore

router = APIRouter(prefix="/v1/keys", tags=["workspace"])

SITE_TOKENS = "site-tokens"


class KeyView(BaseModel):
    """A key without its secret."""

    model_config = ConfigDict(from_attributes=True)

    prefix: str
    name: str
    kind: KeyKind
    scopes: Sequence[Scope]
    origins: Sequence[str]
    campaign: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewKey(KeyView):
    """With the secret, which is shown this once."""

    key: str

    @classmethod
    def of(cls, secret: str, key: ApiKey) -> Self:
        """That key."""
        return cls(key=secret, **KeyView.model_validate(key).model_dump())


class KeyList(BaseModel):
    """Every key."""

    items: list[KeyView]


class SiteSecret(BaseModel):
    """What a site's server signs its visitors' tokens with."""

    secret: str


@router.get("", summary="All keys")
async def all_(services: Wired, caller: Admin) -> KeyList:
    """The oldest first, also those that were revoked; never their secrets."""
    async with services.database.read() as connection:
        found = await KeyStore(connection, caller.workspace.id).all()
    return KeyList(items=[KeyView.model_validate(key) for key in found])


@router.post("", summary="Make a key", status_code=201)
async def create(body: KeyBody, response: Response, services: Wired, caller: Admin) -> NewKey:
    """`key` is shown in this answer and never again."""
    async with services.database.write() as connection:
        secret, key = await make_key(connection, caller.workspace, body, services.clock())
    response.headers["Cache-Control"] = "no-store"
    return NewKey.of(secret, key)


@router.get("/site-secret", summary="What a site's server signs with")
async def site_secret(response: Response, services: Wired, caller: Admin) -> SiteSecret:
    """The same at every call, as long as the service's own secret stays. It belongs on the site's server only."""
    response.headers["Cache-Control"] = "no-store"
    return SiteSecret(secret=services.signer.digest(SITE_TOKENS, str(caller.workspace.id)))


@router.delete("/{prefix}", summary="Revoke a key", status_code=204)
async def revoke(prefix: Annotated[str, Path(pattern=r"^[A-Za-z0-9]{8}$")], services: Wired, caller: Admin) -> None:
    """It opens nothing any more; what is served from memory follows within moments."""
    async with services.database.write() as connection:
        await KeyStore(connection, caller.workspace.id).revoke(prefix, services.clock())
