"""A workspace's own settings, in the records and over HTTP."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from evaluation.loopback import served
from service.checks.models import Terms
from service.db import changes
from service.db.engine import Database
from service.delivery.policy import DeliveryPolicy
from service.generation.mock_model import MockModel
from service.privacy.policy import Policy
from service.review.policy import ReviewPolicy
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore
from service.workspaces.style import Style
from tests.support import Running, fill, model_at, running


async def test_only_what_is_given_changes(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        store = WorkspaceStore(connection)
        made = await store.create("casa", now, voice="Frases curtas.")
        other = await store.create("outra", now)
        changed = await store.update(made, {"daily_budget": Decimal("2.5"), "terms": Terms(banned=("já",))})
        again = await store.update(made, {"daily_budget": None, "smallest_audience": 9})
        assert await store.update(made, {}) == again
        assert await store.get("outra") == other
    assert (changed.daily_budget, changed.terms, changed.voice) == (Decimal("2.5"), Terms(banned=("já",)), made.voice)
    assert (again.daily_budget, again.terms, again.smallest_audience) == (None, changed.terms, 9)


async def test_a_change_holds_from_the_next_request_on(shop: Running) -> None:
    change = {
        "name": " Casa Nova ", "voice": "Com calma.", "timezone": "America/Recife", "default_locale": "es",
        "terms": {"banned": ["imperdível"]}, "daily_budget": 12.5, "smallest_audience": 10,
    }  # fmt: skip
    body = {"lead": "c-1", "brief": {"objective": "Café"}, "channel": "email"}
    async with shop.client() as http:
        answer = await http.patch("/v1/workspace", json=change)
        assert answer.status_code == 200, answer.text
        seen = (await http.get("/v1/workspace")).json()
        made = (await http.post("/v1/generate", json=body)).text
    assert answer.json() == seen == change | {
        "slug": "casa", "name": "Casa Nova", "policy": Policy().model_dump(mode="json"),
        "review": ReviewPolicy().model_dump(mode="json"), "delivery": DeliveryPolicy().model_dump(mode="json"),
        "terms": {"banned": ["imperdível"], "required": [], "companions": []}, "daily_budget": "12.5",
        "style": Style().model_dump(mode="json"),
    }  # fmt: skip
    assert "Loja casa" not in made


async def test_a_budget_can_be_taken_away_again(service: Running) -> None:
    async with service.client() as http:
        assert (await http.patch("/v1/workspace", json={"daily_budget": "0"})).json()["daily_budget"] == "0"
        assert (await http.patch("/v1/workspace", json={"daily_budget": None})).json()["daily_budget"] is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": "a" * 201}, "/name"),
        ({"voice": "x\x00"}, "/voice"),
        ({"voice": "x" * 4_001}, "/voice"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"timezone": "../../etc/passwd"}, "/timezone"),
        ({"default_locale": "fr"}, "/default_locale"),
        ({"terms": {"banned": [""]}}, "/terms/banned/0"),
        ({"terms": {"forbidden": []}}, "/terms/forbidden"),
        ({"daily_budget": -1}, "/daily_budget"),
        ({"daily_budget": "NaN"}, "/daily_budget"),
        ({"daily_budget": 0.00001}, "/daily_budget"),
        ({"smallest_audience": 1}, "/smallest_audience"),
        ({"smallest_audience": None}, "smallest_audience cannot be null"),
        ({"policy": None}, "policy cannot be null"),
        ({"policy": {"weekly_cap": -1}}, "/policy/weekly_cap"),
        ({"policy": {"quiet_hours": {"start": "21:00Z"}}}, "/policy/quiet_hours/start"),
        ({"policy": {"quiet_hours": {"end": "25:00"}}}, "/policy/quiet_hours/end"),
        ({"slug": "other"}, "/slug"),
        ({"review": None}, "review cannot be null"),
        ({"delivery": {"domains": ["https://loja.example/x"]}}, "/delivery/domains/0"),
        ({"delivery": {"origins": ["loja.example"]}}, "/delivery/origins/0"),
        ({"delivery": {"origins": ["https://loja.example/painel"]}}, "/delivery/origins/0"),
        ({"delivery": {"origins": ["https://*.loja.example"]}}, "/delivery/origins/0"),
        ({"delivery": {"utm": {"email": {"source": "{email}"}}}}, "/delivery/utm/email/source"),
        ({"delivery": {"utm": {"email": {"source": "{platform"}}}}, "/delivery/utm/email/source"),
        ({"delivery": {"utm": {"pombo": {}}}}, "/delivery/utm/pombo"),
    ],
)
async def test_what_cannot_be_set_is_told(service: Running, change: dict[str, Any], pointer: str) -> None:
    async with service.client() as http:
        before = (await http.get("/v1/workspace")).json()
        answer = await http.patch("/v1/workspace", json=change | ({"voice": "Outra."} if "voice" not in change else {}))
        assert (await http.get("/v1/workspace")).json() == before
    assert answer.status_code == 422 and answer.json()["code"] == "invalid" and pointer in answer.text


async def test_only_an_admin_changes_a_workspace(service: Running) -> None:
    workspace = await service.workspace("outra")
    async with service.client(key=await service.key(workspace, "review")) as http:
        assert (await http.get("/v1/workspace")).json()["slug"] == "outra"
        assert (await http.patch("/v1/workspace", json={"name": "x"})).status_code == 403


async def test_whoever_serves_is_told_of_new_rules_and_of_nothing_else(service: Running) -> None:
    async with service.client() as http:
        for change in ({"voice": "Curta."}, {"terms": {"banned": ["já"]}}, {"review": {"another_approves": True}}):
            assert (await http.patch("/v1/workspace", json=change)).status_code == 200
        await http.patch("/v1/workspace", json={"delivery": {"unknown_recipient": "skip"}})
        seen = (await http.get("/v1/workspace")).json()
    async with service.services.database.read() as connection:
        told = await changes.since(connection, 0, 10, ["rule"])
    assert [change.entity for change in told] == [change.workspace for change in told] and len(told) == 3
    assert seen["review"]["another_approves"] and seen["delivery"]["unknown_recipient"] == "skip"


async def test_another_voice_is_tried_by_an_admin_and_leaves_nothing_behind(shop: Running) -> None:
    body = {"audience": {}, "brief": {"objective": "Café"}, "channel": "push", "variants": 1}
    style = {"preferred": [{"instead_of": "café", "say": "cafezinho"}]}
    async with shop.client() as http:
        tried = await http.post("/v1/generate", json=body | {"voice": "Com calma.", "style": style})
        kept = (await http.get("/v1/variants")).json()["items"]
        workspace = await http.get("/v1/workspace")
    writer = await shop.key(await _casa(shop), "read", "generate", "write")
    async with shop.client(key=writer) as http:
        refused = await http.post("/v1/generate", json=body | {"voice": "Com calma."})
        streamed = await http.post("/v1/generate:stream", json=body | {"style": style})
    assert "brand.preferred" in [one["code"] for one in tried.json()["variants"][0]["findings"]]
    assert kept == [] and workspace.json()["style"]["preferred"] == []
    assert (refused.status_code, refused.json()["code"]) == (403, "key.scope")
    assert streamed.status_code == 403


async def test_a_style_holds_for_everybodys_copy_from_the_next_request_on(shop: Running) -> None:
    change: dict[str, Any] = {
        "style": {"emoji": "never"},
        "terms": {"companions": [{"what": "price", "beside": "installments"}]},
    }
    async with shop.client() as http:
        (await http.patch("/v1/workspace", json=change)).raise_for_status()
        fields = {"title": "Café ☕️", "body": "Água a 92 °C."}
        checked = (await http.post("/v1/checks", json={"channel": "push", "fields": fields})).json()
        seen = (await http.get("/v1/workspace")).json()
    assert [one["code"] for one in checked["findings"]] == ["brand.emoji"]
    assert seen["style"]["emoji"] == "never" and seen["terms"]["companions"] == change["terms"]["companions"]


async def _casa(shop: Running) -> Workspace:
    async with shop.services.database.read() as connection:
        return await WorkspaceStore(connection).get("casa")


async def test_a_model_is_told_the_style_in_sentences_and_the_tried_one_instead(
    sqlite_database: Database, tmp_path: Path
) -> None:
    model = MockModel()
    body = {"audience": {}, "brief": {"objective": "Café"}, "channel": "push", "variants": 1, "fresh": True}
    async with (
        served(model) as url,
        model_at(url) as client,
        running(sqlite_database, tmp_path, client=client) as shop,
        shop.client() as http,
    ):
        await fill(shop)
        (await http.patch("/v1/workspace", json={"style": {"address": "voce"}})).raise_for_status()
        (await http.post("/v1/generate", json=body)).raise_for_status()
        (await http.post("/v1/generate", json=body | {"style": {"emoji": "never"}})).raise_for_status()
    saved, tried = (orjson.dumps(one["messages"]).decode() for one in (model.requests[0], model.requests[-1]))
    assert "nunca por “tu”" in saved and "Não use emojis." not in saved
    assert "nunca por “tu”" not in tried and "Não use emojis." in tried
