"""Generation through the API, with the composer and with a model over real HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from evaluation.loopback import served
from service.db.engine import Database
from service.generation.mock_model import Answer, MockModel, write
from tests.support import ARTICLE, CONSENTS, CONTRACT, OFFER, Running, model_at, running

BODY = {"lead": "c-1", "brief": {"objective": "Convidar para um café melhor"}, "channel": "email", "variants": 2}


async def generate(service: Running, body: dict[str, Any]) -> httpx.Response:
    async with service.client() as http:
        return await http.post("/v1/generate", json=body)


async def test_an_email_rests_on_evidence_and_says_who_wrote_it(shop: Running) -> None:
    answer = (await generate(shop, BODY)).json()
    assert len(answer["variants"]) == 2 and answer["dropped"] == []
    for variant in answer["variants"]:
        assert variant["provenance"]["generator"] == "composer" and variant["provenance"]["model"] is None
        ids = {item["id"] for item in variant["evidence"]}
        cited = {support["evidence"] for claim in variant["claims"] for support in claim["support"]}
        assert cited and cited <= ids
        assert {item["content_id"] for item in variant["evidence"]} <= {"cafe", "kit"}
    first, second = answer["variants"]
    assert first["angle"] != second["angle"] and first["fields"] != second["fields"]


async def test_the_preview_is_bound_and_the_stored_copy_is_not(shop: Running) -> None:
    answer = (await generate(shop, BODY | {"variants": 4})).json()
    copy = orjson.dumps([variant["fields"] for variant in answer["variants"]]).decode()
    bound = orjson.dumps([variant["preview"] for variant in answer["variants"]]).decode()
    assert "{{ first_name | cliente }}" in copy and "Helena" not in copy
    assert "Helena" in bound and "{{" not in bound


async def test_a_lead_without_consent_is_written_to_with_the_fallback(shop: Running) -> None:
    async with shop.client() as http:
        await http.put("/v1/leads/c-2", json={"traits": {"firstName": "Otávio", "categoria": "cafe"}})
    answer = await generate(shop, BODY | {"lead": "c-2", "variants": 4})
    assert answer.status_code == 200 and "Otávio" not in answer.text
    assert "cliente" in orjson.dumps([variant["preview"] for variant in answer.json()["variants"]]).decode()


async def test_a_name_that_is_no_name_binds_the_fallback(shop: Running) -> None:
    async with shop.client() as http:
        lead = {"traits": {"firstName": "50% OFF evil.com"}, "consents": CONSENTS}
        await http.put("/v1/leads/c-3", json=lead)
    assert "evil" not in (await generate(shop, BODY | {"lead": "c-3", "variants": 4})).text


async def test_what_is_only_to_be_seen_is_not_kept(shop: Running) -> None:
    answer = await generate(shop, BODY | {"keep": False})
    assert len(answer.json()["variants"]) == 2
    async with shop.client() as http:
        assert (await http.get("/v1/variants")).json()["items"] == []
        await generate(shop, BODY)
        assert len((await http.get("/v1/variants")).json()["items"]) == 2


async def test_a_banner_names_a_picture_with_alternative_text(shop: Running) -> None:
    answer = (
        await generate(shop, BODY | {"channel": "banner", "brief": {"objective": "Kit", "content_ids": ["kit"]}})
    ).json()
    banner = answer["variants"][0]["preview"]
    assert banner["image_url"] == OFFER["image_url"] and banner["alt"]
    assert len(banner["headline"]) <= 40 and len(banner["body"]) <= 90 and len(banner["cta"]) <= 20


async def test_an_audience_is_written_for_without_a_lead(shop: Running) -> None:
    body = {
        "audience": {"attributes": {"categoria": "cafe"}},
        "brief": BODY["brief"],
        "channel": "email",
        "variants": 1,
    }
    answer = (await generate(shop, body)).json()
    assert answer["variants"][0]["preview"]["subject"]


async def test_content_ids_narrow_the_evidence(shop: Running) -> None:
    answer = (await generate(shop, BODY | {"brief": {"objective": "Café", "content_ids": ["cafe"]}})).json()
    assert {item["content_id"] for variant in answer["variants"] for item in variant["evidence"]} == {"cafe"}


async def test_variants_are_kept_with_their_provenance_and_without_personal_data(shop: Running) -> None:
    made = (await generate(shop, BODY)).json()["variants"][0]
    async with shop.client() as http:
        kept = (await http.get(f"/v1/variants/{made['id']}")).json()
        page = (await http.get("/v1/variants", params={"limit": 1})).json()
    assert kept["fields"] == made["fields"] and kept["status"] == "draft"
    assert "Helena" not in orjson.dumps(kept).decode() and "preview" not in kept
    assert len(page["items"]) == 1 and page["next_cursor"]


async def test_edited_content_is_not_cited_in_its_old_version(shop: Running) -> None:
    async with shop.client() as http:
        await http.put(
            "/v1/content/cafe", json=ARTICLE | {"body": "A água a 88 °C basta para uma torra escura e macia."}
        )
        answer = await http.post("/v1/generate", json=BODY)  # the index may not have followed yet
    assert "92 °C" not in answer.text


@pytest.mark.parametrize(
    ("change", "status", "code", "said"),
    [
        ({"lead": "nobody"}, 404, "lead.unknown", "nobody"),
        ({"locale": "fr"}, 422, "locale.unknown", "pt-BR, en, es"),
        ({"channel": "fax"}, 422, "channel.unknown", "email"),
        ({"prompt": "email/v99"}, 422, "prompt.unknown", "email/v1"),
        ({"prompt": "banner/v1"}, 422, "prompt.unknown", "email/v1"),
        ({"variants": 99}, 422, "invalid", "/variants"),
        ({"lead": None}, 422, "invalid", "`audience`"),
        ({"brief": {"objective": "x\x00y"}}, 422, "invalid", "NUL"),
        ({"writer": "model"}, 422, "model.none", "OPENAI_MODEL"),
        ({"lead": None, "audience": {"attributes": {"altura": 3}}}, 422, "audience.attribute", "altura"),
        ({"locale": "en"}, 422, "generation.no_evidence", "en"),
    ],
)
async def test_what_cannot_be_written_is_told(
    shop: Running, change: dict[str, Any], status: int, code: str, said: str
) -> None:
    answer = await generate(shop, {key: value for key, value in (BODY | change).items() if value is not None})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert said in answer.text and answer.headers["content-type"] == "application/problem+json"


async def test_an_empty_index_says_what_to_do(service: Running) -> None:
    async with service.client() as http:
        await http.put("/v1/leads/c-1", json={"traits": {}})
    answer = await generate(service, BODY)
    assert answer.status_code == 422 and "Import content" in answer.json()["detail"]


async def _shop_with(
    model: MockModel, database: Database, folder: Path, body: dict[str, Any], **client: Any
) -> httpx.Response:
    async with (
        served(model) as url,
        model_at(url, **client) as made,
        running(database, folder, client=made) as service,
        service.client() as http,
    ):
        await http.put("/v1/contract", json={"attributes": CONTRACT})
        await http.put("/v1/content/cafe", json=ARTICLE)
        await http.put("/v1/content/kit", json=OFFER)
        traits = {
            "firstName": "Helena",
            "email": "helena@correio.example",
            "categoria": "cafe",
            "notes": "gosta de silêncio",
        }
        await http.put("/v1/leads/c-1", json={"traits": traits, "consents": CONSENTS})
        await service.indexed()
        return await http.post("/v1/generate", json=body)


async def test_a_model_sees_evidence_and_words_of_closed_domains_but_no_person(
    sqlite_database: Database, tmp_path: Path
) -> None:
    model = MockModel()
    answer = (await _shop_with(model, sqlite_database, tmp_path, BODY)).json()
    assert [variant["provenance"]["generator"] for variant in answer["variants"]] == ["model", "model"]
    origin = answer["variants"][0]["provenance"]
    assert origin["prompt"] == "email/v2" and origin["model"] == "mock" and origin["input_tokens"] > 0
    prompt = orjson.dumps(model.requests[0]["messages"]).decode()
    assert "92 °C" in prompt and "café" in prompt and "{{ first_name | cliente }}" in prompt
    for personal in ("Helena", "helena@correio.example", "silêncio", "c-1"):
        assert personal not in prompt


async def test_a_draft_with_an_invented_price_is_repaired_once(sqlite_database: Database, tmp_path: Path) -> None:
    def respond(request: dict[str, Any]) -> Answer:
        copy = orjson.loads(write(request))
        if len(model.requests) == 1:
            copy["variants"][0]["fields"]["headline"] = "Por apenas R$ 9,99"
        return Answer(orjson.dumps(copy).decode())

    model = MockModel(respond=respond)
    answer = (await _shop_with(model, sqlite_database, tmp_path, BODY | {"variants": 1})).json()
    assert len(model.requests) == 2 and "9,99" in orjson.dumps(model.requests[1]["messages"]).decode()
    assert len(answer["variants"]) == 1 and "9,99" not in orjson.dumps(answer["variants"]).decode()


async def test_a_draft_that_stays_wrong_is_dropped_with_its_findings(sqlite_database: Database, tmp_path: Path) -> None:
    def respond(request: dict[str, Any]) -> Answer:
        copy = orjson.loads(write(request))
        copy["variants"][0]["fields"]["headline"] = "Por apenas R$ 9,99"
        return Answer(orjson.dumps(copy).decode())

    body = BODY | {"variants": 1, "writer": "model"}
    answer = (await _shop_with(MockModel(respond=respond), sqlite_database, tmp_path, body)).json()
    assert answer["variants"] == []
    finding = answer["dropped"][0]["findings"][0]
    assert (finding["code"], finding["field"], finding["quote"]) == ("claim.price", "headline", "R$ 9,99")


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (Answer(status=401, body=b'{"error":{"message":"no"}}'), 502, "model.unauthorized"),
        (Answer(status=500, body=b"oops"), 503, "model.unreachable"),
        (Answer(status=429, body=b"{}", headers=[("Retry-After", "1")]), 503, "model.unreachable"),
        (Answer("I would rather not."), 502, "model.nonsense"),
        (Answer('{"variants": [{"angle": "ben'), 502, "model.nonsense"),
        (Answer(""), 502, "model.nonsense"),
        (Answer(body=b"<html>"), 502, "model.nonsense"),
        (Answer(status=404, body=b"{}"), 502, "model.failed"),
        (Answer(drop=True), 503, "model.unreachable"),
    ],
)
async def test_a_model_on_a_bad_day_is_a_clear_problem(
    sqlite_database: Database, tmp_path: Path, answer: Answer, status: int, code: str
) -> None:
    body = BODY | {"writer": "model"}
    got = await _shop_with(MockModel(script=[answer]), sqlite_database, tmp_path, body)
    assert (got.status_code, got.json()["code"]) == (status, code)


async def test_a_model_that_is_late_is_a_clear_problem(sqlite_database: Database, tmp_path: Path) -> None:
    model, body = MockModel(script=[Answer("late", delay=600)]), BODY | {"writer": "model"}
    got = await _shop_with(model, sqlite_database, tmp_path, body, timeout=0.3)
    assert (got.status_code, got.json()["code"]) == (503, "model.unreachable") and "did not answer within" in got.text


async def test_an_unreachable_model_is_a_clear_problem_and_the_composer_still_writes(
    shop: Running, tmp_path: Path
) -> None:
    async with (
        model_at("http://127.0.0.1:9") as client,
        running(shop.services.database, tmp_path / "other", client=client, keys=shop.keys) as other,
    ):
        await other.indexed()
        assert (await generate(other, BODY | {"writer": "model"})).json()["code"] == "model.unreachable"
        answer = (await generate(other, BODY)).json()
    origin = answer["variants"][0]["provenance"]
    assert (origin["generator"], origin["stood_in_for"]) == ("composer", "model.unreachable")
    assert answer["notices"][0]["code"] == "model.unreachable"


async def test_an_endpoint_without_json_schema_is_asked_more_plainly(sqlite_database: Database, tmp_path: Path) -> None:
    def respond(request: dict[str, Any]) -> Answer:
        if request["response_format"]["type"] == "json_schema":
            return Answer(status=400, body=b'{"error":{"message":"response_format json_schema is not supported"}}')
        return Answer("```json\n" + write(request) + "\n```")

    model = MockModel(respond=respond)
    body = BODY | {"variants": 1, "writer": "model"}
    answer = (await _shop_with(model, sqlite_database, tmp_path, body)).json()
    assert [request["response_format"]["type"] for request in model.requests][:2] == ["json_schema", "json_object"]
    assert len(answer["variants"]) + len(answer["dropped"]) == 1


async def test_forty_callers_at_once_each_get_their_own_variants(shop: Running) -> None:
    async with shop.client() as http:
        answers = await asyncio.gather(*(http.post("/v1/generate", json=BODY) for _ in range(40)))
        kept = (await http.get("/v1/variants", params={"limit": 200})).json()
    ids = {variant["id"] for answer in answers for variant in answer.json()["variants"]}
    assert len(ids) == 80 == len(kept["items"])
