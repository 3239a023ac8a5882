"""Signing in through an OpenID provider: a small real one on loopback."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey

from evaluation.loopback import served
from service.db.engine import Database
from service.users.openid import OpenId
from tests.service.users.test_signing_in import browser
from tests.support import NOW, Running, running

KEY = RSAKey.generate_key(2048, {"kid": "one"})
ANA = {"sub": "42", "email": "ana@casa.example", "email_verified": True, "name": "Ana Prado"}


class Provider:
    """Vouches for `person`; `claims` are put over what the token says, and `key` signs it."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = dict(ANA)
        self.claims: dict[str, Any] = {}
        self.key = KEY
        self.issuer = ""
        self.asked: dict[str, str] = {}
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self.discovery)
        self.app.get("/keys")(self.keys)
        self.app.post("/token")(self.token)

    async def discovery(self) -> dict[str, str]:
        url = self.issuer
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/keys",
        }

    async def keys(self) -> dict[str, Any]:
        return {"keys": [KEY.as_dict(private=False)]}

    async def token(self, request: Request) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        assert challenge == self.asked["code_challenge"] and form["code"] == "abc"
        claims = {"iss": self.issuer, "aud": "studio", "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 300}
        claims |= {"nonce": self.asked["nonce"]} | self.person | self.claims
        return {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key),
        }


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    async with served(made.app) as url:
        made.issuer = url
        yield made


@pytest.fixture
async def service(sqlite_database: Database, tmp_path: Path, provider: Provider) -> AsyncIterator[Running]:
    async with running(sqlite_database, tmp_path) as started:
        signer = started.services.signer
        openid = OpenId(provider.issuer, "studio", "secret", "Casa ID", None, "writer", signer, lambda: NOW)
        started.app.state.services = replace(started.services, openid=openid)
        yield started


async def there_and_back(http: httpx.AsyncClient, provider: Provider, **changed: str) -> httpx.Response:
    """To the provider and back, as a browser goes."""
    away = await http.get("/studio/sign-in/openid?next=/studio/campaigns")
    provider.asked = {name: values[0] for name, values in parse_qs(urlsplit(away.headers["location"]).query).items()}
    assert provider.asked["redirect_uri"] == "http://test/studio/sign-in/back"
    return await http.get("/studio/sign-in/back", params={"state": provider.asked["state"], "code": "abc"} | changed)


async def test_a_user_signs_in_by_verified_address_and_later_by_the_provider_s_name(
    service: Running, provider: Provider
) -> None:
    async with service.client() as admin, browser(service) as http, browser(service) as later:
        await admin.post("/v1/users", json={"email": "ana@casa.example", "name": "Ana", "role": "approver"})
        answer = await there_and_back(http, provider)
        assert (answer.status_code, answer.headers["location"]) == (303, "/studio/campaigns")
        assert (await http.get("/v1/me")).json()["openid"] is True
        provider.person["sub"] = "43"  # another account of the provider that now has the address
        assert "Nobody here has that address" in (await there_and_back(later, provider)).text


async def test_nobody_unknown_or_unverified_comes_in(service: Running, provider: Provider) -> None:
    async with service.client() as admin, browser(service) as http:
        assert (await there_and_back(http, provider)).status_code == 401
        await admin.post("/v1/users", json={"email": "ana@casa.example", "name": "Ana"})
        provider.person["email_verified"] = False
        assert (await there_and_back(http, provider)).status_code == 401


async def test_whoever_is_no_user_yet_becomes_one_where_that_is_set(service: Running, provider: Provider) -> None:
    openid = service.app.state.services.openid
    service.app.state.services = replace(service.services, openid=replace(openid, workspace="casa"))
    async with browser(service) as http:
        assert (await there_and_back(http, provider)).status_code == 303
        me = (await http.get("/v1/me")).json()
        assert (me["name"], me["role"], me["password"]) == ("Ana Prado", "writer", False)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "somebody else"},
        {"iss": "https://evil.example"},
        {"exp": int(NOW.timestamp()) - 120},
    ],
)
async def test_a_token_that_is_not_for_us_opens_nothing(
    service: Running, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json={"email": "ana@casa.example", "name": "Ana"})
        answer = await there_and_back(http, provider)
        assert answer.status_code == 502 and (await http.get("/v1/me")).status_code == 401


async def test_a_token_of_another_key_a_foreign_state_and_a_dead_provider_open_nothing(
    service: Running, provider: Provider
) -> None:
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json={"email": "ana@casa.example", "name": "Ana"})
        provider.key = RSAKey.generate_key(2048, {"kid": "one"})
        assert (await there_and_back(http, provider)).status_code == 502
        provider.key = KEY
        assert (await there_and_back(http, provider, state="another")).status_code == 401
        openid = replace(service.app.state.services.openid, issuer="http://127.0.0.1:9")
        service.app.state.services = replace(service.services, openid=openid)
        gone = await http.get("/studio/sign-in/openid")
        assert gone.status_code == 502 and "our side" in gone.text
        assert (await http.get("/v1/me")).status_code == 401


async def test_the_sign_in_page_offers_the_provider_only_where_there_is_one(service: Running) -> None:
    async with browser(service) as http:
        assert "Sign in with Casa ID" in (await http.get("/studio/sign-in")).text
        service.app.state.services = replace(service.services, openid=None)
        assert "Casa ID" not in (await http.get("/studio/sign-in")).text
        assert (await http.get("/studio/sign-in/openid")).status_code == 404
