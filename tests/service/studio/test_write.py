"""Writing by hand, from an empty form to a draft."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from service.db.engine import Database
from tests.service.campaigns.shop import campaign
from tests.service.delivery.pages import needs_chromium
from tests.service.studio.support import studio
from tests.support import fill, running


@needs_chromium
async def test_somebody_s_own_words_are_checked_while_they_are_written_and_become_a_draft(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        async with service.client() as http:
            await campaign(http)
        async with studio(service, "writer") as browser:
            page = await browser.open("/studio/write?campaign=semana&audience=coffee")
            assert await page.get_by_label("Público").input_value() == "coffee"
            assert await page.get_by_label("Canal").locator("option:not([hidden])").count() == 2
            subject = page.locator("#email-subject")
            await subject.fill("Café com 90% de desconto")
            await page.locator("#email-subject-found li").first.wait_for()
            await subject.fill("")
            await page.get_by_role("button", name="first_name").click()
            await subject.press_sequentially(", café coado em casa")
            await expect(page.locator("#email-subject-count")).to_have_text("27 / 40")
            await page.locator("#email-subject-found li").first.wait_for(state="detached")
            await page.locator("#email-headline").fill("Café coado, passo a passo")
            await page.locator("#email-body").fill("A água a 92 °C extrai bem o sabor.")
            await page.locator("#email-cta").fill("Ver como se faz")
            await page.reload()  # what was begun is kept
            await expect(subject).to_have_value("{{ first_name | cliente }}, café coado em casa")
            await page.locator("#email-cta_content_id").select_option("cafe")
            await browser.faultless()
            await page.get_by_role("button", name="Guardar como rascunho").click()
            await page.wait_for_url("**/studio/variants/*")
            async with service.client() as http:
                made = (await http.get("/v1/variants")).json()["items"][0]
            assert (made["campaign"], made["audience_slug"], made["generator"]) == ("semana", "coffee", "human")
            assert made["fields"]["cta_content_id"] == "cafe"
            await browser.open("/studio/write")
            await expect(page.locator("#email-subject")).to_have_value("")  # it is a draft by now
            await page.get_by_role("button", name="Guardar como rascunho").click()
            await page.get_by_text("Diga para que serve, ou escolha uma campanha.").wait_for()
