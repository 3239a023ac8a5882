"""A field written anew while one works on a draft, and what is approved put to use."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from service.db.engine import Database
from service.generation.mock_model import Answer
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.test_rendering import COPY, written
from tests.service.generation.test_rewriting import TEXTS, says, with_model
from tests.service.studio.support import studio


@needs_chromium
async def test_a_subject_is_written_again_and_taken_and_ten_more_are_offered(
    sqlite_database: Database, tmp_path: Path
) -> None:
    text = "Café coado em casa, com calma"
    script = (says(text), says(*TEXTS[:5]), says(*TEXTS[5:10]), Answer(status=500, body=b"oops"))
    async with with_model(sqlite_database, tmp_path, None, *script) as (service, mock):
        async with service.client() as http:
            made = await written(http)
        async with studio(service, "writer") as browser:
            page = await browser.open(f"/studio/variants/{made['id']}")
            box = page.locator("[data-rewrite=subject]")
            await box.locator("summary").click()
            await box.get_by_label("O que deve mudar?").fill("Sem o nome")
            await page.keyboard.press("Enter")
            await box.get_by_role("button", name="Usar este").wait_for()
            await expect(box.get_by_role("button", name="Usar este")).to_be_focused()
            await expect(box.locator(".growing")).to_have_text(text)
            assert "Sem o nome" in mock.requests[0]["messages"][-1]["content"]
            await page.keyboard.press("Enter")
            await expect(page.locator("#text-subject")).to_have_value(text)
            await box.get_by_role("button", name="Mais assuntos").click()
            await box.locator(".rewrite-list li").nth(9).wait_for()
            await browser.faultless()
            await box.get_by_role("button", name=f"Usar este: {TEXTS[3]}").click()
            await expect(page.locator("#text-subject")).to_have_value(TEXTS[3])
            # the model is away: that is said, the composer offers something, and one can go on writing
            await box.get_by_role("button", name="Escrever").click()
            await box.get_by_text("O modelo não está respondendo agora.").wait_for()
            await page.locator("#text-headline").fill("Escrito enquanto isso")
            await expect(page.locator("#text-headline")).to_have_value("Escrito enquanto isso")
            async with service.client() as http:
                assert (await http.get(f"/v1/variants/{made['id']}")).json()["fields"] == COPY
