"""The sample shop's page shows live banners, which change with who looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.loopback import served
from service.commands.api import Api
from service.db.engine import Database
from service.sample.campaigns import show, visitors
from service.sample.loader import load, read_sample
from service.sample.pages import shop_routes
from tests.kept import kept_chromium
from tests.service.delivery.pages import PATIENT, needs_chromium
from tests.support import NOW, PATIENCE, running


@needs_chromium
@pytest.mark.asyncio(loop_scope="session")
async def test_two_banners_change_with_the_chosen_lead_and_a_second_start_writes_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    async with (
        running(database, tmp_path) as service,
        service.client() as http,
        served(service.app) as url,
    ):
        api = Api(http)
        await load(api, read_sample(), NOW)
        await service.indexed()
        await show(api)
        written = (await http.get("/v1/variants")).json()["items"]
        await show(api)
        assert (await http.get("/v1/variants")).json()["items"] == written
        await service.services.audiences.catch_up()
        await service.seen()
        service.app.include_router(await shop_routes(api, tmp_path, [url], lambda: NOW))
        told = {}
        for lead in ("", *(one.lead for one in visitors())):
            async with await (await kept_chromium()).new_context() as context:
                context.set_default_timeout(PATIENCE * 1000)
                page = await context.new_page()
                await page.add_init_script(PATIENT)
                await page.add_init_script(f"Date.now = () => {NOW.timestamp() * 1000}")  # the service's time
                await page.goto(f"{url}/examples/shop?lead={lead}")
                banners = page.locator("sobmedida-banner .headline")
                await banners.nth(1).wait_for()
                told[lead] = await banners.all_inner_texts()
    await database.close()
    everybody = ["Boas-vindas à Casa Jatobá", "Clube Jatobá"]
    assert told == {
        "": everybody,
        "c-01": ["Café coado em casa", "Kit Café Coado Jatobá"],
        "c-02": ["Plantas para pouca luz", "Trio de plantas para pouca luz"],
        "c-08": everybody,
        "c-32": everybody,  # likes coffee, and took back the consent to be profiled
    }
