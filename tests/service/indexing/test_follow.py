"""The index agrees with the records: after changes, after it was lost, with several followers."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from service.db.engine import Database
from tests.support import ARTICLE, CONSENTS, CONTRACT, Running, running

QUERY = {"query": "água café"}


async def test_a_new_version_replaces_the_old_one_in_the_index(shop: Running) -> None:
    async with shop.client() as http:
        await http.put("/v1/content/cafe", json=ARTICLE | {"body": "A moagem média combina com o coador de papel."})
        await shop.indexed()
        found = (await http.post("/v1/search", json={"query": "moagem água 92", "content_ids": ["cafe"]})).json()[
            "items"
        ]
    assert [(item["version"], "moagem" in item["text"]) for item in found] == [(2, True)]


async def test_unchanged_content_is_not_embedded_again(shop: Running) -> None:
    before = await shop.services.follower.progress()
    async with shop.client() as http:
        assert (await http.put("/v1/content/cafe", json=ARTICLE)).json()["version"] == 1
    assert await shop.services.follower.progress() == before


async def test_deleted_content_leaves_the_index_and_can_come_back(shop: Running) -> None:
    async with shop.client() as http:
        assert (await http.delete("/v1/content/cafe")).status_code == 204
        await shop.indexed()
        assert all(item["content_id"] != "cafe" for item in (await http.post("/v1/search", json=QUERY)).json()["items"])
        assert (await http.put("/v1/content/cafe", json=ARTICLE)).json()["version"] == 2
        await shop.indexed()
        assert any(item["content_id"] == "cafe" for item in (await http.post("/v1/search", json=QUERY)).json()["items"])


async def test_a_lost_index_is_rebuilt_from_the_records(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path, own_index=True) as first, first.client() as http:
        await http.put("/v1/content/cafe", json=ARTICLE)
        await first.indexed()
        before = (await http.post("/v1/search", json=QUERY)).json()
        keys = first.keys
    shutil.rmtree(tmp_path / "index")
    async with running(sqlite_database, tmp_path, keys=keys, own_index=True) as second, second.client() as http:
        await second.indexed()
        assert (await http.post("/v1/search", json=QUERY)).json() == before != {"items": []}


async def test_rebuild_gives_the_same_answers(shop: Running) -> None:
    async with shop.client() as http:
        before = (await http.post("/v1/search", json=QUERY)).json()
        assert (await http.post("/v1/index:rebuild")).status_code == 202
        await shop.indexed()
        assert (await http.post("/v1/search", json=QUERY)).json() == before
        state = (await http.get("/v1/index")).json()
    assert (state["passages"], state["leads"], state["followed"]) == (2, 1, state["latest"])


async def test_leads_are_embedded_only_with_profiling_consent_and_only_by_what_the_contract_names(
    service: Running,
) -> None:
    traits = {"firstName": "Ana", "categoria": "cafe", "notes": "texto livre"}
    async with service.client() as http:
        await http.put("/v1/contract", json={"attributes": CONTRACT})
        await http.put("/v1/leads/with", json={"traits": traits, "consents": CONSENTS})
        await http.put("/v1/leads/without", json={"traits": traits})
        await http.put("/v1/leads/unnamed", json={"traits": {"cidade": "Recife"}, "consents": CONSENTS})
        await service.indexed()
        assert (await http.get("/v1/index")).json()["leads"] == 1
        for lead in ("without", "unnamed"):
            assert (await http.get(f"/v1/leads/{lead}/similar")).json()["code"] == "lead.not_profiled"


async def test_a_withdrawn_consent_takes_the_vector_away(shop: Running) -> None:
    denied = [CONSENTS[1] | {"status": "revoked", "collected_at": "2026-11-01T00:00:00Z"}]
    async with shop.client() as http:
        await http.put("/v1/leads/c-1", json={"traits": {"categoria": "cafe"}, "consents": denied})
        await shop.indexed()
        assert (await http.get("/v1/index")).json()["leads"] == 0


async def test_a_new_contract_embeds_every_lead_again(shop: Running) -> None:
    async with shop.client() as http:
        await http.put("/v1/contract", json={"attributes": {"first_name": CONTRACT["first_name"]}})
        await shop.indexed()
        assert (await http.get("/v1/index")).json()["leads"] == 0


async def test_two_lead_texts_alike_share_one_vector(shop: Running) -> None:
    async with shop.client() as http:
        await http.put(
            "/v1/leads/c-2",
            json={"traits": {"categoria": "cafe", "clube": "raiz", "firstName": "Zoé"}, "consents": CONSENTS},
        )
    await shop.indexed()
    async with shop.client() as http:
        [alike] = (await http.get("/v1/leads/c-1/similar")).json()["items"]
    assert alike["external_id"] == "c-2" and alike["score"] > 0.999


async def test_only_one_of_two_followers_works_at_a_time(service: Running) -> None:
    async with service.client() as http:
        await asyncio.gather(*(http.put(f"/v1/content/{n}", json=ARTICLE | {"title": f"Café {n}"}) for n in range(12)))
    await asyncio.gather(*(service.services.follower.catch_up() for _ in range(4)))
    async with service.client() as http:
        assert (await http.get("/v1/index")).json()["passages"] == 12
