"""Keys, scopes and the token for commands on this machine."""

from __future__ import annotations

import httpx
import pytest

from service.workspaces.models import Scope
from service.workspaces.store import KeyStore, WorkspaceStore
from tests.support import NOW, Running


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "key.missing"),
        ({"Authorization": "Bearer nonsense"}, "key.unknown"),
        ({"Authorization": "Bearer smk_abcdefgh_" + "x" * 43}, "key.unknown"),
        ({"Authorization": "Basic dTpw"}, "key.missing"),
        ({"Authorization": "Bearer nonsense", "X-Workspace": "casa"}, "key.unknown"),
        ({"Authorization": "Bearer ção", "X-Workspace": "casa"}, "key.unknown"),
    ],
)
async def test_no_key_no_answer(service: Running, headers: dict[str, str], code: str) -> None:
    transport = httpx.ASGITransport(service.app)
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=encoded) as http:
        answer = await http.get("/v1/content")
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("generate", "GET", "/v1/leads"),
        ("serve", "POST", "/v1/leads:import"),
        ("ingest", "POST", "/v1/generate"),
        ("ingest", "GET", "/v1/variants"),
        ("review", "PUT", "/v1/contract"),
        ("ingest", "POST", "/v1/index:rebuild"),
    ],
)
async def test_a_key_opens_only_what_its_scopes_say(service: Running, scope: Scope, method: str, path: str) -> None:
    key = await service.key(await service.workspace("outra"), scope)
    async with service.client(key=key) as http:
        answer = await http.request(
            method, path, json={"attributes": {}, "brief": {"objective": "x"}, "channel": "email", "lead": "x"}
        )
    assert (answer.status_code, answer.json()["code"]) == (403, "key.scope")


async def test_a_revoked_key_is_refused_at_once(service: Running) -> None:
    async with service.client() as http:
        assert (await http.get("/v1/content")).status_code == 200
        async with service.services.database.write() as connection:
            workspace = await WorkspaceStore(connection).get("casa")
            await KeyStore(connection, workspace.id).revoke(service.keys["casa"][4:12], NOW)
        assert (await http.get("/v1/content")).status_code == 401


async def test_a_key_is_stored_as_a_hash_only(service: Running) -> None:
    async with service.services.database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM api_keys")).all()
    assert service.keys["casa"] not in repr(rows) and service.keys["casa"][13:] not in repr(rows)


async def test_the_local_token_opens_a_named_workspace_only(service: Running) -> None:
    async with service.client(key=service.services.local_token) as http:
        assert (await http.get("/v1/content")).status_code == 401
        assert (await http.get("/v1/content", headers={"X-Workspace": "casa"})).status_code == 200
        assert (await http.get("/v1/content", headers={"X-Workspace": "nenhuma"})).status_code == 401
