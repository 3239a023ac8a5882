"""The attribute contract over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests import support
from tests.support import Running

CONTRACT: dict[str, Any] = dict(support.CONTRACT)


async def test_versions_are_kept_in_their_own_order(shop: Running) -> None:
    turned = dict(reversed(CONTRACT.items()))
    async with shop.client() as http:
        second = (await http.put("/v1/contract", json={"attributes": {"clube": CONTRACT["clube"]}})).json()
        assert second["version"] == 2
        listed = (await http.get("/v1/contract/versions")).json()["items"]
        first = (await http.get("/v1/contract", params={"version": 1})).json()
        default = (await http.get("/v1/contract", params={"version": 0})).json()
        third = (await http.put("/v1/contract", json={"attributes": turned})).json()
        newest = (await http.get("/v1/contract")).json()
    assert [(item["version"], item["attributes"]) for item in listed] == [(2, 1), (1, 4)]
    assert list(first["attributes"]) == list(CONTRACT)
    assert "lifecycle_stage" in default["attributes"]
    assert third == newest and list(newest["attributes"]) == list(turned)


async def test_an_unknown_version_is_told(shop: Running) -> None:
    async with shop.client() as http:
        answer = await http.get("/v1/contract", params={"version": 9})
    assert (answer.status_code, answer.json()["code"]) == (404, "contract.unknown")


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"religiao": CONTRACT["clube"]}, "sensitive"),
        ({"clube": {"use": "imply"}}, "closed domain"),
        ({"clube": {"use": "select", "domain": {"kind": "enumeration", "values": ["{{ x }}"]}}}, "plain punctuation"),
        ({"first_name": CONTRACT["first_name"] | {"fallbacks": {"en": "a|b"}}}, "fallback"),
        ({"First": {"use": "forbidden"}}, "lower-case"),
    ],
)
async def test_what_a_contract_must_not_say_is_told(shop: Running, attributes: dict[str, Any], said: str) -> None:
    async with shop.client() as http:
        answer = await http.put("/v1/contract", json={"attributes": attributes})
    assert answer.status_code == 422 and said in answer.text and "/attributes" in answer.text


async def test_a_proposal_is_for_admins_and_changes_nothing(service: Running) -> None:
    async with service.client() as http:
        for number in range(12):
            traits = {"clube": ("raiz", "broto")[number % 2], "email": f"p{number}@x.example", "firstName": "Ana"}
            await http.put(f"/v1/leads/{number}", json={"traits": traits})
        before = (await http.get("/v1/contract")).json()
        found = (await http.get("/v1/contract/proposal")).json()
        everything = (await http.get("/v1/contract/proposal", params={"all": True})).json()
        assert (await http.get("/v1/contract")).json() == before
        wanted = {name: item["attribute"] for name, item in everything["attributes"].items()}
        assert (await http.put("/v1/contract", json={"attributes": wanted})).status_code == 200
    assert (found["leads"], found["sampled"], set(found["attributes"])) == (12, 12, {"clube", "email"})
    assert found["attributes"]["clube"]["attribute"]["domain"]["values"] == ["broto", "raiz"]
    assert "@" not in str(found) and "first_name" in everything["attributes"]
    workspace = await service.workspace("outra")
    async with service.client(key=await service.key(workspace, "ingest", "review")) as http:
        assert (await http.get("/v1/contract/proposal")).json()["code"] == "key.scope"
    async with service.client("outra") as http:
        assert (await http.get("/v1/contract/proposal")).json() == {"leads": 0, "sampled": 0, "attributes": {}}


async def test_traits_may_be_spelled_as_attributes_are(shop: Running) -> None:
    rules = CONTRACT | {"categoria_favorita": CONTRACT["categoria"]}
    body = {"lead": "c-9", "brief": {"objective": "Café"}, "channel": "email"}
    async with shop.client() as http:
        await http.put("/v1/contract", json={"attributes": rules})
        lead = (await http.get("/v1/leads/c-1")).json()
        own = {"traits": {"categoria_favorita": "cafe"}, "consents": lead["consents"]}
        await http.put("/v1/leads/c-9", json=own)
        made = (await http.post("/v1/generate", json=body)).json()["variants"][0]
        kept = (await http.get(f"/v1/variants/{made['id']}")).json()
    assert kept["audience"]["imply"] == {"categoria_favorita": "café"}


async def test_two_who_change_the_contract_at_once_do_not_overwrite_each_other(shop: Running) -> None:
    async with shop.client() as http:
        version = (await http.get("/v1/contract")).json()["version"]
        fresh = {"attributes": CONTRACT | {"notes": {"use": "forbidden", "purpose": "notas"}}}
        kept = await http.put("/v1/contract", json=fresh, headers={"If-Match": f'"{version}"'})
        late = await http.put("/v1/contract", json={"attributes": {}}, headers={"If-Match": f'"{version}"'})
    assert (kept.status_code, kept.json()["version"]) == (200, version + 1)
    assert (late.status_code, late.json()["code"]) == (412, "contract.version")


async def test_what_another_contract_would_take_out_of_service_is_told_beforehand(shop: Running) -> None:
    brief = {"objective": "Café", "content_ids": ["cafe"]}
    fields = {"title": "Café para {{ first_name | cliente }}", "body": "Água a 92 °C e 60 g de café por litro."}
    without = {name: one for name, one in CONTRACT.items() if name != "first_name"}
    async with shop.client() as http:
        made = (await http.post("/v1/variants", json={"channel": "push", "fields": fields, "brief": brief})).json()
        done = await http.post(f"/v1/variants/{made['id']}/decisions", json={"decision": "approve"})
        assert done.status_code == 200, done.text
        same = (await http.post("/v1/contract:check", json={"attributes": CONTRACT})).json()
        told = (await http.post("/v1/contract:check", json={"attributes": without})).json()
        assert (await http.get(f"/v1/variants/{made['id']}")).json()["status"] == "approved"
    assert same == {"total": 0, "items": []}
    assert (told["total"], told["items"][0]["variant"], told["items"][0]["attributes"]) == (
        1,
        made["id"],
        ["first_name"],
    )
