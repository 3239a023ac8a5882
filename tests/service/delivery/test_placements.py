"""What sites get for a placement: shared answers for everybody, personal ones for whom the site's server named."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from service.db.engine import Database
from service.delivery.site_tokens import make_token
from tests.service.delivery.stocked import CONTROL, LOYAL, ORIGIN, approved, campaign, page_key
from tests.support import CONSENTS, CONTRACT, NOW, Running, running, says

AT = int(NOW.timestamp())

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Site:
    """A page of a shop, and the shop's server."""

    def __init__(self, service: Running, http: httpx.AsyncClient, key: str, secret: str) -> None:
        self.service, self.http, self.key, self.secret = service, http, key, secret

    async def get(
        self, placement: str = "home", headers: dict[str, str] | None = None, **params: str
    ) -> httpx.Response:
        return await self.http.get(
            f"/v1/placements/{placement}",
            params={"key": self.key, **params},
            headers={"Origin": ORIGIN, **(headers or {})},
        )

    async def post(self, path: str, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        return await self.http.post(
            f"/v1/{path}", params={"key": self.key}, json=body, headers={"Origin": ORIGIN, **(headers or {})}
        )

    async def segment(self, headers: dict[str, str] | None = None, **body: Any) -> str:
        answer = await self.post("visitors/segment", headers, **body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["segment"])

    def token(self, lead: str = "c-1", lives: int = 600) -> str:
        return make_token(self.secret, lead, AT + lives)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A placement `home` with copy for loyal leads and a control; `c-1` is loyal. One for all tests here: to make it
    takes longer than most of them."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "records.db")
    database = Database(f"sqlite+aiosqlite:///{folder / 'records.db'}")
    async with running(database, folder) as service:
        traits = {"firstName": "Helena", "categoria": "cafe", "clube": "raiz"}
        consents = [*CONSENTS, CONSENTS[0] | {"purpose": "marketing.communications.banner", "channel": "banner"}]
        async with service.client() as admin:
            loyal = {"slug": "loyal", "name": "Loyal", "condition": {"clube": "raiz"}}
            for answer in (
                await admin.put("/v1/contract", json={"attributes": CONTRACT}),
                await admin.post("/v1/audiences", json=loyal),
                await admin.put("/v1/leads/c-1", json={"traits": traits, "consents": consents}),
            ):
                answer.raise_for_status()
            secret = (await admin.get("/v1/keys/site-secret")).json()["secret"]
        campaign_id = await campaign(service)
        await approved(service, campaign_id, CONTROL)
        await approved(service, campaign_id, LOYAL, "loyal")
        await service.services.audiences.catch_up()
        key = await page_key(service)
        transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield Site(service, http, key, secret)
    await database.close()


async def test_everybody_gets_the_control_and_caches_may_keep_it(site: Site) -> None:
    answer = await site.get()
    told = answer.json()
    assert (told["show"], told["rung"], told["headline"]) == (True, "control", CONTROL["headline"])
    assert told["cta_url"] == "https://casa.example/cafe"
    assert told["decision_id"] is None
    assert len(told["revision"]) == 64
    assert answer.headers["cache-control"].startswith("public, max-age=60, s-maxage=300")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["vary"] == "Origin"
    again = await site.get(headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == answer.headers["cache-control"]


async def test_visitors_of_one_segment_share_an_address_and_its_bytes(site: Site) -> None:
    first, second = await site.segment(token=site.token()), await site.segment(token=site.token(lives=900))
    assert first == second
    answer = await site.get(segment=first)
    told = answer.json()
    assert (told["rung"], told["headline"]) == ("audience", LOYAL["headline"])
    assert told["body"] == "Para cliente, um jeito novo de coar."  # a shared answer binds nobody's values
    assert (await site.get(segment=second)).content == answer.content
    assert answer.headers["vary"] == "Origin, Sec-GPC"
    assert not says(f"{answer.text} {first}", "c-1")
    for word in ("Helena", "loyal", "raiz"):
        assert word not in answer.text + first


async def test_a_segment_is_kept_by_nobody_and_a_tampered_one_is_as_none(site: Site) -> None:
    answer = await site.post("visitors/segment", token=site.token())
    assert answer.headers["cache-control"] == "private, no-store"
    assert AT < answer.json()["expires_at"] < AT + 2 * 3600
    segment = answer.json()["segment"]
    for other in (segment[:-2] + "xx", "loyal", "%00", "A" * 900):
        assert (await site.get(segment=other)).json()["rung"] == "control"


async def test_a_lead_that_the_sites_server_named_gets_its_own_answer_with_a_decision(site: Site) -> None:
    answer = await site.post("placements:batch", placements=["home", "nowhere"], token=site.token())
    home, nowhere = answer.json()["items"]
    assert home["body"] == "Para Helena, um jeito novo de coar."
    assert home["decision_id"]
    assert (nowhere["show"], nowhere["reason"]) == (False, "unknown_placement")
    assert answer.headers["cache-control"] == "private, no-store"
    shared = await site.post("placements:batch", placements=["home"], segment=await site.segment(token=site.token()))
    assert shared.json()["items"][0]["rung"] == "audience"
    assert shared.json()["items"][0]["decision_id"] is None


async def test_what_a_page_says_of_itself_chooses_without_knowing_anybody(site: Site) -> None:
    assert (await site.get(segment=await site.segment(context={"clube": "raiz"}))).json()["rung"] == "audience"
    assert (await site.get(segment=await site.segment(context={"clube": "broto"}))).json()["rung"] == "control"
    refused = await site.post("visitors/segment", context={"notes": "x"})
    assert (refused.status_code, refused.json()["code"]) == (422, "context.attribute")


async def test_somebody_unknown_keeps_the_lot_of_the_segment_before(site: Site) -> None:
    first = await site.segment()
    assert {await site.segment(segment=first) for _ in range(8)} == {first}


async def test_who_wants_to_be_known_by_nothing_gets_what_the_page_alone_says(site: Site) -> None:
    gpc = {"Sec-GPC": "1"}
    segment = await site.segment(token=site.token())
    assert (await site.get(headers=gpc, segment=segment)).json()["rung"] == "control"
    assert (await site.get(segment=await site.segment(gpc, token=site.token()))).json()["rung"] == "control"
    page = await site.segment(gpc, context={"clube": "raiz"})
    assert (await site.get(headers=gpc, segment=page)).json()["rung"] == "audience"
    batch = await site.post("placements:batch", gpc, placements=["home"], token=site.token())
    assert (batch.json()["items"][0]["rung"], batch.json()["items"][0]["decision_id"]) == ("control", None)


@pytest.mark.parametrize(
    ("lead", "lives", "status", "code"),
    [
        ("c-1", -1, 401, "token.expired"),
        ("c-1", 7_200, 401, "token.invalid"),
        ("helena@correio.example", 600, 422, "recipient.email_in_url"),
    ],
)
async def test_tokens_that_are_not_good_open_nothing(site: Site, lead: str, lives: int, status: int, code: str) -> None:
    token = site.token(lead, lives)
    for answer in (
        await site.post("visitors/segment", token=token),
        await site.post("placements:batch", placements=["home"], token=token),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["access-control-allow-origin"] == ORIGIN  # the page can tell why
        assert answer.headers["cache-control"] == "no-store"


async def test_a_lead_that_nobody_knows_is_a_visitor_like_any_other(site: Site) -> None:
    told = (await site.post("placements:batch", placements=["home"], token=site.token("c-404"))).json()["items"][0]
    assert (told["show"], told["rung"]) == (True, "control")


async def test_an_e_mail_address_in_the_address_of_a_request_is_refused(site: Site) -> None:
    for answer in (
        await site.get(segment="helena@correio.example"),
        await site.get(page="https://casa.example/?e=helena%40correio.example"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "recipient.email_in_url")


async def test_other_sites_can_use_neither_the_key_nor_the_answer(site: Site) -> None:
    for origin in ("https://other.example", "https://casa.example.evil.example", "null", "http://casa.example"):
        answer = await site.get(headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "origin.foreign")
        assert "access-control-allow-origin" not in answer.headers


async def test_a_servers_key_has_no_place_in_a_page(site: Site) -> None:
    secret = site.service.keys["casa"]
    params = {"key": secret}
    answer = await site.http.get("/v1/placements/home", params=params, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.json()["code"]) == (403, "key.in_browser")
    server = {"Authorization": f"Bearer {secret}"}
    assert (await site.http.get("/v1/placements/home", headers=server)).json()["show"] is True
    unknown = await site.http.get("/v1/placements/home", params={"key": f"{site.key[:-1]}x"})
    assert (unknown.status_code, unknown.json()["code"]) == (401, "key.unknown")


async def test_browsers_are_told_what_they_may_send_before_they_send_it(site: Site) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    for path in ("placements:batch", "visitors/segment", "placements/home"):
        answer = await site.http.options(f"/v1/{path}", headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "content-type" in answer.headers["access-control-allow-headers"]


async def test_unknown_placements_are_told_and_paused_campaigns_show_nothing(site: Site) -> None:
    missing = await site.get("nowhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "placement.unknown")
    await campaign(site.service, "over", placement="old", ends_at=NOW - timedelta(hours=1))
    await site.service.seen()
    answer = await site.get("old")
    assert (answer.status_code, answer.json()["show"], answer.json()["reason"]) == (200, False, "ended")
    assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=0, must-revalidate"


async def test_copy_with_facts_is_cached_no_longer_than_it_is_true(site: Site) -> None:
    campaign_id = await campaign(site.service, "offer", placement="offer")
    await approved(site.service, campaign_id, CONTROL, factual=True, true_until=NOW + timedelta(seconds=20))
    await site.service.seen()
    assert (await site.get("offer")).headers["cache-control"] == "public, max-age=20, s-maxage=20, must-revalidate"


async def test_campaigns_in_the_language_asked_for_come_first(site: Site) -> None:
    english = await campaign(site.service, "english", placement="both", after=["coado"], locale="en")
    await approved(site.service, english, CONTROL | {"headline": "Better coffee"}, locale="en")
    await site.service.seen()
    assert (await site.get("both", locale="en")).json()["headline"] == "Better coffee"
    assert (await site.get("both", locale="es")).json()["headline"] == CONTROL["headline"]
    assert (await site.get("both")).json()["headline"] == CONTROL["headline"]


async def test_names_in_any_script_are_text_in_html_too(site: Site) -> None:
    async with site.service.client() as admin:
        lead = (await admin.get("/v1/leads/c-1")).json()
        for name in ("<img src=x onerror=alert(1)>", "🌱", "هيلينا", "{{ first_name }}", "x" * 300):
            body = {"traits": lead["traits"] | {"firstName": name}}
            (await admin.put("/v1/leads/c-2", json=body)).raise_for_status()
            await site.service.seen()
            answer = await site.post("placements:batch", placements=["home"], token=site.token("c-2"))
            told = answer.json()["items"][0]
            assert answer.status_code == 200
            assert "<img src=x" not in told["html"]
            assert len(told["body"]) <= 90


async def test_another_workspaces_key_finds_no_placement_and_reads_no_segment(site: Site) -> None:
    other = await site.service.workspace("vizinha")
    async with site.service.client("vizinha") as admin:
        made = await admin.post("/v1/keys", json={"kind": "publishable", "origins": [ORIGIN]})
    await site.service.seen()
    mine = await site.segment(token=site.token())
    answer = await site.http.get(
        "/v1/placements/home", params={"key": made.json()["key"], "segment": mine}, headers={"Origin": ORIGIN}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "placement.unknown")
    assert site.service.services.visitors.segments(other.id).read(mine, AT) is None
    stolen = await site.http.post(
        "/v1/visitors/segment", params={"key": made.json()["key"]}, json={"token": site.token()}
    )
    assert (stolen.status_code, stolen.json()["code"]) == (401, "token.invalid")
