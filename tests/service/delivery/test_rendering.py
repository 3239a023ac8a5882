"""A variant as one reader gets it: by the code that serves, for words that nobody has kept yet too."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.service.campaigns.shop import workspace_of
from tests.support import CONSENTS, Running

COPY = {
    "subject": "{{ first_name | cliente }}, café coado em casa",
    "preheader": "Água a 92 °C e 60 g de café por litro, sem segredo.",
    "headline": "Café coado, passo a passo",
    "body": "Olá, {{ first_name | cliente }}.\n\nA água a 92 °C extrai bem o sabor.",
    "cta": "Ver como se faz",
    "cta_content_id": "cafe",
}


async def written(http: httpx.AsyncClient, channel: str = "email", **fields: Any) -> dict[str, Any]:
    """Somebody's own copy."""
    body = {"channel": channel, "fields": fields or COPY, "brief": {"objective": "Café em casa"}}
    answer = await http.post("/v1/variants", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_nobody_a_lead_and_a_hard_case_are_bound_as_they_are_served(shop: Running) -> None:
    async with shop.client() as http:
        at = f"/v1/variants/{(await written(http))['id']}/rendering"
        nobody = (await http.post(at, json={})).json()
        lead = (await http.post(at, json={"lead": "c-1"})).json()
        case = (await http.post(at, json={"case": 0})).json()
    assert nobody["outputs"]["subject"] == "cliente, café coado em casa"
    assert lead["outputs"]["subject"] == "Helena, café coado em casa"
    assert (lead["values"], lead["sends"], lead["sender"]) == ({"first_name": "Helena"}, True, "Loja casa")
    assert "Olá, Helena." in lead["html"]
    assert "https://casa.example/cafe" in lead["html"]
    assert case["reader"] == "case"
    assert len(case["values"]["first_name"]) == 40


async def test_words_that_are_not_kept_yet_are_shown_and_stay_unkept(shop: Running) -> None:
    async with shop.client() as http:
        made = await written(http)
        shown = await http.post(
            f"/v1/variants/{made['id']}/rendering", json={"fields": {"headline": "<script>alert(1)</script>"}}
        )
        kept = (await http.get(f"/v1/variants/{made['id']}")).json()
    assert "&lt;script&gt;" in shown.json()["html"]
    assert "<script" not in shown.json()["html"]
    assert (kept["fields"], kept["version"]) == (made["fields"], made["version"])


async def test_a_lead_who_agreed_to_nothing_is_shown_as_serving_would_have_it(shop: Running) -> None:
    async with shop.client() as http:
        told = {"traits": {"firstName": "Bruna"}, "consents": CONSENTS[1:]}
        (await http.put("/v1/leads/c-9", json=told)).raise_for_status()
        at = f"/v1/variants/{(await written(http))['id']}/rendering"
        shown = (await http.post(at, json={"lead": "c-9"})).json()
    assert (shown["sends"], shown["values"]) == (False, {})
    assert shown["outputs"]["subject"] == "cliente, café coado em casa"


async def test_a_name_that_breaks_a_limit_is_told_and_not_bound(shop: Running) -> None:
    async with shop.client() as http:
        long = "{{ first_name | cliente }}, " + "café " * 12
        at = f"/v1/variants/{(await written(http, **COPY | {'subject': long.strip()}))['id']}/rendering"
        await http.put(
            "/v1/leads/c-8", json={"traits": {"firstName": "Maximiliana Wandercleide"}, "consents": CONSENTS}
        )
        shown = (await http.post(at, json={"lead": "c-8"})).json()
    assert [one["field"] for one in shown["over"]] == ["subject"]
    assert shown["outputs"]["subject"].startswith("cliente, ")


@pytest.mark.parametrize(
    ("channel", "fields", "seen"),
    [
        ("sms", {"text": "Promoção: café coado em casa"}, "UCS-2"),
        ("push", {"title": "Café coado", "body": "Água a 92 °C."}, "Água a 92 °C."),
        ("whatsapp", {"body": "Café coado em casa.", "button": "Ver"}, "Café coado em casa."),
        ("chat", {"body": "A água a 92 °C extrai bem o sabor."}, "extrai bem"),
        ("banner", {"headline": "Café coado", "body": "Em casa", "cta": "Ver"}, "Café coado"),
    ],
)
async def test_every_channel_has_its_look(shop: Running, channel: str, fields: dict[str, str], seen: str) -> None:
    async with shop.client() as http:
        made = await written(http, channel, **fields)
        shown = await http.post(f"/v1/variants/{made['id']}/rendering", json={})
    assert seen in shown.json()["html"]


async def test_what_cannot_be_rendered_is_told(shop: Running) -> None:
    async with shop.client() as http:
        at = f"/v1/variants/{(await written(http))['id']}/rendering"
        for body, status, code in (
            ({"lead": "nobody"}, 404, "lead.unknown"),
            ({"case": 11}, 422, "rendering.case"),
            ({"lead": "c-1", "case": 0}, 422, "invalid"),
            ({"fields": {"nose": "red"}}, 422, "invalid"),
            ({"fields": {"body": "x" * 100_000}}, 422, "email.too_large"),
        ):
            answer = await http.post(at, json=body)
            assert (answer.status_code, answer.json()["code"]) == (status, code)
        narrow = await shop.key(await shop.workspace("outra"), "write")
        assert (await http.post(at, json={}, headers={"Authorization": f"Bearer {narrow}"})).status_code == 404


async def test_leads_are_shown_only_to_whoever_may_read_them(shop: Running) -> None:
    async with shop.client() as http:
        at = f"/v1/variants/{(await written(http))['id']}/rendering"
    key = await shop.key(await workspace_of(shop), "write")
    async with shop.client(key=key) as http:
        assert (await http.post(at, json={})).status_code == 200
        refused = await http.post(at, json={"lead": "c-1"})
    assert (refused.status_code, refused.json()["code"]) == (403, "key.scope")
