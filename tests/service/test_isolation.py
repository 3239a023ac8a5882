"""One workspace can neither read nor infer another's leads, content or variants, by any route."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import ARTICLE, CONSENTS, CONTRACT, Running

GENERATE = {"lead": "c-1", "brief": {"objective": "Convidar para um café melhor"}, "channel": "email"}


@pytest.fixture
async def neighbour(shop: Running) -> Running:
    """`casa` has a shop; `vizinha` is another workspace beside it."""
    await shop.workspace("vizinha")
    return shop


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/leads/c-1", None),
        ("GET", "/v1/leads/c-1/similar", None),
        ("DELETE", "/v1/leads/c-1", None),
        ("GET", "/v1/content/cafe", None),
        ("DELETE", "/v1/content/cafe", None),
        ("GET", "/v1/variants/{variant}", None),
        ("POST", "/v1/generate", GENERATE),
    ],
)
async def test_what_is_anothers_looks_like_what_does_not_exist(
    neighbour: Running, method: str, path: str, body: dict[str, Any] | None
) -> None:
    async with neighbour.client("casa") as http:
        variant = (await http.post("/v1/generate", json=GENERATE)).json()["variants"][0]["id"]
    async with neighbour.client("vizinha") as http:
        theirs = await http.request(method, path.replace("{variant}", variant), json=body)
        absent = await http.request(method, path.replace("{variant}", "0" * 32), json=body)
    assert theirs.status_code == 404
    assert theirs.json()["code"] == absent.json()["code"]
    async with neighbour.client("casa") as http:
        assert (await http.get("/v1/leads/c-1")).status_code == (await http.get("/v1/content/cafe")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/leads", "/v1/content", "/v1/variants"])
async def test_lists_hold_only_ones_own(neighbour: Running, path: str) -> None:
    async with neighbour.client("casa") as http:
        await http.post("/v1/generate", json=GENERATE)
        cursor = (await http.get(path, params={"limit": 1})).json()["next_cursor"]
    async with neighbour.client("vizinha") as http:
        assert (await http.get(path)).json() == {"items": [], "next_cursor": None}
        if cursor:
            assert (await http.get(path, params={"cursor": cursor})).json()["items"] == []


async def test_search_and_counts_see_only_ones_own(neighbour: Running) -> None:
    async with neighbour.client("vizinha") as http:
        found = await http.post("/v1/search", json={"query": "água café filtro"})
        state = (await http.get("/v1/index")).json()
        named = await http.post("/v1/search", json={"query": "café", "content_ids": ["cafe"]})
    assert found.json() == named.json() == {"items": []}
    assert (state["passages"], state["leads"]) == (0, 0)


async def test_the_same_ids_in_two_workspaces_are_two_things(neighbour: Running) -> None:
    async with neighbour.client("vizinha") as http:
        await http.put(
            "/v1/content/cafe",
            json=ARTICLE | {"title": "Outro café", "body": "Este texto é da vizinha e de mais ninguém."},
        )
        lead = {"traits": {"firstName": "Bento", "email": "helena@correio.example"}, "consents": CONSENTS}
        assert (await http.put("/v1/leads/c-1", json=lead)).status_code == 201
        await neighbour.indexed()
        answer = await http.post("/v1/generate", json=GENERATE)
    assert answer.status_code == 200
    assert "vizinha" in answer.text and "Helena" not in answer.text and "92 °C" not in answer.text


async def test_anothers_import_changes_no_score(neighbour: Running) -> None:
    query = {"query": "água café", "mode": "lexical"}
    async with neighbour.client("casa") as http:
        before = (await http.post("/v1/search", json=query)).json()
    async with neighbour.client("vizinha") as http:
        for number in range(5):
            await http.put(f"/v1/content/{number}", json=ARTICLE | {"title": f"Água {number}"})
    await neighbour.indexed()
    async with neighbour.client("casa") as http:
        after = (await http.post("/v1/search", json=query)).json()
    assert [(item["passage"], item["halves"]) for item in before["items"]] == [
        (item["passage"], item["halves"]) for item in after["items"]
    ]


async def test_look_alikes_are_ones_own(neighbour: Running) -> None:
    traits = {"traits": {"categoria": "cafe", "clube": "raiz"}, "consents": CONSENTS}
    async with neighbour.client("vizinha") as http:
        await http.put("/v1/contract", json={"attributes": CONTRACT})
        await http.put("/v1/leads/v-1", json=traits)
    async with neighbour.client("casa") as http:
        await http.put("/v1/leads/c-2", json=traits)
        await neighbour.indexed()
        similar = (await http.get("/v1/leads/c-1/similar")).json()
    assert [item["external_id"] for item in similar["items"]] == ["c-2"]
    assert similar["items"][0]["score"] == pytest.approx(1.0, abs=1e-3)


async def test_a_contract_is_ones_own(neighbour: Running) -> None:
    async with neighbour.client("vizinha") as http:
        assert "categoria" not in (await http.get("/v1/contract")).json()["attributes"]
