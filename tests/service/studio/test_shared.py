"""An approved e-mail put to use: copied in a platform's tags, shown to somebody outside, and the link closed again."""

from __future__ import annotations

from pathlib import Path

from service.db.engine import Database
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.test_using import approved
from tests.service.studio.support import Studio, studio
from tests.support import fill, running


@needs_chromium
async def test_copy_goes_to_a_platform_and_to_somebody_outside_who_runs_no_script(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        async with service.client() as http:
            id_ = (await approved(http)).rsplit("/", 1)[1]
        async with studio(service, "writer") as browser:
            page = await browser.open(f"/studio/variants/{id_}/use")
            await page.get_by_label("Para onde vai").select_option("mailchimp")
            await page.get_by_text("Code your own").wait_for()
            await page.get_by_role("button", name="Copiar: Assunto").click()
            await page.get_by_text("Copiado").wait_for()
            copied = await page.evaluate("navigator.clipboard.readText()")
            assert copied == "*|IF:FNAME|**|FNAME|**|ELSE:|*cliente*|END:IF|*, café coado em casa"
            async with page.expect_download() as file:
                await page.get_by_role("link", name="Arquivo de e-mail (.eml)").click()
            assert (await file.value).suggested_filename == f"{id_}.eml"
            await page.get_by_label("Para quem é?").fill("Jurídico")
            await page.get_by_role("button", name="Criar link").click()
            await page.locator("[data-made] a").wait_for()
            url = await page.locator("#using-url").input_value()
            await browser.faultless()
            await _reads(browser, url, "cliente, café coado em casa")
            await page.reload()
            await page.get_by_text("aberto 1 vez").wait_for()
            await page.get_by_role("button", name="Fechar o link: Jurídico").click()
            await page.get_by_text("Jurídico · até").wait_for(state="detached")
            await _reads(browser, url, "Este link não vale mais")


async def _reads(browser: Studio, url: str, text: str) -> None:
    """Somebody who is signed in nowhere and whose browser runs no script."""
    outside = browser.context.browser
    assert outside is not None
    async with await outside.new_context(locale="pt-BR", java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(url)
        await page.get_by_text(text).first.wait_for()
        for frame in await page.locator("iframe").all():
            await frame.scroll_into_view_if_needed()
            await page.frame_locator("iframe").get_by_text("Olá, cliente.").wait_for()
