"""Claims and their sources over HTTP: the ledger of a variant, a writer's own words, drafts as they are written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from evaluation.loopback import served
from service.db.engine import Database
from service.generation.mock_model import Answer, MockModel
from tests.support import OFFER, PATIENCE, Running, fill, model_at, running

KIT = {"lead": "c-1", "brief": {"objective": "Kit", "content_ids": ["kit"]}, "channel": "email", "variants": 2}
PUSH = {"title": "Kit Café Coado", "body": "O Kit Café Coado sai por R$ 170,10."}


async def check(service: Running, fields: dict[str, Any], **other: Any) -> dict[str, Any]:
    async with service.client() as http:
        answer = await http.post("/v1/checks", json={"channel": "push", "locale": "pt-BR", "fields": fields} | other)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_the_ledger_names_the_fact_behind_a_price_and_until_when_it_is_true(shop: Running) -> None:
    async with shop.client() as http:
        made = (await http.post("/v1/generate", json=KIT)).json()["variants"][0]
        ledger = (await http.get(f"/v1/variants/{made['id']}/claims")).json()
    prices = [claim for claim in ledger["items"] if claim["kind"] == "price" and "170,10" in claim["text"]]
    assert prices and all(made["fields"][one["field"]][one["start"] : one["end"]] == one["text"] for one in prices)
    assert prices[0]["value"] == "BRL 170.10"
    assert {"fact": "price", "content_id": "kit", "version": 1}.items() <= prices[0]["support"][0].items()
    assert ledger["holds"] is True and ledger["true_until"].startswith("2026-12-05T02:59:59")


async def test_a_ledger_of_another_workspace_is_not_there(shop: Running) -> None:
    await shop.workspace("outra")
    async with shop.client() as http:
        made = (await http.post("/v1/generate", json=KIT)).json()["variants"][0]
    async with shop.client("outra") as http:
        assert (await http.get(f"/v1/variants/{made['id']}/claims")).status_code == 404


async def test_a_writers_own_words_meet_the_same_checks(shop: Running) -> None:
    good = await check(shop, PUSH)
    assert not good["blocked"]
    assert any(claim["kind"] == "price" and claim["support"] for claim in good["claims"])
    bad = await check(shop, PUSH | {"body": "O Kit Café Coado sai por R$ 99,00."})
    assert bad["blocked"] and "claim.price" in {finding["code"] for finding in bad["findings"]}


async def test_an_edit_is_judged_by_the_evidence_of_its_variant(shop: Running) -> None:
    async with shop.client() as http:
        made = (await http.post("/v1/generate", json=KIT | {"channel": "push"})).json()["variants"][0]
    edited = await check(shop, made["fields"] | {"title": "Água a 92 °C"}, variant=made["id"])
    assert {item["content_id"] for item in edited["evidence"]} == {"kit"}


async def test_a_leads_own_name_may_not_stand_in_copy(shop: Running) -> None:
    found = await check(shop, {"title": "Café", "body": "Helena, que tal um café coado em casa?"}, lead="c-1")
    assert "privacy.pii" in {finding["code"] for finding in found["findings"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fields": {"subject": "x"}}, "/fields/title"),
        ({"channel": "fax"}, "email"),
        ({"variant": "00000000-0000-0000-0000-000000000000", "content_ids": ["kit"]}, "not both"),
        ({"fields": {}}, "/fields"),
    ],
)
async def test_what_cannot_be_checked_is_told(shop: Running, change: dict[str, Any], said: str) -> None:
    async with shop.client() as http:
        answer = await http.post("/v1/checks", json={"channel": "push", "fields": PUSH} | change)
    assert answer.status_code == 422 and said in answer.text


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], orjson.loads(lines["data"])))
    return found


async def test_drafts_are_shown_as_they_are_written_and_never_one_that_fails(
    database: Database, tmp_path: Path
) -> None:
    good = {"title": "Café coado", "body": "O kit reúne coador e jarra em uma caixa só.", "link_content_id": None}
    bad = {"title": "Café por R$ 9,99", "body": "Só hoje.", "link_content_id": None}
    variants = [{"angle": "benefit", "fields": good, "claims": []}, {"angle": "question", "fields": bad, "claims": []}]
    model = MockModel(script=[Answer(orjson.dumps({"variants": variants}).decode())])
    async with served(model) as url, model_at(url) as client, running(database, tmp_path, client=client) as service:
        await fill(service)
        async with service.client() as http:
            answer = await http.post("/v1/generate:stream", json=KIT | {"channel": "push", "writer": "model"})
    told = events(answer.text)
    assert [name for name, _ in told] == ["draft", "answer"]
    assert told[0][1]["fields"]["title"] == "Café coado"
    assert "9,99" not in orjson.dumps(told[-1][1]["variants"]).decode()


async def test_a_stream_that_cannot_begin_says_why(shop: Running) -> None:
    async with shop.client() as http:
        answer = await http.post("/v1/generate:stream", json=KIT | {"lead": "nobody"})
    assert [(name, data["code"]) for name, data in events(answer.text)] == [("error", "lead.unknown")]


async def test_a_caller_who_hangs_up_stops_the_model(database: Database, tmp_path: Path) -> None:
    model = MockModel(latency=600)
    async with (
        served(model) as url,
        model_at(url) as client,
        running(database, tmp_path, client=client) as service,
        served(service.app) as address,
    ):
        await fill(service)
        headers = {"Authorization": f"Bearer {service.keys['casa']}"}
        async with httpx.AsyncClient(base_url=address, headers=headers) as http, asyncio.timeout(PATIENCE):
            with pytest.raises(httpx.ReadTimeout):
                await http.post(
                    "/v1/generate", json=KIT | {"writer": "model"}, timeout=httpx.Timeout(PATIENCE, read=1.0)
                )
            while not _left(service):  # noqa: ASYNC110 - there is nothing to wait on but the counter
                await asyncio.sleep(0.05)


def _left(service: Running) -> bool:
    """Whether the request was counted as one whose caller left."""
    samples = (sample for metric in service.services.metrics.requests.collect() for sample in metric.samples)
    return any(sample.labels.get("status") == "499" for sample in samples)


async def test_an_offer_is_what_its_facts_say(shop: Running) -> None:
    """A price changed in the content is at once the only one that copy may name."""
    async with shop.client() as http:
        facts = {"price": 160.00, "old_price": 189.00, "currency": "BRL"}
        await http.put("/v1/content/kit", json=OFFER | {"facts": facts})
        await shop.indexed()
    assert (await check(shop, PUSH))["blocked"]
