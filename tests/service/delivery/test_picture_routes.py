"""Banners as pictures over HTTP: shared ones for everybody, bound ones for whom the site's server named."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import defusedxml.ElementTree as Et
import httpx
import jwt
import pytest
import pytest_asyncio

from service.db.engine import Database
from service.delivery.site_tokens import PICTURE_LIFE, make_token
from tests.service.delivery.stocked import CONTROL, LOYAL, approved, campaign, page_key
from tests.service.delivery.test_pictures import LONG
from tests.support import CONSENTS, CONTRACT, NOW, Running, running

AT = int(NOW.timestamp())
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Shop:
    """A page of a shop, and the shop's server."""

    def __init__(self, service: Running, http: httpx.AsyncClient, key: str, secret: str) -> None:
        self.service, self.http, self.key, self.secret = service, http, key, secret

    async def get(self, form: str = "svg", headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        return await self.http.get(
            f"/v1/placements/home/picture.{form}", params={"key": self.key, **params}, headers=headers
        )

    def token(self, lead: str = "c-1", **claims: Any) -> str:
        return jwt.encode({"sub": lead, "exp": AT + 600, **claims}, self.secret, algorithm="HS256")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A placement `home`: copy that names a loyal lead, and a control. All leads are loyal."""
    folder = tmp_path_factory.mktemp("pictures")
    shutil.copy(sqlite_template, folder / "records.db")
    database = Database(f"sqlite+aiosqlite:///{folder / 'records.db'}")
    async with running(database, folder) as service:
        consents = [*CONSENTS, CONSENTS[0] | {"purpose": "marketing.communications.banner", "channel": "banner"}]
        loyal = {"slug": "loyal", "name": "Loyal", "condition": {"clube": "raiz"}}
        async with service.client() as admin:
            (await admin.put("/v1/contract", json={"attributes": CONTRACT})).raise_for_status()
            (await admin.post("/v1/audiences", json=loyal)).raise_for_status()
            for lead, name in (("c-1", "Helena"), ("c-2", "Мария Ярославна"), ("c-3", "محمد")):
                told = {"traits": {"firstName": name, "clube": "raiz"}, "consents": consents}
                (await admin.put(f"/v1/leads/{lead}", json=told)).raise_for_status()
            secret = (await admin.get("/v1/keys/site-secret")).json()["secret"]
        campaign_id = await campaign(service)
        await approved(service, campaign_id, CONTROL)
        await approved(service, campaign_id, LOYAL, "loyal")
        await service.services.audiences.catch_up()
        key = await page_key(service)
        transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield Shop(service, http, key, secret)
    await database.close()


def words(answer: httpx.Response) -> str:
    """What the picture says to whoever does not see it; the same as in the header."""
    assert answer.status_code == 200, answer.text
    root: Element = Et.fromstring(answer.content)
    told = " ".join(root.findtext(f"{SVG}{name}") or "" for name in ("title", "desc"))
    assert told == unquote(answer.headers["sobmedida-alternative"])
    return told


async def test_everybody_gets_the_control_as_png_and_caches_may_keep_it(shop: Shop) -> None:
    answer = await shop.get("png", size="728x90")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(answer.content[16:20]), int.from_bytes(answer.content[20:24])) == (728, 90)
    assert unquote(answer.headers["sobmedida-alternative"]) == " ".join(CONTROL.values())
    assert answer.headers["cache-control"].startswith("public, max-age=60, s-maxage=300")
    again = await shop.get("png", {"If-None-Match": answer.headers["etag"]}, size="728x90")
    assert (again.status_code, again.content) == (304, b"")
    twice = await shop.get("png", size="728x90", scale=2)
    assert int.from_bytes(twice.content[16:20]) == 2 * 728


async def test_the_svg_says_what_it_shows_and_holds_nothing_but_shapes(shop: Shop) -> None:
    answer = await shop.get()
    assert words(answer) == " ".join(CONTROL.values())
    assert {element.tag.removeprefix(SVG) for element in Et.fromstring(answer.content).iter()} == {
        "svg", "title", "desc", "defs", "path", "rect", "g", "use"
    }  # fmt: skip
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", answer.text)


async def test_a_repeat_is_not_drawn_again(shop: Shop) -> None:
    await shop.get("png", size="300x600")
    drawn = shop.service.services.pictures.drawn
    for _ in range(5):
        await shop.get("png", size="300x600")
    assert shop.service.services.pictures.drawn == drawn


async def test_a_lead_that_the_server_named_gets_its_name_at_open_time_and_nobody_keeps_it(shop: Shop) -> None:
    for token in (shop.token(), shop.token(aud="picture", exp=AT + PICTURE_LIFE)):
        answer = await shop.get(token=token)
        assert "Para Helena, um jeito novo de coar." in words(answer)
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["sobmedida-decision"]
    assert "Para Мария Ярославна" in words(await shop.get(token=shop.token("c-2")))
    gpc = await shop.get(headers={"Sec-GPC": "1"}, token=shop.token())
    assert words(gpc) == " ".join(CONTROL.values())


async def test_a_name_that_cannot_be_drawn_spoils_no_picture(shop: Shop) -> None:
    answer = await shop.get(token=shop.token("c-3"))
    assert words(answer) == " ".join(CONTROL.values())
    assert answer.headers["cache-control"] == "private, no-store"


async def test_an_old_email_shows_what_everybody_sees_and_a_tampered_token_nothing(shop: Shop) -> None:
    old = await shop.get(token=shop.token(aud="picture", exp=AT - 1))
    assert words(old) == " ".join(CONTROL.values())
    for token in (shop.token()[:-4] + "AAAA", shop.token(exp=AT + 7_200)):
        refused = await shop.get(token=token)
        assert (refused.status_code, refused.json()["code"]) == (401, "token.invalid")


async def test_a_token_for_pictures_opens_nothing_else(shop: Shop) -> None:
    token = shop.token(aud="picture")
    answer = await shop.http.post(
        "/v1/placements:batch", params={"key": shop.key}, json={"placements": ["home"], "token": token}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"size": "320x50", "segment": ""}, None),
        ({"size": "301x250"}, "invalid"),
        ({"size": "99999x99999"}, "invalid"),
        ({"background": "red"}, "invalid"),
        ({"accent": '"/><script>'}, "invalid"),
        ({"scale": "50"}, "invalid"),
        ({"token": "ana@casa.example"}, "recipient.email_in_url"),
    ],
)
async def test_bad_sizes_colours_and_tokens_are_refused(shop: Shop, params: dict[str, Any], code: str | None) -> None:
    answer = await shop.get("png", **params)
    if code is None:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_other_pictures_placements_keys_and_origins_are_refused(shop: Shop) -> None:
    assert (await shop.get("gif")).status_code == 422
    assert (await shop.get(headers={"Origin": "https://evil.example"})).json()["code"] == "origin.foreign"
    assert (await shop.http.get("/v1/placements/home/picture.svg")).json()["code"] == "key.missing"
    nowhere = await shop.http.get("/v1/placements/nowhere/picture.svg", params={"key": shop.key})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "placement.unknown")


async def test_copy_that_is_too_long_for_a_size_is_refused_and_no_cache_keeps_that(shop: Shop) -> None:
    campaign_id = await campaign(shop.service, "longo", placement="side")
    await approved(shop.service, campaign_id, LONG)
    await shop.service.seen()
    address = "/v1/placements/side/picture.png"
    refused = await shop.http.get(address, params={"key": shop.key, "size": "320x50"})
    assert (refused.status_code, refused.json()["code"]) == (422, "picture.does_not_fit")
    assert refused.headers["cache-control"] == "no-store"
    assert (await shop.http.get(address, params={"key": shop.key, "size": "300x250"})).status_code == 200


async def test_where_there_is_nothing_to_show_the_picture_is_empty_and_says_why(shop: Shop) -> None:
    await campaign(shop.service, "vazia", placement="foot")
    await shop.service.seen()
    answer = await shop.http.get("/v1/placements/foot/picture.svg", params={"key": shop.key})
    assert answer.status_code == 200
    assert list(Et.fromstring(answer.content)) == []
    assert answer.headers["sobmedida-reason"] == "nothing_approved"
    assert "max-age=30" in answer.headers["cache-control"]


async def test_a_token_that_our_own_helper_made_is_good_for_pictures(shop: Shop) -> None:
    assert "Helena" in words(await shop.get(token=make_token(shop.secret, "c-1", AT + 600)))
