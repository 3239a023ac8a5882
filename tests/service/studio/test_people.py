"""Signing in, one's own page and the people of a workspace, in a browser."""

from __future__ import annotations

from pathlib import Path

from service.db.engine import Database
from tests.service.delivery.pages import needs_chromium
from tests.service.studio.support import studio
from tests.support import running


@needs_chromium
async def test_an_admin_adds_somebody_who_chooses_a_password_and_works(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path) as service, studio(service) as browser:
        page = await browser.open("/studio/settings/people")
        await page.get_by_label("Nome").fill("Bia Reis")
        await page.get_by_label("E-mail").fill("bia@casa.example")
        await page.get_by_role("button", name="Adicionar e criar um link").click()
        await page.locator("#invitation[open]").wait_for()
        link = await page.get_by_label("Link", exact=True).input_value()
        await page.get_by_role("button", name="Pronto").click()
        await page.get_by_role("rowheader", name="Bia Reis").wait_for()
        await page.wait_for_load_state()
        await browser.faultless()
        await page.get_by_label("Papel de Bia Reis").select_option("approver")
        await page.get_by_text("Salvo").wait_for()

        await page.get_by_role("button", name="Sair", exact=True).click()
        await page.wait_for_url("**/studio/sign-in")
        await browser.faultless()
        await page.goto(link)
        await page.get_by_label("Nova senha").fill("uma frase comprida")
        await page.get_by_role("button", name="Começar").click()
        await page.wait_for_url("**/studio/inbox")
        await browser.open("/studio/settings/me")
        await browser.faultless()
        await page.get_by_label("Idioma do estúdio").select_option("en")
        await (
            page.get_by_role("heading", name="Where you are signed in")
            .or_(page.get_by_role("heading", name="Password"))
            .first.wait_for()
        )
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await page.get_by_label("E-mail").fill("bia@casa.example")
        await page.get_by_label("Senha").fill("uma frase comprida")
        await page.get_by_role("button", name="Entrar", exact=True).click()
        await page.wait_for_url("**/studio/inbox")
        await page.goto(browser.url + "/studio/settings/people")
        assert "does not allow it" in await page.locator("main").inner_text()
