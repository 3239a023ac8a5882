"""The next action over HTTP, over real records and a real index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.actions.triggers import Triggers
from service.db.engine import Database
from service.events.ingest import ingest
from service.events.models import Event, Incoming, Who
from service.profile.computed import profile_of
from service.profile.store import SubjectStore
from service.workspaces.store import WorkspaceStore
from tests.service.actions.situations import EVERYTHING, NOW, ZONE, event
from tests.support import ARTICLE, CONTRACT, OFFER, Running, running

CONSENTS = [one.model_dump(mode="json", exclude_none=True) for one in EVERYTHING]
TRAITS = {
    "firstName": "Ana",
    "email": "ana@correio.example",
    "phone": "31900000101",
    "pushToken": "t",
    "categoria": "cafe",
}
CONTENT: dict[str, dict[str, Any]] = {
    "cafe": ARTICLE,
    "kit": OFFER | {"valid_until": "2026-12-24T23:59:59-03:00"},
    "vaso": OFFER | {"title": "Vaso de barro", "body": "Um vaso de barro para plantas.", "tags": ["plantas"]},
    "bule": OFFER | {"title": "Bule de ferro", "body": "Um bule de ferro para chá.", "tags": ["cha"]},
    "fim": OFFER | {"title": "Oferta que já acabou", "valid_until": "2026-11-24T00:00:00-03:00"},
}
ACT = "/v1/leads/ana/next-action"


@pytest.fixture
async def shop(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """A shop with four things to sell, one of them over, and Ana, who allows everything."""
    async with shop_on(sqlite_database, tmp_path) as service:
        yield service


@pytest.fixture
async def either_shop(database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """The same on either kind of database."""
    async with shop_on(database, tmp_path) as service:
        yield service


@asynccontextmanager
async def shop_on(database: Database, folder: Path) -> AsyncIterator[Running]:
    async with running(database, folder, clock=lambda: NOW) as service:
        async with service.client() as http:
            await put(http, "/v1/contract", {"attributes": CONTRACT})
            for name, item in CONTENT.items():
                await put(http, f"/v1/content/{name}", item)
            await put(http, "/v1/leads/ana", {"traits": TRAITS, "consents": CONSENTS})
        await service.indexed()
        yield service


async def put(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    (await http.put(path, json=body)).raise_for_status()


async def did(shop: Running, *events: Event) -> None:
    async with shop.services.database.read() as connection:
        workspace = await WorkspaceStore(connection).get("casa")
    await ingest(shop.services.database, workspace, [Incoming(one, Who(user_id="ana")) for one in events], NOW)


async def ask(shop: Running, path: str = ACT, **body: Any) -> dict[str, Any]:
    async with shop.client() as http:
        answer = await http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def entered(shop: Running, audience: str) -> str:
    """Ana enters the audience; the id of the action that her trigger emits."""
    async with shop.services.database.write() as connection:
        workspace = await WorkspaceStore(connection).get("casa")
        subject = await SubjectStore(connection, workspace.id).get("ana")
        members = [(subject, profile_of(subject, NOW.astimezone(ZONE)))]
        await Triggers(lambda: NOW).entered(connection, workspace.id, audience, members)
    async with shop.client() as http:
        items = (await http.get("/v1/actions")).json()["items"]
    return str(items[0]["id"])


def content(answer: dict[str, Any]) -> str | None:
    return None if answer["action"] is None else str(answer["action"]["content"]["content_id"])


def against(answer: dict[str, Any]) -> dict[str, str]:
    return {one["channel"] or one["content"]: one["turned_down"] for one in answer["alternatives"] if not one["moment"]}


def why(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["reasons"]]


async def test_without_a_body_there_is_an_action_that_can_be_written(shop: Running) -> None:
    async with shop.client() as http:
        answer = (await http.post(ACT)).json()
        action = answer["action"]
        assert (action["channel"], action["content"]["kind"]) == ("email", "offer")
        assert datetime.fromisoformat(action["moment"]) == NOW
        request = {"lead": "ana", "brief": action["brief"], "channel": action["channel"]}
        written = await http.post("/v1/generate", json=request)
    assert written.status_code == 200
    assert {one["content_id"] for one in written.json()["variants"][0]["evidence"]} == {action["content"]["content_id"]}


async def test_the_cart_comes_first_by_id_or_by_title(either_shop: Running) -> None:
    for hours, product in ((4, {"product_id": "vaso"}), (2, {"name": "Vaso de barro"})):
        await did(either_shop, event("Product Added", NOW - timedelta(hours=hours), **product))
        answer = await ask(either_shop)
        assert content(answer) == "vaso" and {"in_cart", "occasion"} <= set(why(answer))
        assert answer["action"]["brief"]["objective"] == "Lembrar do que ficou no carrinho"
        await did(either_shop, event("Order Completed", NOW - timedelta(hours=hours - 1)))


async def test_what_the_lead_looks_at_comes_before_the_rest(shop: Running) -> None:
    await did(shop, *(event("Product Viewed", NOW - timedelta(days=1), product_id="bule") for _ in range(3)))
    answer = await ask(shop)
    assert content(answer) == "bule" and "liked_product" in why(answer)


async def test_a_liked_category_is_a_tag(shop: Running) -> None:
    await did(shop, *(event("Product Viewed", NOW, product_id=f"x-{n}", category="plantas") for n in range(3)))
    answer = await ask(shop)
    assert content(answer) == "vaso" and "liked_category" in why(answer)


async def test_bought_shown_and_ended_content_is_turned_down(either_shop: Running) -> None:
    await did(
        either_shop,
        event("Product Viewed", NOW - timedelta(days=3), product_id="vaso"),
        event("Product Viewed", NOW - timedelta(days=3), product_id="bule"),
        event("Product Viewed", NOW - timedelta(days=3), product_id="fim"),
        event("Order Completed", NOW - timedelta(days=2), products=[{"product_id": "vaso", "name": "Vaso"}]),
        event("Email Delivered", NOW - timedelta(days=2), content_id="bule"),
    )
    found = against(await ask(either_shop))
    assert (found["vaso"], found["bule"], found["fim"]) == ("bought", "shown_lately", "expired")


async def test_without_profiling_nothing_that_the_lead_did_is_used(shop: Running) -> None:
    consents = [one for one in CONSENTS if one["purpose"] != "personalize.content.profiling"]
    async with shop.client() as http:
        await put(http, "/v1/leads/ana", {"traits": TRAITS, "consents": []})
        revoked = CONSENTS[0] | {"status": "revoked", "collected_at": NOW.isoformat()}
        await put(http, "/v1/leads/ana", {"traits": TRAITS, "consents": [*consents, revoked]})
    before = await ask(shop)
    await did(shop, event("Product Added", NOW, product_id="vaso"), event("Product Viewed", NOW, product_id="vaso"))
    after = await ask(shop)
    assert after == before
    assert why(after)[0] == "no_profiling" and "newest_offer" in why(after)
    assert after["action"]["audience"] is None and content(after) not in (None, "fim")


@pytest.mark.parametrize("unknown_is_minor", [False, True])
async def test_minors_get_contextual_choices_whatever_the_request_says(shop: Running, unknown_is_minor: bool) -> None:
    async with shop.client() as http:
        if not unknown_is_minor:
            await put(http, "/v1/leads/ana", {"traits": TRAITS | {"birthday": "2012-01-01"}, "consents": []})
    if unknown_is_minor:
        async with shop.services.database.write() as connection:
            store = WorkspaceStore(connection)
            workspace = await store.get("casa")
            policy = workspace.policy.model_copy(update={"unknown_age_is_minor": True})
            await store.update(workspace, {"policy": policy})
    await did(shop, event("Product Added", NOW, product_id="vaso"))
    answer = await ask(shop, context={"is_minor": False})
    assert why(answer)[0] == "minor" and "in_cart" not in why(answer)


async def test_the_leads_own_time_zone_rules_the_night(shop: Running) -> None:
    async with shop.client() as http:
        await put(http, "/v1/leads/ana", {"traits": TRAITS | {"timezone": "Asia/Tokyo"}, "consents": []})
    answer = await ask(shop)  # midnight in Tokyo
    assert answer["action"]["moment"] == "2026-11-25T09:00:00+09:00"


async def test_what_is_planned_ahead_is_planned_from_then_on(shop: Running) -> None:
    answer = await ask(shop, at="2026-11-27T23:00:00-03:00")
    assert answer["action"]["moment"] == "2026-11-28T09:00:00-03:00"


async def test_no_channel_is_an_answer_too(shop: Running) -> None:
    async with shop.client() as http:
        await put(http, "/v1/leads/bia", {"traits": {"email": "bia@correio.example"}})
    answer = await ask(shop, "/v1/leads/bia/next-action")
    assert answer["action"] is None and "no_channel" in why(answer)
    assert [one["turned_down"] for one in answer["alternatives"][:4]] == ["no_consent"] * 4


BAD_QUESTIONS: list[tuple[dict[str, Any], str]] = [
    ({"channels": ["fax"]}, "/channels/0"),
    ({"channels": ["banner"]}, "/channels/0"),
    ({"channels": []}, "/channels"),
    ({"objective": ""}, "/objective"),
    ({"at": "2026-11-21T14:00:00Z"}, "/at"),
    ({"at": "2027-11-24T14:00:00Z"}, "/at"),
    ({"at": "2026-11-25T14:00:00"}, "/at"),
    ({"context": {"Weather": "rain"}}, "/context/Weather/[key]"),
    ({"context": {"weather": {"deep": 1}}}, "/context/weather"),
    ({"context": {f"a{n}": 1 for n in range(21)}}, "/context"),
    ({"wish": "none"}, "/wish"),
]


async def test_bad_questions_are_told_where(service: Running) -> None:
    async with service.client() as http:
        for body, pointer in BAD_QUESTIONS:
            answer = await http.post(ACT, json=body)
            assert answer.status_code == 422, body
            assert answer.json()["errors"][0]["pointer"].startswith(pointer)


async def test_unknown_leads_actions_and_triggers_are_404(shop: Running) -> None:
    async with shop.client() as http:
        for method, path, code in (
            ("POST", "/v1/leads/nobody/next-action", "lead.unknown"),
            ("POST", "/v1/actions/00000000-0000-0000-0000-000000000000:resolve", "action.unknown"),
            ("GET", "/v1/actions?trigger=none", "trigger.unknown"),
            ("DELETE", "/v1/triggers/none", "trigger.unknown"),
        ):
            answer = await http.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_another_workspace_can_neither_ask_nor_resolve(shop: Running) -> None:
    await shop.workspace("vizinha")
    async with shop.client() as http:
        await put(http, "/v1/triggers/cart", {"kind": "cart_abandoned"})
    await did(shop, event("Product Added", NOW - timedelta(hours=2), product_id="vaso"))
    action = await entered(shop, "abandoned-cart")
    async with shop.client("vizinha") as http:
        assert (await http.post(ACT)).status_code == 404
        assert (await http.post(f"/v1/actions/{action}:resolve")).status_code == 404
        assert (await http.get("/v1/actions")).json() == {"items": [], "next_cursor": None}
        assert (await http.get("/v1/triggers")).json() == {"items": []}


# triggers


async def test_a_trigger_brings_its_ready_made_audience(either_shop: Running) -> None:
    async with either_shop.client() as http:
        made = await http.put("/v1/triggers/cart", json={"kind": "cart_abandoned", "settings": {"channels": ["email"]}})
        again = await http.put("/v1/triggers/cart", json={"kind": "cart_abandoned", "enabled": False})
        assert (made.status_code, again.status_code) == (201, 200)
        (kept,) = (await http.get("/v1/triggers")).json()["items"]
        assert (kept["slug"], kept["enabled"], kept["settings"]["channels"]) == ("cart", False, None)
        assert (await http.get("/v1/audiences/abandoned-cart")).status_code == 200
        assert (await http.delete("/v1/triggers/cart")).status_code == 204


BAD_TRIGGERS: list[tuple[str, dict[str, Any], str]] = [
    ("x", {"kind": "full_moon"}, "invalid"),
    ("x", {"kind": "birthday", "settings": {"stage": "mql"}}, "invalid"),
    ("x", {"kind": "stage_change"}, "invalid"),
    ("x", {"kind": "stage_change", "settings": {"stage": "king"}}, "invalid"),
    ("x", {"kind": "birthday", "settings": {"audience": "nobody-made-this"}}, "trigger.audience"),
    ("x", {"kind": "birthday", "settings": {"audience": "Not A Slug"}}, "invalid"),
    ("Not a slug", {"kind": "birthday"}, "invalid"),
]


async def test_bad_triggers_are_refused(service: Running) -> None:
    async with service.client() as http:
        for slug, body, code in BAD_TRIGGERS:
            answer = await http.put(f"/v1/triggers/{slug}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, code), body
        assert (await http.get("/v1/triggers")).json() == {"items": []}


async def test_who_may_only_read_makes_no_triggers(shop: Running) -> None:
    async with shop.services.database.read() as connection:
        workspace = await WorkspaceStore(connection).get("casa")
    async with shop.client(key=await shop.key(workspace, "generate")) as http:
        assert (await http.put("/v1/triggers/x", json={"kind": "birthday"})).status_code == 403
        assert (await http.get("/v1/triggers")).status_code == (await http.post(ACT)).status_code == 200


async def test_an_emitted_action_is_worked_out_when_asked(shop: Running) -> None:
    settings = {"channels": ["whatsapp"], "objective": "Oferecer ajuda com o carrinho"}
    async with shop.client() as http:
        await put(http, "/v1/triggers/cart", {"kind": "cart_abandoned", "settings": settings})
    await did(shop, event("Product Added", NOW - timedelta(hours=2), product_id="vaso"))
    answer = await ask(shop, f"/v1/actions/{await entered(shop, 'abandoned-cart')}:resolve")
    assert content(answer) == "vaso" and answer["action"]["channel"] == "whatsapp"
    assert answer["action"]["brief"]["objective"] == settings["objective"]


async def test_what_changed_since_it_was_emitted_counts(either_shop: Running) -> None:
    async with either_shop.client() as http:
        await put(http, "/v1/triggers/cart", {"kind": "cart_abandoned"})
    await did(either_shop, event("Product Added", NOW - timedelta(hours=2), product_id="vaso"))
    resolve = f"/v1/actions/{await entered(either_shop, 'abandoned-cart')}:resolve"
    assert content(await ask(either_shop, resolve)) == "vaso"

    revoked = [one | {"status": "revoked", "collected_at": NOW.isoformat()} for one in CONSENTS]
    async with either_shop.client() as http:
        await put(http, "/v1/leads/ana", {"traits": TRAITS, "consents": revoked[1:]})
        answer = await ask(either_shop, resolve)
        assert answer["action"] is None
        assert {against(answer)[channel] for channel in ("email", "whatsapp", "push", "sms")} == {"no_consent"}
        await put(http, "/v1/leads/ana", {"traits": TRAITS, "consents": revoked})
    assert why(await ask(either_shop, resolve)) == ["no_profiling", "occasion_unseen"]


async def test_a_cart_that_was_bought_is_no_longer_reminded_of(shop: Running) -> None:
    async with shop.client() as http:
        await put(http, "/v1/triggers/cart", {"kind": "cart_abandoned"})
    await did(shop, event("Product Added", NOW - timedelta(hours=2), product_id="vaso"))
    resolve = f"/v1/actions/{await entered(shop, 'abandoned-cart')}:resolve"
    await did(shop, event("Order Completed", NOW, products=[{"product_id": "vaso"}]))
    answer = await ask(shop, resolve)
    assert answer["action"] is None and why(answer) == ["occasion_over"]


async def test_an_erased_leads_actions_are_gone(shop: Running) -> None:
    async with shop.client() as http:
        await put(http, "/v1/triggers/cart", {"kind": "cart_abandoned"})
        await did(shop, event("Product Added", NOW - timedelta(hours=2), product_id="vaso"))
        action = await entered(shop, "abandoned-cart")
        assert (await http.delete("/v1/leads/ana")).is_success
        assert (await http.get("/v1/actions")).json()["items"] == []
        assert (await http.post(f"/v1/actions/{action}:resolve")).status_code == 404
