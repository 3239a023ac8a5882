"""What became of decisions: told by pages, servers and events, counted once, and only where people did it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import outcomes
from service.delivery.site_tokens import make_token
from service.privacy.policy import Retention
from service.privacy.retention import Sweep
from tests.service.delivery.stocked import CONTROL, LOYAL, ORIGIN, approved, campaign, page_key, workspace_of
from tests.support import CONSENTS, CONTRACT, NOW, PATIENCE, Running, running

AT = int(NOW.timestamp())
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


class Shop:
    """A site with a banner `home` for everybody and another for loyal leads; `c-1` is loyal. The time can move."""

    def __init__(self, service: Running, time: list[Any], key: str, secret: str, variants: dict[str, UUID]) -> None:
        self.service, self.time, self.key, self.secret, self.variants = service, time, key, secret, variants

    async def call(self, method: str, path: str, expect: int = 200, **options: Any) -> Any:
        async with self.service.client() as http:
            answer = await http.request(method, path, **options)
            assert answer.status_code == expect, answer.text
            return answer.json() if answer.content else None

    async def shown(self) -> dict[str, Any]:
        """What everybody gets."""
        found: dict[str, Any] = await self.call("GET", "/v1/placements/home")
        return found

    async def decided(self, lead: str = "c-1") -> dict[str, Any]:
        """What that lead gets, with its decision."""
        token = make_token(self.secret, lead, int(self.time[0].timestamp()) + 600)
        answer = await self.call("POST", "/v1/placements:batch", json={"placements": ["home"], "token": token})
        found: dict[str, Any] = answer["items"][0]
        assert found["show"], found
        await self.service.services.taker.caught_up()
        return found

    def said(self, of: dict[str, Any], kind: str = "exposure", **more: Any) -> dict[str, Any]:
        """What the script of a page sends."""
        return {
            "key": self.key, "placement": of["placement"], "campaign": of["campaign"], "variant": of["variant_id"],
            "revision": of["revision"], "kind": kind, "id": uuid4().hex, "page": "https://casa.example/",
            **({"decision": of["decision_id"]} if of["decision_id"] else {}), **more,
        }  # fmt: skip

    async def beacon(
        self, *told: dict[str, Any], origin: str = ORIGIN, agent: str = AGENT, raw: bytes | None = None
    ) -> httpx.Response:
        body = raw if raw is not None else json.dumps(told[0] if len(told) == 1 else told).encode()
        headers = {"Origin": origin, "User-Agent": agent, "Content-Type": "text/plain;charset=UTF-8"}
        transport = httpx.ASGITransport(self.service.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            return await http.post("/v1/beacons", content=body, headers=headers)

    async def track(self, name: str, properties: dict[str, Any], **more: Any) -> None:
        body = {"userId": "c-1", "event": name, "properties": properties, "messageId": uuid4().hex, **more}
        await self.call("POST", "/v1/track", json={**body, "timestamp": self.time[0].isoformat()})

    async def report(self, **params: str) -> dict[tuple[str, str], dict[str, Any]]:
        answer = await self.call("GET", "/v1/campaigns/coado/outcomes", params=params)
        return {(one["variant_id"], one["rung"]): one for one in answer["items"]}

    async def row(self, variant: str, rung: str) -> dict[str, Any]:
        return (await self.report())[str(self.variants[variant]), rung]


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    time = [NOW]
    async with running(database, tmp_path, clock=lambda: time[0]) as service:
        consents = [*CONSENTS, CONSENTS[0] | {"purpose": "marketing.communications.banner", "channel": "banner"}]
        async with service.client() as admin:
            for answer in (
                await admin.put("/v1/contract", json={"attributes": CONTRACT}),
                await admin.post(
                    "/v1/audiences", json={"slug": "loyal", "name": "Loyal", "condition": {"clube": "raiz"}}
                ),
                await admin.put("/v1/leads/c-1", json={"traits": {"clube": "raiz"}, "consents": consents}),
            ):
                answer.raise_for_status()
            secret = (await admin.get("/v1/keys/site-secret")).json()["secret"]
        made = await campaign(service)
        variants = {"control": await approved(service, made, CONTROL), "loyal": await approved(
            service, made, LOYAL, "loyal"
        )}  # fmt: skip
        await service.services.audiences.catch_up()
        yield Shop(service, time, await page_key(service), secret, variants)


async def test_a_view_of_a_shared_answer_has_a_decision_of_its_own_that_replays(shop: Shop) -> None:
    shared = await shop.shown()
    assert shared["decision_id"] is None
    views = [shop.said(shared), shop.said(shared)]
    for answer in (
        await shop.beacon(views[0]), await shop.beacon(views[0]),
        await shop.beacon(*views, {**views[1], "kind": "click"}),
    ):  # fmt: skip
        assert answer.status_code == 204, answer.text
        assert answer.headers["access-control-allow-origin"] == ORIGIN
    row = await shop.row("control", "control")
    assert (row["decisions"], row["views"], row["exposures"], row["clicks"]) == (1, 2, 2, 1)
    listed = (await shop.call("GET", "/v1/decisions", params={"placement": "home"}))["items"]
    assert len(listed) == 3
    for one in listed:
        again = await shop.call("POST", f"/v1/decisions/{one['id']}/replay")
        assert again["receipt"]["variant"] == str(shop.variants["control"])


async def test_copy_of_an_audience_seen_from_a_shared_answer_counts_on_its_rung(shop: Shop) -> None:
    token = make_token(shop.secret, "c-1", AT + 600)
    segment = await shop.call("POST", "/v1/visitors/segment", json={"token": token})
    shared = await shop.call("GET", "/v1/placements/home", params={"segment": segment["segment"]})
    assert shared["rung"] == "audience" and shared["decision_id"] is None
    await shop.beacon(shop.said(shared))
    row = await shop.row("loyal", "audience")
    assert (row["views"], row["exposures"]) == (1, 1)


async def test_a_personal_answer_is_told_of_by_its_decision(shop: Shop) -> None:
    mine = await shop.decided()
    await shop.beacon(shop.said(mine), shop.said(mine, "click"), shop.said(mine, "click"))
    row = await shop.row("loyal", "audience")
    assert (row["decisions"], row["views"], row["exposures"], row["clicks"]) == (1, 0, 1, 1)


async def test_robots_are_kept_and_count_for_nothing(shop: Shop) -> None:
    mine = await shop.decided()
    await shop.beacon(shop.said(mine), shop.said(mine, "click"), agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
    row = await shop.row("loyal", "audience")
    assert (row["exposures"], row["clicks"], row["robot_clicks"]) == (0, 0, 1)


async def test_a_page_is_told_what_is_wrong_and_another_site_tells_nothing(shop: Shop) -> None:
    told = shop.said(await shop.shown())
    for answer, status, code in (
        (await shop.beacon(told, origin="https://evil.example"), 403, "origin.foreign"),
        (await shop.beacon({**told, "key": "smp_aaaaaaaa_" + "b" * 43}), 401, "key.unknown"),
        (await shop.beacon({**told, "key": shop.service.keys["casa"]}), 403, "key.in_browser"),
        (await shop.beacon({**told, "id": "helena@correio.example"}), 422, "invalid"),
        (await shop.beacon({**told, "variant": None}), 422, "invalid"),
        (await shop.beacon({**told, "kind": "conversion"}), 422, "invalid"),
        (await shop.beacon(raw=b"\xff{"), 422, "invalid"),
        (await shop.beacon(raw=b"[1]"), 422, "invalid"),
        (await shop.beacon(*[told] * 51), 413, "body.too_large"),
        (await shop.beacon(raw=b" " * 70_000), 413, "body.too_large"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    for odd in ({"campaign": "gone"}, {"variant": str(uuid4())}, {"decision": str(uuid4())}, {"revision": "x"}):
        assert (await shop.beacon({**told, **odd, "id": uuid4().hex})).status_code == 204
    assert all(one["exposures"] == 0 for one in (await shop.report()).values())


async def test_servers_tell_outcomes_and_each_counts_once(shop: Shop) -> None:
    mine = (await shop.decided())["decision_id"]
    order = {"decision_id": mine, "kind": "conversion", "id": "1042", "value": "189.90", "currency": "BRL"}
    items = [order, {"decision_id": mine, "kind": "complaint", "id": "a"}, {**order, "id": "1043", "value": "10.10"}]
    await shop.call("POST", "/v1/outcomes", 202, json={"items": items})
    await shop.call("POST", "/v1/outcomes", 202, json={"items": [order]})
    await shop.call("GET", "/v1/campaigns/coado/outcomes")
    await shop.track("Order Completed", {"order_id": "1042", "total": 189.9, "currency": "BRL"})
    row = await shop.row("loyal", "audience")
    assert (row["conversions"], row["complaints"]) == (2, 1)
    assert {name: float(value) for name, value in row["revenue"].items()} == {"BRL": 200.0}
    for wrong in (
        {"id": ""}, {"kind": "open"}, {"value": "-1"}, {"currency": None}, {"currency": "reais"}, {"value": "NaN"},
        {"kind": "click"}, {"at": (NOW + timedelta(hours=1)).isoformat()}, {"value": "1.999"}, {"at": "2026-11-22"},
    ):  # fmt: skip
        await shop.call("POST", "/v1/outcomes", 422, json={"items": [{**order, **wrong}]})


async def test_events_find_the_decision_that_they_are_of(shop: Shop) -> None:
    mine = await shop.decided()
    link = f"https://casa.example/cafe?utm_content={mine['variant_id']}"
    await shop.track("Experiment Viewed", {"experiment_id": "coado", "variation_id": mine["variant_id"]})
    await shop.track("Email Opened", {"decision_id": mine["decision_id"]})
    await shop.track("Email Link Clicked", {"link_url": link})
    await shop.track("Email Link Clicked", {"link_url": f"https://casa.example/?utm_content={uuid4()}"})
    bot = {"userAgent": "Barracuda link scanner"}
    await shop.track("Email Link Clicked", {"decision_id": mine["decision_id"]}, context=bot)
    await shop.track("Order Completed", {"order_id": "7", "revenue": 50, "currency": "BRL"})
    await shop.track("Order Completed", {"total": "12,5", "currency": "BRL"})
    row = await shop.row("loyal", "audience")
    assert (row["exposures"], row["clicks"], row["robot_clicks"], row["conversions"]) == (1, 1, 1, 2)
    assert float(row["revenue"]["BRL"]) == 50


async def test_an_order_belongs_to_the_last_decision_of_seven_days(shop: Shop) -> None:
    await shop.decided()
    shop.time[0] = NOW + timedelta(days=2)
    await shop.decided()
    shop.time[0] = NOW + timedelta(days=8, hours=23)
    await shop.track("Order Completed", {"order_id": "in time", "total": 5, "currency": "BRL"})
    shop.time[0] = NOW + timedelta(days=9, minutes=1)
    await shop.track("Order Completed", {"order_id": "too late", "total": 5, "currency": "BRL"})
    assert (await shop.row("loyal", "audience"))["conversions"] == 1
    recent = await shop.report(since=(NOW + timedelta(days=1)).isoformat())
    [row] = recent.values()
    assert (row["decisions"], row["conversions"]) == (1, 1), "the later decision has it"


async def test_another_workspace_counts_nothing_of_ours_and_may_not_say_anything_of_it(shop: Shop) -> None:
    mine = await shop.decided()
    await shop.service.workspace("outra")
    order = {"decision_id": mine["decision_id"], "kind": "conversion", "id": "9", "value": "5", "currency": "BRL"}
    async with shop.service.client("outra") as http:
        assert (await http.post("/v1/outcomes", json={"items": [order]})).status_code == 202
        assert (await http.get("/v1/campaigns/coado/outcomes")).json()["code"] == "campaign.unknown"
    assert (await shop.row("loyal", "audience"))["conversions"] == 0


async def test_beacons_wait_for_no_database(shop: Shop) -> None:
    """Somebody else holds the one writer, and a page's word is kept all the same."""
    shared = await shop.shown()
    async with shop.service.services.database.write():
        async with asyncio.timeout(PATIENCE):
            assert (await shop.beacon(shop.said(shared))).status_code == 204
    assert (await shop.row("control", "control"))["exposures"] == 1


async def test_the_ends_of_time_are_times_like_any_other(shop: Shop) -> None:
    mine = (await shop.decided())["decision_id"]
    first, last = "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"
    await shop.call("POST", "/v1/outcomes", 202, json={"items": [
        {"decision_id": mine, "kind": "click", "id": "long ago", "at": first}
    ]})  # fmt: skip
    assert (await shop.row("loyal", "audience"))["clicks"] == 1
    assert len(await shop.report(since=first)) == 1 and await shop.report(since=last) == {}


async def test_what_became_of_a_decision_is_exported_with_its_lead_and_goes_with_the_decision(shop: Shop) -> None:
    mine = await shop.decided()
    stray = {**shop.said(mine), "decision": str(uuid4())}
    await shop.beacon(shop.said(mine), shop.said(mine, "click"), stray)
    exported = await shop.call("GET", "/v1/leads/c-1/export")
    [told] = exported["decisions"]
    assert [one["kind"] for one in told["outcomes"]] == ["exposure", "click"]
    workspace = await workspace_of(shop.service)
    database = shop.service.services.database

    async def reported(_: float) -> None:
        pass

    for days, left in ((729, 3), (731, 0)):
        await Sweep(workspace, Retention(), NOW + timedelta(days=days)).apply(database, reported)
        async with database.read() as connection:
            assert await connection.scalar(sa.select(sa.func.count()).select_from(outcomes)) == left
