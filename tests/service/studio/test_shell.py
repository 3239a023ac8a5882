"""What every page of the studio has."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import structlog
from playwright.async_api import expect

from service.auth import COOKIE
from service.db.engine import Database
from service.logs import configure
from service.settings import LogSettings
from service.studio.words import locale_of
from tests.service.delivery.pages import needs_chromium
from tests.service.studio.support import session, studio, user
from tests.support import Running, running


async def test_whoever_is_not_signed_in_comes_back_to_the_same_place(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path) as service, service.client() as http:
        del http.headers["Authorization"]
        answer = await http.get("/studio?channel=sms", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/studio/sign-in?next=/studio%3Fchannel%3Dsms",
        )
        assert (await http.get("/v1/variants")).json()["code"] == "key.missing"


async def test_a_session_opens_the_api_as_its_role_and_nothing_without_the_page_s_token(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path) as service:
        http = await _browser(service)
        assert (await http.get("/v1/variants")).status_code == 200
        refused = await http.post("/v1/checks", json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "session.csrf")
        assert (await http.post("/v1/reviews/approve", json={}, headers={"X-CSRF-Token": "0" * 64})).status_code == 403
        http.cookies.set(COOKIE, "made-up")
        assert (await http.get("/v1/variants")).json()["code"] == "session.over"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "pt-BR"),
        ("pt-PT,pt;q=0.9", "pt-BR"),
        ("en-US,en;q=0.8", "en"),
        ("es-AR", "es"),
        ("fr,en;q=0.5", "en"),
        ("*", "pt-BR"),
    ],
)
def test_the_language_is_the_browser_s_and_portuguese_otherwise(accept: str, expected: str) -> None:
    assert locale_of(None, accept) == expected


async def test_log_lines_and_figures_name_pages_as_one_asks_for_them(sqlite_database: Database, tmp_path: Path) -> None:
    asked = {
        "/studio": "/studio", "/studio/inbox?search=cha": "/studio/inbox", "/studio/settings/me": "/studio/settings/me",
        "/studio/campaigns:new": "/studio/campaigns:new", "/studio/campaigns/semana": "/studio/campaigns/{slug}",
        "/studio/welcome/ab.cd": "/studio/welcome/{token}", "/studio/leads/c-1": "/studio/leads/{external_id:path}",
        "/studio/static/inbox.css": "/studio/static",
    }  # fmt: skip
    async with running(sqlite_database, tmp_path) as service:
        http = await _browser(service)
        configure(LogSettings())  # as a service does, whatever a command before it did
        with structlog.testing.capture_logs() as lines:
            for address in asked:
                await http.get(address)
        figures = (await http.get("/metrics")).text
    assert [line["route"] for line in lines if line["event"] == "request"] == [*asked.values()]
    assert 'route="/studio/campaigns/{slug}"' in figures and 'route="/campaigns' not in figures


@needs_chromium
async def test_a_page_has_no_faults_in_a_browser(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path) as service, studio(service) as browser:
        page = await browser.open("/studio/nowhere")
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.locator("[data-theme-switch]").click()
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
        await browser.faultless()


async def _browser(service: Running) -> httpx.AsyncClient:
    http = service.client()
    del http.headers["Authorization"]
    http.cookies.set(COOKIE, await session(service, await user(service, "writer")))
    return http
