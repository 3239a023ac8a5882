"""The inbox: what waits is seen worst first, decided on with one key each, and nothing is decided twice."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, expect

from evaluation.benchmarks.drafts import stock
from service.auth import COOKIE
from service.review.grouping import grouped, part
from service.review.queue import Findings, Waiting
from service.users.models import Role
from tests.service.delivery.pages import needs_chromium
from tests.service.review.test_life import BAD, campaign, decide, named, written
from tests.service.studio.support import session, studio, until, user
from tests.support import NOW, Running

TITLES = ("Café coado em casa", "Um café melhor", "O café de domingo")


async def drafts(http: httpx.AsyncClient, *titles: str) -> list[dict[str, Any]]:
    """Clean drafts of a campaign with those titles, as the inbox shows them: all of one age, and so by their ids."""
    await campaign(http)
    body = "Use o filtro molhado e água bem quente."
    made = [await written(http, {"title": title, "body": body}) for title in titles]
    return sorted(made, key=lambda one: str(one["id"]))


async def browser(service: Running, role: Role = "approver", workspace: str = "casa") -> httpx.AsyncClient:
    http = service.client()
    del http.headers["Authorization"]
    http.headers["Accept"] = "text/html"
    http.cookies.set(COOKIE, await session(service, await user(service, role, workspace=workspace)))
    return http


def ids(html: str) -> list[str]:
    return re.findall(r'id="v-([0-9a-f-]{36})"', html)


async def become(http: httpx.AsyncClient, status: str, *found: dict[str, Any]) -> None:
    """Wait until all of those have that status."""

    async def have() -> bool:
        paths = [f"/v1/variants/{one['id']}" for one in found]
        return {(await http.get(path)).json()["status"] for path in paths} == {status}

    await until(have)


async def test_many_drafts_make_a_small_page_and_each_is_reached_once(service: Running) -> None:
    http = await browser(service)
    workspace = await service.workspace("outra")
    await stock(service.services.database, workspace.id, 60, NOW, "rui")
    assert ids((await http.get("/studio/inbox")).text) == []
    http = await browser(service, workspace="outra")
    first = await http.get("/studio/inbox")
    assert len(first.content) < 150_000
    seen, html = ids(first.text), first.text
    while cursor := re.search(r'data-cursor="([^"]+)"', html):
        html = (await http.get("/studio/inbox/part", params={"cursor": cursor[1]})).text
        seen += ids(html)
    assert len(set(seen)) == len(seen) == 60
    worst = (await service.client("outra").get("/v1/reviews", params={"limit": 1})).json()
    assert seen[0] == worst["items"][0]["id"]
    assert f'data-count="findings:none">{worst["counts"]["clean"]}<' in first.text
    assert (await http.get("/studio/inbox/part", params={"cursor": "nonsense"})).status_code == 422


def draft(number: int, blocking: int, audience: str) -> Waiting:
    found: Findings = "blocked" if blocking else "none"
    return Waiting(
        uuid4(), NOW + timedelta(minutes=number), CAFE, audience, "push", "pt-BR", "draft", "unclaimed", found, "model",
        blocking, 0, False,
    )  # fmt: skip


CAFE = uuid4()


@pytest.mark.parametrize("dealt_with", [0, 1, 3])
def test_whoever_deals_with_the_worst_before_going_on_misses_nothing(dealt_with: int) -> None:
    found = sorted([draft(number, number % 4, "ab"[number % 2]) for number in range(12)], key=lambda one: one.rank)

    def shown(of: list[Waiting], after: Any = None) -> tuple[list[Waiting], Any]:
        groups, last = part(grouped(of), 4, after)
        return [one for group in groups for one in group.members], last

    first, last = shown(found)
    assert [one.blocking for one in first] == [3, 3, 3, 1]
    done, seen = set(first[:dealt_with]), set(first)
    while last is not None:
        some, last = shown([one for one in found if one not in done], last)
        seen |= set(some)
    assert seen == set(found)


async def test_filters_and_words_narrow_the_page_and_an_empty_one_says_where_to_go(shop: Running) -> None:
    http = await browser(shop)
    assert 'href="/studio/campaigns"' in (await http.get("/studio/inbox")).text.partition("<main")[2]
    async with shop.client() as api:
        made = await drafts(api, *TITLES[:2])
        clean = next(one for one in made if one["fields"]["title"] == TITLES[0])
        bad = await written(api, BAD)
    pages = {
        name: (await http.get("/studio/inbox", params=params)).text
        for name, params in {
            "words": {"search": "CAFE coado agua", "campaign": ""}, "blocked": {"findings": "blocked"},
            "elsewhere": {"campaign": "nenhuma"}, "control": {"audience": "*", "missing_control": "true"},
        }.items()
    }  # fmt: skip
    assert ids(pages["words"]) == [clean["id"]]
    assert 'value="CAFE coado agua"' in pages["words"]
    assert ids(pages["blocked"]) == [bad["id"]]
    assert 'href="/studio/inbox?findings=none"' in pages["blocked"]
    assert ids(pages["elsewhere"]) == []
    assert "Nada corresponde" in pages["elsewhere"]
    assert len(ids(pages["control"])) == 3
    assert (await http.get("/studio/inbox", params={"claimed": "whoever"})).status_code == 422


async def test_tokens_are_told_from_words_and_nobody_s_html_is_run(shop: Running) -> None:
    async with shop.client() as api:
        await drafts(api, "{{ first_name | cliente }}, <script>alert(1)</script>")
    html = (await (await browser(shop)).get("/studio/inbox")).text
    assert '<span class="token" title="{{ first_name | cliente }}">first_name</span>' in html
    assert "<script>alert" not in html


async def test_a_writer_sees_no_way_to_approve_and_another_workspace_no_row(shop: Running) -> None:
    await shop.workspace("outra")
    async with shop.client() as api:
        (made,) = await drafts(api, TITLES[0])
    writer, other = await browser(shop, "writer"), await browser(shop, "admin", "outra")
    html = (await writer.get("/studio/inbox")).text
    assert ids(html) == [made["id"]]
    assert 'data-act="submit"' in html
    assert all(one not in html for one in ('data-act="approve"', 'type="checkbox"', "data-may-review", "data-clean"))
    assert (await writer.get("/studio/inbox/clean")).status_code == 403
    assert (await other.get(f"/studio/inbox/rows/{made['id']}")).status_code == 404


@needs_chromium
async def test_drafts_are_approved_turned_down_and_taken_back_with_one_key_each(shop: Running) -> None:
    async with shop.client() as api, studio(shop, "approver") as someone:
        first, second, third = await drafts(api, *TITLES)
        page = await someone.open("/studio/inbox")
        await page.keyboard.press("a")
        await expect(page.locator(f"#v-{first['id']}")).to_be_hidden()
        await expect(page.locator("[data-count=total]")).to_have_text("2")
        await expect(row(page, second).get_by_role("link")).to_be_focused()
        await become(api, "approved", first)
        await page.keyboard.press("u")
        await expect(row(page, first).get_by_role("link")).to_be_focused()
        await expect(page.locator("[data-count=total]")).to_have_text("3")
        await become(api, "in_review", first)
        await page.keyboard.press("j")
        await page.keyboard.press("r")
        await page.keyboard.type("Sem o preço.")
        await page.keyboard.press("Control+Enter")
        await expect(row(page, third).get_by_role("link")).to_be_focused()
        await page.locator(".toast button").click()
        await expect(row(page, second)).to_be_visible()

        async def taken_back() -> bool:
            history = (await api.get(f"/v1/variants/{second['id']}/history")).json()["items"]
            done = [(one["action"], one["note"]) for one in history[1:]]
            return done == [("reject", "Sem o preço."), ("reopen", "")]

        await until(taken_back)
        await someone.faultless()
        for _ in range(3):
            await page.keyboard.press("a")
        await expect(page.locator(".empty")).to_be_visible()
        await someone.faultless()
    async with shop.client() as api:
        await become(api, "approved", first, second, third)


@needs_chromium
async def test_clean_ones_are_approved_together_and_what_was_left_is_told(shop: Running) -> None:
    async with shop.client() as api, await named(shop, "rui") as rui, studio(shop, "approver") as someone:
        first, second, third = await drafts(api, *TITLES)
        bad = await written(api, BAD)
        page = await someone.open("/studio/inbox")
        await page.keyboard.press("j")
        await page.keyboard.press("a")  # what a finding blocks stays
        await expect(row(page, bad)).to_be_visible()
        await rui.post(f"/v1/reviews/{second['id']}/claim")
        for one in (first, second):
            await row(page, one).get_by_role("checkbox").check()
        await page.locator("[data-bulk=approve]").click()
        await page.locator("#bulk-approve [data-go]").click()
        await expect(page.locator("[data-left] li")).to_contain_text(second["fields"]["title"])
        await someone.faultless()
        await page.keyboard.press("Escape")
        await page.locator("[data-clean]").click()
        await page.locator("#bulk-approve [data-go]").click()
        await expect(row(page, third)).to_have_count(0)
        await become(api, "approved", first, third)
        await become(api, "draft", second, bad)
        await page.keyboard.press("u")
        await expect(row(page, third)).to_be_visible()
        await become(api, "in_review", third)


@needs_chromium
async def test_whoever_comes_second_is_told_and_nothing_is_lost_without_a_connection(shop: Running) -> None:
    async with shop.client() as api, await named(shop, "rui") as rui, studio(shop, "approver") as someone:
        first, second, third = await drafts(api, *TITLES)
        page = await someone.open("/studio/inbox")
        await decide(rui, first["id"], "reject", reason="tom")
        await rui.post(f"/v1/reviews/{second['id']}/claim")
        await page.keyboard.press("a")
        await expect(row(page, first)).to_have_class(re.compile("settled"))
        await expect(row(page, first)).to_contain_text("rui")
        await expect(page.locator("[data-count=total]")).to_have_text("2")
        await row(page, second).get_by_role("button", name="Assumir").click()
        await expect(row(page, second).locator(".state")).to_contain_text("rui")
        await row(page, third).get_by_role("link").focus()
        await someone.context.set_offline(True)
        await page.keyboard.press("r")
        await page.keyboard.type("Fale do preço.")
        await page.keyboard.press("Control+Enter")
        await expect(row(page, third).locator(".remark")).to_be_visible()
        await someone.context.set_offline(False)
        await row(page, third).get_by_role("link").focus()
        await page.keyboard.press("r")
        await expect(page.locator("#reason")).to_have_value("Fale do preço.")
        await page.keyboard.press("Escape")
        await page.reload()
        await expect(row(page, third).get_by_role("link")).to_be_focused()
        await page.keyboard.press("c")
        await expect(row(page, third)).to_have_attribute("data-kinds", re.compile("claimed:mine"))
        assert (await api.get(f"/v1/variants/{third['id']}")).json()["claimed_by"] == "ana@casa.example"
        await someone.context.clear_cookies()
        await page.keyboard.press("a")
        await expect(page.locator("#signed-out")).to_be_visible()
        await expect(row(page, third)).to_be_visible()
        await become(api, "draft", third)


@needs_chromium
async def test_a_writer_hands_drafts_in_and_finds_them_by_their_words(shop: Running) -> None:
    async with shop.client() as api, studio(shop, "writer", width=390) as someone:
        made = await drafts(api, *TITLES)
        page = await someone.open("/studio/inbox")
        await page.keyboard.press("s")
        await expect(row(page, made[0])).to_contain_text("Em revisão")
        await page.keyboard.press("/")
        await page.keyboard.type("CAFE melhor")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/studio/inbox?search=CAFE+melhor")
        await expect(page.locator(".draft")).to_have_count(1)
        await page.keyboard.press("e")
        found = next(one for one in made if one["fields"]["title"] == TITLES[1])
        await page.wait_for_url(f"**/studio/variants/{found['id']}")
        await become(api, "in_review", made[0])


def row(page: Page, variant: dict[str, Any]) -> Any:
    return page.locator(f"#v-{variant['id']}")
