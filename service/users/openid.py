"""Signing in through an OpenID Connect provider: authorization code with PKCE, `state` and `nonce`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db.engine import Database
from service.errors import NotFound, SobMedidaError, Unauthorized
from service.privacy.signing import Signer
from service.types import Clock
from service.users.models import Role, User
from service.users.store import UserStore, users_at
from service.workspaces.store import WorkspaceStore

ON_THE_WAY = timedelta(minutes=10)
PURPOSE = "openid"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SECONDS = 10.0


class ProviderDown(SobMedidaError):
    """The provider does not answer, or not as OpenID Connect has it."""

    status = 502
    code = "openid.failed"
    title = "The sign-in provider did not answer usably"


class Discovered(BaseModel):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Person(BaseModel):
    """Whom the provider vouches for."""

    sub: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class OpenId:
    """One provider. `workspace` is where people come in who are not users yet, with that `role`; None lets nobody in
    who is not."""

    issuer: str
    client_id: str
    client_secret: str
    label: str
    workspace: str | None
    role: Role
    signer: Signer
    clock: Clock

    async def start(self, back: str, then: str) -> tuple[str, str]:
        """Where to send the browser, and what it keeps meanwhile. `back` is our own address, `then` the page after."""
        found = await self._discovered()
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        async with self._client(back) as client:
            url, _ = client.create_authorization_url(
                found.authorization_endpoint, state=kept["state"], nonce=kept["nonce"], code_verifier=kept["verifier"]
            )
        until = (self.clock() + ON_THE_WAY).timestamp()
        return str(url), self.signer.token(PURPOSE, {**kept, "until": until, "then": then})

    async def finish(self, back: str, kept: str, state: str, code: str) -> tuple[Person, str]:
        """Whom the provider vouches for, and the page they wanted. Raises `Unauthorized` where the answer is not the
        one that was waited for, `ProviderDown` where it cannot be read."""
        try:
            told = self.signer.read(PURPOSE, kept)
        except NotFound:
            told = {}
        now = self.clock().timestamp()
        if not told or now > told["until"] or not secrets.compare_digest(state.encode(), told["state"].encode()):
            raise Unauthorized("That sign-in took too long or began elsewhere; begin again.", code="openid.state")
        found = await self._discovered()
        try:
            async with self._client(back) as client:
                token = await client.fetch_token(found.token_endpoint, code=code, code_verifier=told["verifier"])
            keys = KeySet.import_key_set(await self._json(found.jwks_uri))
            read = jwt.decode(token["id_token"], keys, algorithms=list(ALGORITHMS))
            wanted: dict[str, Any] = {
                "iss": {"essential": True, "value": found.issuer}, "aud": {"essential": True, "value": self.client_id}
            }  # fmt: skip
            parameters = {"nonce": told["nonce"], "client_id": self.client_id}
            CodeIDToken(read.claims, read.header, wanted, parameters).validate(now=int(now), leeway=60)
            return Person.model_validate(read.claims), told["then"]
        except (AuthlibBaseError, JoseError, httpx.HTTPError, ValidationError, KeyError, ValueError) as error:
            raise ProviderDown(f"{self.label} did not vouch for anybody ({type(error).__name__}).") from None

    async def user_for(self, database: Database, person: Person) -> User:
        """The user that somebody is: by the provider's name for them, else by an address that it verified, else a new
        one where that is allowed. Raises `Unauthorized`."""
        address = person.email if person.email_verified else None
        async with database.write() as connection:
            known = [user for user in await users_at(connection, address or "") if user.disabled_at is None]
            user = next((one for one in known if one.subject == self._subject(person)), None)
            user = user or next((one for one in known if one.subject is None), None)
            if user is None and address and self.workspace and not await users_at(connection, address):
                user = await self._made(connection, address, person)
            if user is None:
                raise Unauthorized("Nobody here has that address; ask an admin to add you.", code="openid.nobody")
            if user.subject is None:
                user = await UserStore(connection, user.workspace).update(user, {"subject": self._subject(person)})
        return user

    async def _made(self, connection: AsyncConnection, address: str, person: Person) -> User:
        where = await WorkspaceStore(connection).get(self.workspace or "")
        name = (person.name or address.partition("@")[0])[:200]
        return await UserStore(connection, where.id).create(address, name, self.role, self.clock())

    def _subject(self, person: Person) -> str:
        return f"{self.issuer} {person.sub}"[:255]

    def _client(self, back: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.client_id, self.client_secret, scope="openid email profile", redirect_uri=back, timeout=SECONDS,
            code_challenge_method="S256",
        )  # fmt: skip

    async def _discovered(self) -> Discovered:
        try:
            found = Discovered.model_validate(await self._json(f"{self.issuer}/.well-known/openid-configuration"))
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderDown(f"{self.label} cannot be reached ({type(error).__name__}).") from None
        if found.issuer.rstrip("/") != self.issuer:
            raise ProviderDown(f"{self.label} calls itself by another name than SOBMEDIDA_OIDC_ISSUER.")
        return found

    async def _json(self, url: str) -> Any:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            return (await client.get(url)).raise_for_status().json()
