"""Campaigns over HTTP: made, launched with a control, kept to their time, changed by one writer at a time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from service.db import changes
from service.workspaces.models import Scope
from tests.service.campaigns.shop import BODY, INPUT, approve, campaign, variants, workspace_of, written
from tests.support import NOW, Running


async def test_a_campaign_is_made_changed_and_forgotten(service: Running) -> None:
    async with service.client() as http:
        made = await campaign(http)
        assert (made["status"], made["locale"], made["version"]) == ("draft", "pt-BR", 1)
        again = await http.post("/v1/campaigns", json=INPUT)
        assert (again.status_code, again.json()["code"]) == (409, "campaign.exists")
        changed = await http.put("/v1/campaigns/semana", json=BODY | {"channels": ["push"], "locale": "es"})
        assert (changed.json()["channels"], changed.json()["locale"]) == (["push"], "es")
        assert (await http.get("/v1/campaigns")).json()["items"] == [changed.json()]
        assert (await http.delete("/v1/campaigns/semana")).status_code == 204
        for answer in (await http.get("/v1/campaigns/semana"), await http.get("/v1/campaigns/%00")):
            assert (answer.status_code, answer.json()["code"]) == (404, "campaign.unknown")
    async with service.services.database.read() as connection:
        assert len(await changes.since(connection, 0, 50, ["campaign"])) == 3


async def test_of_two_writers_the_slower_is_told(service: Running) -> None:
    async with service.client() as http:
        await campaign(http)
        tag = (await http.get("/v1/campaigns/semana")).headers["etag"]
        first = await http.put("/v1/campaigns/semana", json=BODY | {"name": "A"}, headers={"If-Match": tag})
        assert first.status_code == 200 and first.headers["etag"] != tag
        for method, path, body in (("PUT", "", BODY), ("DELETE", "", None), ("POST", "/launch", None)):
            late = await http.request(method, f"/v1/campaigns/semana{path}", json=body, headers={"If-Match": tag})
            assert (late.status_code, late.json()["code"]) == (412, "campaign.version"), method
        assert (await http.get("/v1/campaigns/semana")).json()["name"] == "A"
        for good in ('"2"', "*", '"x", "4"'):
            kept = await http.put("/v1/campaigns/semana", json=BODY, headers={"If-Match": good})
            assert kept.status_code == 200, good


async def test_nothing_goes_live_without_an_approved_control_in_each_channel(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        refused = await http.post("/v1/campaigns/semana/launch")
        assert (refused.status_code, refused.json()["code"]) == (409, "campaign.no_control")
        assert [fault["detail"] for fault in refused.json()["errors"]] == ["email", "banner"]
        await written(http)
        assert (await http.post("/v1/campaigns/semana/launch")).status_code == 409  # they wait for review
        await approve(shop, "email", "banner", control=False)
        await approve(shop, "email")
        refused = await http.post("/v1/campaigns/semana/launch")
        assert [fault["detail"] for fault in refused.json()["errors"]] == ["banner"]
        await approve(shop, "banner")
        launched = await http.post("/v1/campaigns/semana/launch")
        assert (launched.status_code, launched.json()["status"]) == (200, "live")
        assert (await http.post("/v1/campaigns/semana/launch")).json()["version"] == launched.json()["version"]
        assert {one.status for one in await variants(shop)} == {"live"}
        wider = await http.put("/v1/campaigns/semana", json=BODY | {"channels": ["email", "banner", "popup"]})
        assert (wider.status_code, wider.json()["code"]) == (409, "campaign.no_control")
        other = await http.put("/v1/campaigns/semana", json=BODY | {"locale": "es"})
        assert other.json()["code"] == "campaign.no_control"
        assert (await http.get("/v1/campaigns/semana")).json()["channels"] == ["email", "banner"]


async def test_a_campaign_is_served_in_its_time_only(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["banner"], audiences=[])
        await written(http)
        await approve(shop, "banner")
        assert await _told(shop, http) == "paused"
        await http.post("/v1/campaigns/semana/launch")
        assert await _told(shop, http) is None
        body = BODY | {"channels": ["banner"], "audiences": []}
        for window, reason in (
            ({"starts_at": (NOW + timedelta(hours=1)).isoformat()}, "not_started"),
            ({"starts_at": NOW.isoformat()}, None),
            ({"ends_at": NOW.isoformat()}, "ended"),
            ({"ends_at": (NOW + timedelta(seconds=1)).isoformat()}, None),
        ):
            assert (await http.put("/v1/campaigns/semana", json=body | window)).status_code == 200
            assert await _told(shop, http) == reason, window
        assert (await http.post("/v1/campaigns/semana/pause")).json()["status"] == "paused"
        assert await _told(shop, http) == "paused"
        assert {one.status for one in await variants(shop)} == {"approved"}
        over = body | {"ends_at": NOW.isoformat()}
        await http.put("/v1/campaigns/semana", json=over)
        assert (await http.post("/v1/campaigns/semana/launch")).json()["code"] == "campaign.state"


async def test_an_ended_campaign_stays_so(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["banner"], audiences=[])
        assert (await http.post("/v1/campaigns/semana/pause")).json()["code"] == "campaign.state"
        await written(http)
        await approve(shop, "banner")
        await http.post("/v1/campaigns/semana/launch")
        assert (await http.delete("/v1/campaigns/semana")).json()["code"] == "campaign.state"
        assert (await http.post("/v1/campaigns/semana/end")).json()["status"] == "ended"
        assert (await http.post("/v1/campaigns/semana/end")).status_code == 200
        for method, path, body in (
            ("POST", "/launch", None), ("POST", "/pause", None), ("PUT", "", BODY), ("POST", "/generate", {}),
        ):  # fmt: skip
            answer = await http.request(method, f"/v1/campaigns/semana{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "campaign.state"), path
        assert (await http.delete("/v1/campaigns/semana")).status_code == 204
    assert [one.campaign_id for one in await variants(shop)] == []


async def test_the_query_token_of_a_forgotten_campaign_opens_nothing(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, audiences=[])
        token = (await http.post("/v1/keys", json={"kind": "campaign", "campaign": "semana"})).json()["key"]
        await shop.seen()
        asked = {"campaign": "semana", "key": token}
        async with shop.client(key="none") as platform:
            del platform.headers["Authorization"]
            assert (await platform.get("/v1/copy", params=asked)).status_code == 200
            assert (await platform.get("/v1/copy", params=asked | {"campaign": "outra"})).status_code == 403
            await http.delete("/v1/campaigns/semana")
            await shop.seen()
            assert (await platform.get("/v1/copy", params=asked)).status_code == 401


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"slug": "Semana"}, "/slug"),
        ({"name": " "}, "/name"),
        ({"brief": {}}, "/brief/objective"),
        ({"channels": []}, "/channels"),
        ({"channels": ["email", "email"]}, "/"),
        ({"channels": ["pombo"]}, "/channels/0"),
        ({"audiences": ["coffee", "nobody"]}, "/audiences/1"),
        ({"audiences": ["a\x00"]}, "/audiences/0"),
        ({"locale": "fr"}, "/locale"),
        ({"starts_at": "2026-12-01T00:00:00"}, "/starts_at"),
        ({"starts_at": "2026-12-02T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"}, "/"),
        ({"settings": {"utm": {"email": {"source": "{lead}"}}}}, "/settings/utm/email/source"),
        ({"settings": {"unknown_recipient": "guess"}}, "/settings/unknown_recipient"),
        ({"status": "live"}, "/status"),
    ],
)
async def test_what_cannot_be_a_campaign_is_told(service: Running, change: dict[str, Any], pointer: str) -> None:
    async with service.client() as http:
        await campaign(http, slug="outra")
        answer = await http.post("/v1/campaigns", json=INPUT | change)
        assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer, answer.text
        assert len((await http.get("/v1/campaigns")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("review", "POST", ""),
        ("review", "PUT", "/semana"),
        ("review", "DELETE", "/semana"),
        ("review", "POST", "/semana/generate"),
        ("generate", "POST", "/semana/launch"),
        ("generate", "POST", "/semana/pause"),
        ("generate", "POST", "/semana/end"),
    ],
)
async def test_each_step_needs_its_scope(service: Running, scope: Scope, method: str, path: str) -> None:
    key = await service.key(await workspace_of(service), scope)
    async with service.client() as http, service.client(key=key) as narrow:
        await campaign(http)
        answer = await narrow.request(method, f"/v1/campaigns{path}", json=INPUT if path == "" else BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "key.scope")


async def test_another_workspace_sees_none_of_it(service: Running) -> None:
    await service.workspace("outra")
    async with service.client() as http, service.client("outra") as neighbour:
        await campaign(http)
        codes = Counter(
            [
                (await neighbour.request(method, f"/v1/campaigns/semana{path}", json=body)).status_code
                for method, path, body in (
                    ("GET", "", None), ("PUT", "", BODY | {"audiences": []}), ("DELETE", "", None),
                    ("POST", "/launch", None), ("POST", "/generate", {}), ("GET", "/readiness", None),
                )
            ]
        )  # fmt: skip
        assert codes == {404: 6} and (await neighbour.get("/v1/campaigns")).json()["items"] == []
        assert (await neighbour.post("/v1/campaigns", json=INPUT | {"audiences": []})).status_code == 201


async def test_a_campaign_marks_its_links_and_speaks_to_its_platform_in_its_own_way(shop: Running) -> None:
    told = {"channels": ["email"], "audiences": []}
    own = {"platform": "klaviyo", "utm": {"email": {"source": "{platform}", "medium": "news"}}}
    async with shop.client() as http:
        await http.patch("/v1/workspace", json={"delivery": {"domains": ["casa.example"]}})
        await campaign(http, **told)
        await written(http)
        await approve(shop, "email")
        await http.post("/v1/campaigns/semana/launch")
        await shop.seen()
        usual = (await http.get("/v1/copy", params={"campaign": "semana", "recipient": "c-1"})).json()
        assert "utm_source=sobmedida&utm_medium=email&utm_campaign=semana" in usual["cta_url"]
        assert "Helena" in usual["text"]
        await http.put("/v1/campaigns/semana", json=BODY | told | {"settings": own})
        await shop.seen()
        mine = (await http.get("/v1/copy", params={"campaign": "semana", "recipient": "c-1"})).json()
        assert "utm_source=klaviyo&utm_medium=news&utm_campaign=semana" in mine["cta_url"]
        assert "Helena" not in mine["text"] and "first_name|default" in mine["text"]
        bound = {"campaign": "semana", "recipient": "c-1", "platform": "none"}
        assert "Helena" in (await http.get("/v1/copy", params=bound)).json()["text"]
        answer = await http.put("/v1/campaigns/semana", json=BODY | told | {"settings": {"platform": "pombo"}})
        assert (answer.status_code, answer.json()["code"]) == (422, "platform.unknown")


async def _told(shop: Running, http: Any) -> str | None:
    """Why a banner is not served, None where it is."""
    await shop.seen()
    asked = {"campaign": "semana", "channel": "banner"}
    answer = (await http.get("/v1/copy", params=asked)).json()
    assert answer["send"] is (answer["reason"] is None)
    reason: str | None = answer["reason"]
    return reason
