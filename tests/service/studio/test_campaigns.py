"""Campaigns in the studio: a brief in one page, who gets what, writing that one can leave and come back to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from playwright.async_api import Page, expect

from service.auth import COOKIE
from service.campaigns.generating import GENERATE
from service.campaigns.store import CampaignStore
from service.db.engine import Database
from service.jobs.store import JobStore
from service.users.models import Role
from tests.service.campaigns.shop import approve, campaign, people, workspace_of, written
from tests.service.delivery.pages import needs_chromium
from tests.service.studio.support import session, studio, until, user
from tests.support import NOW, Running, fill, running

KIT = {"slug": "plantas", "name": "Gostam de <plantas>", "condition": {"categoria": "plantas"}}


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        yield service


async def browsed(service: Running, role: Role = "writer", locale: str = "en") -> httpx.AsyncClient:
    """A browser without scripts."""
    http = service.client()
    del http.headers["Authorization"]
    http.headers["Accept-Language"] = locale
    who = await user(service, role, f"{role}-{locale}")
    http.cookies.set(COOKIE, await session(service, who))
    return http


async def _at_work(service: Running, slug: str, **result: Any) -> Any:
    """A job that writes that campaign and is half done."""
    workspace = await workspace_of(service)
    async with service.services.database.write() as connection:
        kept = await CampaignStore(connection, workspace.id).get(slug)
        store = JobStore(connection, workspace.id)
        later = NOW + timedelta(seconds=1)  # than the one that the page began: the newest is shown
        job = await store.add(GENERATE, {"campaign": str(kept.id), "wanted": {}}, later)
        told = {"campaign": slug, "cells": 4, "done": 2, "written": 2, "problems": [], "dropped": [], "cost": "0.05"}
        await store.note(job.id, "running", progress=0.5, result=told | result)
    return job.id


async def _ends(service: Running, job: Any, **result: Any) -> None:
    workspace = await workspace_of(service)
    told = {"cells": 4, "done": 4, "written": 3, "in_review": 3, "problems": [], "dropped": [], "cost": "0.1"} | result
    async with service.services.database.write() as connection:
        await JobStore(connection, workspace.id).note(job, "done", progress=1.0, result=told, finished_at=NOW)


@needs_chromium
async def test_from_an_empty_list_to_a_live_campaign(shop: Running) -> None:
    async with shop.client() as http:
        await people(http)
        for audience in (KIT, {"slug": "cafe", "name": "Café", "condition": {"categoria": "cafe"}}):
            (await http.post("/v1/audiences", json=audience)).raise_for_status()
    await shop.services.audiences.catch_up()
    async with studio(shop, locale="en") as browser:
        page = await browser.open("/studio/campaigns")
        await page.get_by_role("link", name="New campaign").click()
        await page.wait_for_url("**/studio/campaigns:new")
        await page.get_by_label("Name", exact=True).fill("Semana do Café, já!")
        await expect(page.get_by_label("Short name for addresses")).to_have_value("semana-do-cafe-ja")
        await page.get_by_label("Objective").fill("Convidar para conhecer o Kit Café Coado")
        await page.get_by_label("Offers and content to rest on").fill("kit")
        await expect(page.get_by_role("option").first).to_contain_text("Kit Café Coado")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator(".chip")).to_contain_text("R$170.10")
        await expect(page.locator(".chip")).to_contain_text("valid until 4 Dec 2026")
        await page.get_by_label("Café", exact=True).check()
        await page.get_by_label("Gostam de <plantas>", exact=True).check()
        await expect(page.locator("#few")).to_be_visible()
        await page.get_by_role("checkbox", name="Banner").check()
        await page.get_by_label("Ends", exact=True).fill("2026-12-05T00:00")
        await page.reload()
        await expect(page.locator("#kept")).to_be_visible()
        await expect(page.get_by_label("Objective")).to_have_value("Convidar para conhecer o Kit Café Coado")
        await expect(page.locator(".chip")).to_have_count(1)
        await browser.faultless()
        await page.get_by_role("button", name="Make the campaign").click()
        await page.wait_for_url("**/studio/campaigns/semana-do-cafe-ja")
        await _written_and_launched(shop, page)
        await browser.faultless()
        async with shop.client() as http:
            made = (await http.get("/v1/campaigns/semana-do-cafe-ja")).json()
        assert (made["status"], made["brief"]["content_ids"], sorted(made["audiences"])) == (
            "live", ["kit"], ["cafe", "plantas"],
        )  # fmt: skip
        assert made["ends_at"].startswith("2026-12-05T03:00:00"), "midnight in São Paulo"


async def _written_and_launched(shop: Running, page: Page) -> None:
    readiness = page.locator("#readiness")
    await expect(readiness).to_contain_text("nothing approved fits them")
    await page.get_by_role("button", name="Launch").click()
    dialog = page.locator('[data-dialog="launch"]')
    await expect(dialog).to_contain_text("These channels have no approved control yet: Banner.")
    await dialog.get_by_role("button", name="Launch").click()
    await expect(dialog.locator("[data-do]")).not_to_have_attribute("aria-busy", "true")
    await dialog.get_by_role("button", name="Cancel").click()
    await page.get_by_label("Variants for each audience and channel").fill("1")
    await page.get_by_role("button", name="Generate").click()
    await expect(page.locator('#writing [data-status="done"]')).to_be_visible()
    await expect(readiness).to_contain_text("1 waits")
    await expect(page.locator("#copies")).to_contain_text("3")
    await approve(shop, "banner")
    job = await _at_work(shop, "semana-do-cafe-ja")
    await page.reload()
    await expect(page.locator("#writing")).to_contain_text("2 of 4 audiences and channels are written")
    await expect(page.locator("#writing progress")).to_have_attribute("value", "0.5")
    await page.reload()
    await expect(page.locator("#writing progress")).to_be_visible()
    dropped = [{"channel": "push", "audience": "cafe", "reason": "blocked by checks", "codes": ["price.unsupported"]}]
    problems = [{"channel": "push", "audience": "cafe", "code": "generation.dropped"}]
    await _ends(shop, job, dropped=dropped, problems=problems)
    await expect(page.locator("#writing")).to_contain_text("Some drafts failed the checks and were not kept.")
    await expect(page.locator("#writing")).to_contain_text("$0.10")
    await expect(readiness).to_contain_text("Every channel has its control, so it can be launched.")
    await page.get_by_role("button", name="Launch").click()
    await dialog.get_by_role("button", name="Launch").click()
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()


@needs_chromium
async def test_two_writers_and_a_lost_connection_lose_nothing(shop: Running) -> None:
    async with shop.client() as http:
        kept = await campaign(http)
        async with studio(shop, locale="en") as browser:
            page = await browser.open("/studio/campaigns/semana/brief")
            await page.get_by_label("Objective").fill("Convidar para coar o café com calma")
            body = {name: kept[name] for name in ("name", "brief", "channels", "audiences", "settings")}
            theirs = body | {"name": "Outro nome", "brief": body["brief"] | {"tone": "animado"}}
            (await http.put("/v1/campaigns/semana", json=theirs)).raise_for_status()
            await page.get_by_role("button", name="Save").click()
            both = page.locator("#both")
            await expect(both).to_be_visible()
            for text in ("Convidar para coar o café com calma", "Outro nome", "animado", "Tone"):
                await expect(both).to_contain_text(text)
            await browser.faultless()
            await both.get_by_role("button", name="Go on writing").click()
            await page.reload()
            await expect(page.get_by_label("Objective")).to_have_value("Convidar para coar o café com calma")
            await page.get_by_role("button", name="Save").click()
            await both.get_by_role("button", name="Save mine").click()
            await expect(page.locator("#toasts")).to_contain_text("Saved")
            saved = (await http.get("/v1/campaigns/semana")).json()
            assert (saved["name"], saved["brief"]["objective"]) == (
                "Semana do café", "Convidar para coar o café com calma",
            )  # fmt: skip
            await browser.context.set_offline(True)
            await page.get_by_label("Tone").fill("calmo")
            await page.get_by_role("button", name="Save").click()
            await expect(page.locator("#state")).to_contain_text("No connection")
            await browser.context.set_offline(False)

            async def there() -> bool:
                return bool((await http.get("/v1/campaigns/semana")).json()["brief"]["tone"] == "calmo")

            await until(there)
            await expect(page.locator("#state")).to_have_text("")
            await page.get_by_label("Objective").fill("")
            await page.get_by_role("button", name="Save").click()
            await expect(page.locator("#wrong")).to_contain_text("Objective: This cannot stay empty.")


async def test_the_list_tells_what_waits_and_what_is_being_written(shop: Running) -> None:
    async with shop.client() as http:
        await http.post("/v1/audiences", json=KIT)
        await campaign(http, channels=["push"], name="<b>Semana</b>", audiences=["coffee", "plantas"])
        await written(http)
    job = await _at_work(shop, "semana")
    async with await browsed(shop) as reader:
        page = await reader.get("/studio/campaigns")
    assert "&lt;b&gt;Semana&lt;/b&gt;" in page.text and "<b>Semana" not in page.text
    assert '<a href="/studio/inbox?campaign=semana">3</a>' in page.text
    assert str(job) in page.text and "Gostam de &lt;plantas&gt;" in page.text


async def test_who_may_not_do_something_sees_no_button_for_it(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["push"])
    async with await browsed(shop, "writer") as writer:
        page = (await writer.get("/studio/campaigns/semana")).text
        assert 'id="generate"' in page and "data-step" not in page
        assert (await writer.get("/studio/campaigns:new")).status_code == 200
    async with await browsed(shop, "approver") as approver:
        assert 'data-step="launch"' in (await approver.get("/studio/campaigns/semana")).text


async def test_a_campaign_that_ended_and_content_that_is_gone_say_so(shop: Running) -> None:
    async with shop.client() as http:
        brief = {"objective": "Convidar", "content_ids": ["kit", "gone"], "call_to_action": "Reservar"}
        await campaign(http, channels=["push"], brief=brief, settings={"holdout": 0.125})
        (await http.post("/v1/campaigns/semana/end")).raise_for_status()
    async with await browsed(shop, "admin") as reader:
        page = (await reader.get("/studio/campaigns/semana/brief")).text
        assert " inert" in page and "not there any more" in page and 'value="12.5"' in page
        found = await reader.get("/studio/campaigns:found", params={"id": ["kit", "gone"], "as": "options"})
        assert "Kit Café Coado" in found.text and 'data-id="gone"' not in found.text
        assert 'data-step="delete"' in (await reader.get("/studio/campaigns/semana")).text


async def test_another_workspace_s_campaign_is_nowhere(shop: Running) -> None:
    await shop.workspace("outra")
    async with shop.client("outra") as other:
        await campaign(other)
        assert (await other.get("/v1/campaigns/semana/jobs")).json() == {"items": []}
    async with await browsed(shop) as reader, shop.client() as http:
        for path in ("", "/brief", "/readiness", "/writing", "/results"):
            assert (await reader.get(f"/studio/campaigns/semana{path}")).status_code == 404, path
        for path in ("jobs", "results", "outcomes.csv"):
            answer = await http.get(f"/v1/campaigns/semana/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "campaign.unknown")


async def test_the_writing_of_a_campaign_is_found_again(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["push"])
        await http.post("/v1/campaigns", json={
            "slug": "outra", "name": "Outra", "brief": {"objective": "Convidar"}, "channels": ["push"]
        })  # fmt: skip
        job = await written(http)
        found = (await http.get("/v1/campaigns/semana/jobs")).json()["items"]
        assert [one["id"] for one in found] == [job["id"]] and found[0]["result"]["done"] == 2
        assert (await http.get("/v1/campaigns/outra/jobs")).json()["items"] == []
        assert (await http.get("/v1/campaigns/semana/jobs", params={"limit": 0})).status_code == 422


async def test_addresses_of_pages_and_of_campaigns_do_not_clash(shop: Running) -> None:
    async with await browsed(shop) as reader, shop.client() as http:
        assert (await reader.get("/studio/campaigns/new")).headers["location"] == "/studio/campaigns:new"
        for slug in ("new", "found", "brief", "results"):
            made = {"slug": slug, "name": f"Campanha {slug}", "brief": {"objective": "Convidar"}, "channels": ["push"]}
            (await http.post("/v1/campaigns", json=made)).raise_for_status()
            assert f"<h1>Campanha {slug}</h1>" in (await reader.get(f"/studio/campaigns/{slug}")).text
            assert f'value="Campanha {slug}"' in (await reader.get(f"/studio/campaigns/{slug}/brief")).text
            assert (await reader.get(f"/studio/campaigns/{slug}/results")).status_code == 200
        assert "Campanha" not in (await reader.get("/studio/campaigns:new")).text
