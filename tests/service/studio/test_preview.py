"""Previews: frames in which nothing can happen, that follow what is written and show it as any reader gets it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page

from service.auth import COOKIE
from service.db.engine import Database
from service.delivery.mailing import Mailer
from tests.service.campaigns.shop import campaign
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.test_rendering import COPY, written
from tests.service.delivery.test_using import approved
from tests.service.studio.support import session, studio, user
from tests.support import CONSENTS, Running, fill, running


async def _browser(service: Running) -> httpx.AsyncClient:
    http = service.client()
    del http.headers["Authorization"]
    http.cookies.set(COOKIE, await session(service, await user(service, "writer")))
    return http


async def test_a_frame_can_do_nothing_and_only_our_pages_show_it(shop: Running) -> None:
    async with shop.client() as http:
        made = await written(http, **COPY | {"body": "Olá <b>\n\n<script>alert(1)</script>"})
    http = await _browser(shop)
    for view in ("inbox", "desktop", "dark", "text"):
        answer = await http.get(f"/studio/variants/{made['id']}/preview", params={"view": view})
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "script" not in policy
        assert "sandbox" in policy
        assert "<script" not in answer.text


async def test_dark_and_light_are_what_was_asked_for_whatever_the_writer_s_screen_prefers(shop: Running) -> None:
    async with shop.client() as http:
        made = await written(http)
    http = await _browser(shop)
    dark = (await http.get(f"/studio/variants/{made['id']}/preview?view=dark")).text
    light = (await http.get(f"/studio/variants/{made['id']}/preview?view=desktop")).text
    assert "prefers-color-scheme" not in dark + light
    assert "(min-width: 0)" in dark
    assert "(max-width: 0)" in light


async def test_unkept_words_need_the_page_s_token_and_are_not_kept(shop: Running) -> None:
    async with shop.client() as http:
        made = await written(http)
    http = await _browser(shop)
    at = f"/studio/variants/{made['id']}/preview"
    form = {"view": "inbox", "as": "lead:c-1", "fields": json.dumps({"subject": "{{ first_name | cliente }}, novo"})}
    assert (await http.post(at, data=form)).json()["code"] == "session.csrf"
    token = (await http.get(f"/studio/variants/{made['id']}/use")).text.split('name="csrf" content="')[1].split('"')[0]
    assert "Helena, novo" in (await http.post(at, data=form | {"csrf": token})).text
    for broken in ("{", "[1]", json.dumps({"nose": "x"}), json.dumps({"body": "x" * 200_000})):
        answer = await http.post(at, data=form | {"csrf": token, "fields": broken})
        assert answer.status_code == 422
        assert "Content-Security-Policy" in answer.headers


async def test_every_size_of_a_banner_is_drawn_or_says_why_not(shop: Running) -> None:
    fields = {"headline": "Café coado em casa, com calma e água", "body": "Água a 92 °C.", "cta": "Ver o passo a passo"}
    async with shop.client() as http:
        made = await written(http, "banner", **fields)
    page = (await (await _browser(shop)).get(f"/studio/variants/{made['id']}/preview?view=sizes")).text
    assert page.count("<figure>") == 10
    assert page.count("data:image/svg+xml") + page.count('class="refused"') == 10
    assert "data:image/svg+xml" in page


@pytest.mark.parametrize("as_", ["lead:nobody", "case:11", "case:x", "lead:" + "x" * 300])
async def test_whom_nobody_knows_cannot_be_looked_at_as(shop: Running, as_: str) -> None:
    async with shop.client() as http:
        made = await written(http)
    answer = await (await _browser(shop)).get(f"/studio/variants/{made['id']}/preview", params={"as": as_})
    assert answer.status_code in (404, 422)


@needs_chromium
async def test_the_preview_follows_what_is_written_and_whom_it_is_for(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        async with service.client() as http:
            at = (await approved(http)).rsplit("/", 1)[1]
        async with studio(service, "writer") as browser:
            page = await browser.open(f"/studio/variants/{at}/use")
            await shows(page, "cliente, café coado em casa")
            assert await page.locator("#preview-as option[value='lead:c-1']").text_content() == "Helena · c-1"
            await page.locator("#preview-as").select_option("lead:c-1")
            await shows(page, "Helena, café coado em casa")
            await page.get_by_role("button", name="Computador").click()
            await shows(page, "Olá, Helena.")
            await page.evaluate(
                """id => document.dispatchEvent(new CustomEvent("draft:fields",
                   {detail: {id, version: 1, fields: {headline: "Outro título"}}}))""",
                at,
            )
            await shows(page, "Outro título")
            assert await page.evaluate("history.length") <= 2
            await browser.faultless()


async def shows(page: Page, text: str) -> None:
    """Wait until that stands in the preview's frame."""
    await page.frame_locator(".stage iframe:not(.coming)").get_by_text(text).first.wait_for()


async def test_real_leads_to_look_as_are_those_of_the_audience_with_names_first(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        for name, traits in (("c-2", {"firstName": "Bia", "categoria": "plantas"}), ("c-3", {"categoria": "cafe"})):
            (await http.put(f"/v1/leads/{name}", json={"traits": traits, "consents": CONSENTS})).raise_for_status()
        body = {"channel": "email", "campaign": "semana", "audience": "coffee", "fields": COPY}
        made = (await http.post("/v1/variants", json=body)).json()
        assert await shop.services.audiences.wait(20)
    page = (await (await _browser(shop)).get(f"/studio/variants/{made['id']}/preview/readers")).text
    assert re.findall(r'value="(lead:[^"]*)"', page) == ["lead:c-1", "lead:c-3"]
    assert "Helena · c-1" in page
    assert page.count('value="case:') > 5


async def test_what_is_used_tells_platforms_apart_and_says_what_stands_in_the_way(shop: Running) -> None:
    async with shop.client() as http:
        at = (await approved(http)).removeprefix("/v1")
        draft = f"/variants/{(await written(http))['id']}"
    http = await _browser(shop)
    http.headers["Accept-Language"] = "en"
    assert "Code your own" in (await http.get(f"/studio{at}/using?platform=mailchimp")).text
    assert "There is no platform" in (await http.get(f"/studio{at}/using?platform=pigeon")).text
    assert "data-test" not in (await http.get(f"/studio{at}/using")).text  # no mail server, no test
    shop.services = shop.app.state.services = replace(shop.services, mailer=Mailer("mail.casa.example"))
    assert "ana@casa.example" in (await http.get(f"/studio{at}/using")).text
    assert (await http.get(f"/studio{draft}/using")).json()["code"] == "variant.unapproved"


async def test_another_workspace_s_copy_has_no_preview(shop: Running) -> None:
    await shop.workspace("outra")
    async with shop.client() as http:
        made = await written(http)
    http = shop.client()
    del http.headers["Authorization"]
    who = await user(shop, "admin", workspace="outra")
    http.cookies.set(COOKIE, await session(shop, who))
    for page in ("preview", "preview/readers", "use", "using"):
        assert (await http.get(f"/studio/variants/{made['id']}/{page}")).status_code == 404
