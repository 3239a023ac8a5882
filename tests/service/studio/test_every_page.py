"""Every page that has something on it, light and dark, and on a small screen: no serious fault of accessibility."""

from __future__ import annotations

from pathlib import Path

from service.db.engine import Database
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.support import selling
from tests.service.studio.support import studio
from tests.support import fill, running

PAGES = (
    "/studio/inbox", "/studio/write?campaign=cafe", "/studio/variants/{variant}", "/studio/variants/{variant}/use",
    "/studio/campaigns", "/studio/campaigns:new", "/studio/campaigns/cafe", "/studio/campaigns/cafe/brief",
    "/studio/campaigns/cafe/results", "/studio/audiences", "/studio/audiences:new", "/studio/audiences:clusters",
    "/studio/audiences/cafe-readers", "/studio/leads", "/studio/leads/c-1", "/studio/content", "/studio/content/kit",
    "/studio/results", "/studio/settings", "/studio/settings/contract", "/studio/settings/checks",
    "/studio/settings/keys", "/studio/settings/webhooks", "/studio/settings/spending", "/studio/settings/privacy",
    "/studio/settings/workspace", "/studio/settings/people", "/studio/settings/me",
)  # fmt: skip


@needs_chromium
async def test_no_page_has_a_serious_fault(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        sold = await selling(service)
        variant = str(sold.variants[None][0])
        async with studio(service) as browser:
            for path in PAGES:
                page = await browser.open(path.replace("{variant}", variant))
                assert await page.locator("h1").count() == 1, path
                await browser.faultless()
