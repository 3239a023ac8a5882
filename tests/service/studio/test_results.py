"""Results in the studio: what was told apart, what was not yet, and what to do next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from service.db.engine import Database
from service.delivery.outcome_store import OutcomeStore
from service.delivery.summary import WEEKS, WeekRow, starts_of, summaries
from tests.service.campaigns.shop import campaign, workspace_of
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.support import selling
from tests.service.studio.outcomes import Became, became
from tests.service.studio.support import studio
from tests.service.studio.test_campaigns import browsed
from tests.support import NOW, Running, fill, running


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        yield service


async def _told(shop: Running, **settings: float) -> None:
    """Of two variants one has far more clicks; the control was shown to few; some leads were held out."""
    sold = await selling(shop, variants_each=2, settings=dict(settings))
    first, second = sorted(sold.variants[sold.audience], key=str)
    await became(
        shop, sold, Became(first, 400, clicks=8, orders=2), Became(second, 400, clicks=60, orders=4, unsubscribes=1),
        Became(sold.variants[None][0], 40, clicks=1, rung="control"),
        Became(None, 60, orders=1, audience=sold.audience),
    )  # fmt: skip


@needs_chromium
async def test_results_are_plots_tables_and_a_sentence(shop: Running) -> None:
    await _told(shop, holdout=0.1)
    async with studio(shop, locale="en") as browser:
        page = await browser.open("/studio/results")
        await expect(page.locator("tbody tr")).to_contain_text("840")
        await browser.faultless()
        await page.get_by_role("link", name="cafe", exact=True).click()
        place = page.locator('[data-audience="cafe-readers"]')
        await expect(place).to_contain_text("brings 13.0 points more clicks than")
        await expect(place).to_contain_text("running; retire")
        plot = place.get_by_role("img")
        label = await plot.get_attribute("aria-label")
        assert label is not None and "15.0% (11.8%–18.8%)" in label, label
        await expect(place.get_by_role("row").nth(2)).to_contain_text("R$")
        await expect(page.locator('[data-audience=""]')).to_contain_text("Variant A")
        await expect(page.locator("[data-told=early]").first).to_contain_text("Too early")
        await expect(page.locator("main")).to_contain_text("This page makes 3 comparisons.")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="Download as CSV").click()
        file = (await (await coming.value).path()).read_text()
        assert file.count("\nvariant,") + file.startswith("variant,") == 3 and "\nholdout,cafe" in file
        await browser.faultless()
        await page.get_by_role("link", name="Last 7 days").click()
        await expect(page.get_by_role("link", name="Last 7 days")).to_have_attribute("aria-current", "true")


async def test_results_say_the_same_in_each_language(shop: Running) -> None:
    await _told(shop)
    said = {
        "en": ("brings 13.0 points more clicks than", "15.0%"),
        "pt-BR": ("traz 13,0 pontos a mais de cliques", "15,0%"),
        "es": ("trae 13,0 puntos más de clics", "15,0"),
    }  # fmt: skip
    for locale, texts in said.items():
        async with await browsed(shop, locale=locale) as reader:
            page = (await reader.get("/studio/campaigns/cafe/results")).text
        for text in texts:
            assert text in page, (locale, text)


async def test_where_nothing_was_shown_there_is_no_table(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
    async with await browsed(shop) as reader:
        for path in ("/studio/results", "/studio/campaigns/semana/results"):
            page = (await reader.get(path)).text
            assert "Nothing was shown yet" in page and "<table" not in page, path
        assert (await reader.get("/studio/campaigns/semana/results", params={"days": "9"})).status_code == 422


async def test_weeks_are_counted_by_when_it_was_decided_and_each_decision_once(
    database: Database, tmp_path: Path
) -> None:
    async with running(database, tmp_path) as shop:
        await fill(shop)
        sold = await selling(shop)
        variant = sold.variants[sold.audience][0]
        for weeks in (0, 2, WEEKS + 1):
            at = NOW - timedelta(weeks=weeks, days=1)
            await became(shop, sold, Became(variant, 10, clicks=4, orders=1, at=at), Became(None, 3, orders=3, at=at))
        workspace = await workspace_of(shop)
        async with shop.services.database.read() as connection:
            rows = await OutcomeStore(connection, workspace.id).weeks(starts_of(NOW))
    assert sorted(rows) == [WeekRow(sold.id, "email", week, 10, 0, 4, 1) for week in (WEEKS - 3, WEEKS - 1)]
    found = summaries(rows)[sold.id]
    assert (found.shown, found.clicks.count, found.conversions.count) == (20, 8, 2)
    assert [one.value for one in found.weeks[-3:]] == [0.4, None, 0.4]
