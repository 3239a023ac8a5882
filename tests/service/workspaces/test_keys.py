"""Kinds of keys: what each is bound to, when its time is over, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.db import changes
from service.db.engine import Database
from service.db.tables import campaigns
from service.errors import Unauthorized
from service.workspaces.models import ActiveKey
from service.workspaces.store import KeyStore, all_keys, principal_of
from tests.support import NOW, Running

SITE = "https://loja.example"


async def add_campaign(database: Database, workspace: UUID, slug: str = "natal") -> None:
    """A row to bind a key to."""
    row = {
        "id": workspace, "workspace_id": workspace, "slug": slug, "name": slug, "brief": {}, "channels": [],
        "audiences": [], "locale": "pt-BR", "status": "draft", "settings": {}, "version": 1, "created_at": NOW,
        "updated_at": NOW,
    }  # fmt: skip
    async with database.write() as connection:
        await connection.execute(sa.insert(campaigns).values(row))


async def test_each_kind_opens_what_it_is_for_only(database: Database, workspace: UUID, now: datetime) -> None:
    await add_campaign(database, workspace)
    async with database.write() as connection:
        store = KeyStore(connection, workspace)
        made = {
            "smk": (await store.create("mailer", ["serve"], now))[0],
            "smp": (await store.create("site", [], now, kind="publishable", origins=[SITE]))[0],
            "smc": (await store.create("braze", [], now, kind="campaign", campaign="natal"))[0],
        }
        narrow, _ = await store.create("importer", ["ingest"], now)
    async with database.read() as connection:
        found = {key.prefix: key for key in await all_keys(connection)}
        assert (principal := await principal_of(connection, made["smk"], now)) and principal.name == "mailer"
        assert [await principal_of(connection, made[mark], now) for mark in ("smp", "smc")] == [None, None]
    keys = {mark: found[secret[4:12]] for mark, secret in made.items()}
    assert [secret[:3] for secret in made.values()] == list(made)
    assert all(keys[mark].opened_by(secret) for mark, secret in made.items())
    assert not keys["smp"].opened_by(made["smp"].replace("smp_", "smk_"))
    assert _copies(keys) == {"smk": (True, True), "smp": (False, False), "smc": (True, False)}
    assert [keys[mark].may_place(SITE) for mark in made] == [True, True, False]
    assert [keys["smp"].may_place(origin) for origin in (None, "https://loja.example.evil.test", "null")] == [False] * 3
    assert not found[narrow[4:12]].may_place(SITE) and not found[narrow[4:12]].may_copy("natal")


def _copies(keys: dict[str, ActiveKey]) -> dict[str, tuple[bool, bool]]:
    return {mark: (key.may_copy("natal"), key.may_copy("outra")) for mark, key in keys.items()}


async def test_expired_and_revoked_keys_open_nothing(database: Database, workspace: UUID, now: datetime) -> None:
    async with database.write() as connection:
        store = KeyStore(connection, workspace)
        secret, key = await store.create("brief", ["serve"], now, expires_at=now + timedelta(days=1))
        gone, _ = await store.create("gone", ["serve"], now)
        await store.revoke(gone[4:12], now)
    async with database.read() as connection:
        assert await principal_of(connection, secret, now + timedelta(hours=23))
        with pytest.raises(Unauthorized) as told:
            await principal_of(connection, secret, now + timedelta(days=1))
        assert await principal_of(connection, gone, now) is None
        active = await all_keys(connection)
    assert told.value.code == "key.expired"
    assert [(one.prefix, one.expired(now), one.expired(now + timedelta(days=1))) for one in active] == [
        (key.prefix, False, True)
    ]


async def test_whoever_keeps_keys_in_memory_is_told(database: Database, workspace: UUID, now: datetime) -> None:
    async with database.write() as connection:
        secret, _ = await KeyStore(connection, workspace).create("a", ["serve"], now)
        await KeyStore(connection, workspace).revoke(secret[4:12], now)
    async with database.read() as connection:
        told = await changes.since(connection, 0, 10, ["key"])
    assert [(change.workspace, change.entity) for change in told] == [(workspace, workspace)] * 2


async def test_keys_are_made_listed_and_revoked_over_http(service: Running) -> None:
    async with service.client() as http:
        answer = await http.post("/v1/keys", json={"name": "site", "kind": "publishable", "origins": [SITE + "/"]})
        made = answer.json()
        assert (answer.status_code, made["origins"], made["scopes"]) == (201, [SITE], [])
        assert answer.headers["cache-control"] == "no-store" and made["key"].startswith(f"smp_{made['prefix']}_")
        expiring = {"scopes": ["admin"], "expires_at": (NOW + timedelta(days=90)).isoformat()}
        admin = (await http.post("/v1/keys", json=expiring)).json()
        listed = (await http.get("/v1/keys")).json()["items"]
        assert made | admin not in listed and made["key"] not in str(listed) and len(listed) == 3
        async with service.client(key=made["key"]) as page:
            assert (await page.get("/v1/content")).status_code == 401
        async with service.client(key=admin["key"]) as other:
            assert (await other.delete(f"/v1/keys/{made['prefix']}")).status_code == 204
            assert (await other.delete(f"/v1/keys/{admin['prefix']}")).status_code == 204
            assert (await other.get("/v1/keys")).json()["code"] == "key.unknown"
        revoked = [one["prefix"] for one in (await http.get("/v1/keys")).json()["items"] if one["revoked_at"]]
        assert revoked == [made["prefix"], admin["prefix"]]


async def test_an_expired_key_says_so(service: Running) -> None:
    async with service.services.database.write() as connection:
        workspace = (await principal_of(connection, service.keys["casa"], NOW)).workspace  # type: ignore[union-attr]
        secret, _ = await KeyStore(connection, workspace.id).create("old", ["admin"], NOW, expires_at=NOW)
    async with service.client(key=secret) as http:
        answer = await http.get("/v1/workspace")
    assert (answer.status_code, answer.json()["code"]) == (401, "key.expired")


async def test_a_publishable_key_without_origins_takes_the_workspaces(service: Running) -> None:
    async with service.client() as http:
        refused = await http.post("/v1/keys", json={"kind": "publishable"})
        await http.patch("/v1/workspace", json={"delivery": {"origins": [SITE]}})
        made = await http.post("/v1/keys", json={"kind": "publishable"})
    assert (refused.status_code, refused.json()["code"]) == (422, "key.kind")
    assert made.json()["origins"] == [SITE]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "key.kind", "/scopes"),
        ({"scopes": ["everything"]}, "invalid", "/scopes/0"),
        ({"scopes": ["serve"], "origins": [SITE]}, "key.kind", "/origins"),
        ({"kind": "publishable", "origins": [SITE], "scopes": ["admin"]}, "key.kind", "/scopes"),
        ({"kind": "publishable", "origins": [SITE], "campaign": "natal"}, "key.kind", "/campaign"),
        ({"kind": "publishable", "origins": ["*"]}, "invalid", "/origins/0"),
        ({"kind": "campaign"}, "key.kind", "/campaign"),
        ({"kind": "campaign", "campaign": "../natal"}, "invalid", "/campaign"),
        ({"scopes": ["serve"], "expires_at": NOW.isoformat()}, "key.kind", "/expires_at"),
        ({"scopes": ["serve"], "expires_at": "2027-01-01T00:00:00"}, "invalid", "/expires_at"),
        ({"kind": "master"}, "invalid", "/kind"),
    ],
)
async def test_keys_that_make_no_sense_are_refused(
    service: Running, body: dict[str, Any], code: str, pointer: str
) -> None:
    async with service.client() as http:
        answer = await http.post("/v1/keys", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert len((await http.get("/v1/keys")).json()["items"]) == 1


async def test_a_campaign_key_needs_its_campaign(service: Running) -> None:
    async with service.client() as http:
        answer = await http.post("/v1/keys", json={"kind": "campaign", "campaign": "natal"})
    assert (answer.status_code, answer.json()["code"]) == (404, "campaign.unknown")


async def test_a_sites_secret_is_its_own_and_for_admins(service: Running) -> None:
    other = await service.workspace("outra")
    async with service.client() as http, service.client("outra") as neighbour:
        first, again = [(await http.get("/v1/keys/site-secret")) for _ in range(2)]
        assert first.json() == again.json() and first.headers["cache-control"] == "no-store"
        assert first.json() != (await neighbour.get("/v1/keys/site-secret")).json()
    async with service.client(key=await service.key(other, "serve", "review")) as http:
        assert {(await http.get(path)).status_code for path in ("/v1/keys/site-secret", "/v1/keys")} == {403}
