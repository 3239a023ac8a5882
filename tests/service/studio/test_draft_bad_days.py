"""Bad days at a draft: somebody else was faster, the connection is lost, the session over, the text absurd."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.async_api import Page, expect

from service.auth import COOKIE
from service.db.engine import Database
from service.db.tables import sessions
from service.users.store import users_at
from tests.service.delivery.pages import needs_chromium
from tests.service.studio.drafts import WRONG, drafting, now
from tests.service.studio.support import session, studio
from tests.support import Running, model_at

MINE, THEIRS = "Kit Café Coado por R$ 170,10", "Conheça o Kit Café Coado"
BODY = "O kit reúne coador de cerâmica, jarra de vidro e filtros de papel."


def title(page: Page) -> Any:
    return page.get_by_label("Título", exact=True)


async def edited(service: Running, variant: dict[str, Any], **fields: str) -> dict[str, Any]:
    """Somebody else saves that."""
    async with service.client() as http:
        answer = await http.patch(f"/v1/variants/{variant['id']}", json={"fields": fields})
        return dict(answer.raise_for_status().json())


@needs_chromium
async def test_of_two_who_write_at_once_neither_loses_a_word(sqlite_database: Database, tmp_path: Path) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service) as browser:
        page = await browser.open(f"/studio/variants/{variant['id']}")
        await title(page).fill(f"{MINE}!")
        await edited(service, variant, title=THEIRS, body=BODY)
        await title(page).fill(MINE)
        await expect(page.locator("#notices")).to_contain_text("foi salvo nesse meio tempo")
        await title(page).press("Control+s")
        dialog = page.locator("#conflict")
        await expect(dialog).to_be_visible()
        for text in (MINE, THEIRS, WRONG["body"], BODY):
            await expect(dialog).to_contain_text(text)
        await browser.faultless()
        # what I wrote is chosen at first, and so is theirs where I wrote nothing
        assert await dialog.locator('[name="keep-title"]:checked').get_attribute("value") == "mine"
        assert await dialog.locator('[name="keep-body"]:checked').get_attribute("value") == "theirs"
        await dialog.get_by_role("button", name="Continuar com estes").click()
        await expect(title(page)).to_have_value(MINE)
        await expect(page.get_by_label("Texto", exact=True)).to_have_value(BODY)
        await title(page).press("Control+s")
        await expect(page.locator("#state")).to_have_text("Salvo")
        assert (await now(service, variant))["fields"] == {"title": MINE, "body": BODY, "link_content_id": None}
        await expect(page.locator("[data-part=history]")).to_contain_text("Conheça")


@needs_chromium
async def test_without_a_connection_words_are_kept_and_sent_when_it_is_back(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service) as browser:
        page = await browser.open(f"/studio/variants/{variant['id']}")
        await expect(page.locator("#verdict")).to_have_text("Impedem a aprovação: 1")
        await browser.context.set_offline(True)
        await title(page).fill(MINE)
        await expect(page.locator("#state")).to_contain_text("Sem conexão")
        await title(page).press("Control+s")
        await expect(page.locator("#state")).to_contain_text("Sem conexão")
        assert MINE in await page.evaluate("JSON.stringify(localStorage)")
        assert (await now(service, variant))["fields"]["title"] == WRONG["title"]
        await browser.context.set_offline(False)
        await expect(page.locator("#state")).to_have_text("Salvo")
        await expect(page.locator("#verdict")).to_have_text("Sem apontamentos")
        assert (await now(service, variant))["fields"]["title"] == MINE
        assert "sobmedida:draft" not in await page.evaluate("JSON.stringify(localStorage)")


@needs_chromium
async def test_what_was_not_saved_is_back_after_signing_in_again(sqlite_database: Database, tmp_path: Path) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service) as browser:
        async with browser.page.expect_response("**/checks"):  # it opens signed in: else what says so shuts the field
            page = await browser.open(f"/studio/variants/{variant['id']}")
        async with service.services.database.write() as connection:
            await connection.execute(sa.delete(sessions))
        await title(page).fill(MINE)
        await expect(page.locator("#signed-out")).to_be_visible()
        link = await page.locator("#signed-out a").get_attribute("href")
        assert link == f"/studio/sign-in?next=/studio/variants/{variant['id']}"
        async with service.services.database.read() as connection:
            [who] = await users_at(connection, "ana@casa.example")
        secret = await session(service, who)
        await browser.context.add_cookies([{"name": COOKIE, "value": secret, "url": browser.url}])

        await browser.open(f"/studio/variants/{variant['id']}")
        await expect(title(page)).to_have_value(MINE)
        await expect(page.locator("#notices")).to_contain_text("está de volta")
        await expect(page.locator("#state")).to_have_text("Ainda não salvo")
        await page.get_by_role("button", name="Descartar").click()
        await expect(title(page)).to_have_value(WRONG["title"])

        # and where somebody has changed it meanwhile, both are shown
        await title(page).fill(MINE)
        await edited(service, variant, title=THEIRS)
        await page.reload()
        await expect(page.locator("#conflict")).to_contain_text(THEIRS)
        await expect(page.locator("#conflict")).to_contain_text(MINE)


@needs_chromium
async def test_rich_text_scripts_and_endless_text_do_no_harm(sqlite_database: Database, tmp_path: Path) -> None:
    rich = '<h1>Kit <b>Café</b></h1><table><tr><td><a href="https://longe.example/">já</a></td></tr></table>'
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service) as browser:
        page = await browser.open(f"/studio/variants/{variant['id']}")
        await page.evaluate(
            """async (html) => navigator.clipboard.write([new ClipboardItem({
              "text/html": new Blob([html], { type: "text/html" }),
              "text/plain": new Blob(["Kit Café"], { type: "text/plain" }),
            })])""",
            rich,
        )
        await title(page).fill("")
        await title(page).press("Control+v")
        await expect(title(page)).to_have_value("Kit Café")

        await title(page).fill("<script>window.harm=1</script><img src=x onerror=window.harm=1>")
        await expect(page.locator("#found-title")).to_contain_text("<script>")
        assert await page.evaluate("window.harm") is None

        body = page.get_by_label("Texto", exact=True)
        await body.fill("Kit Café Coado por R$ 170,10. " * 3_334)
        await expect(page.locator("#found-body")).to_contain_text("100.020 caracteres")
        await page.get_by_role("button", name="Salvar", exact=True).click()
        await expect(body).to_be_focused()
        await body.press("End")
        await body.press("x")
        assert (await now(service, variant))["fields"]["body"] == WRONG["body"]
        await body.fill(BODY)
        await title(page).fill(MINE)
        await expect(page.locator("#verdict")).to_have_text("Sem apontamentos")
        await title(page).press("Control+s")
        await expect(page.locator("#state")).to_have_text("Salvo")


@needs_chromium
async def test_two_tabs_know_of_each_other(sqlite_database: Database, tmp_path: Path) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service) as browser:
        first = await browser.open(f"/studio/variants/{variant['id']}")
        second = await browser.open(f"/studio/variants/{variant['id']}", await browser.another_tab())
        for page in (first, second):
            await expect(page.locator("#notices")).to_contain_text("outra aba")
        await title(first).fill(MINE)
        await title(first).press("Control+s")
        await expect(first.locator("#state")).to_have_text("Salvo")
        await expect(second.locator("#notices")).to_contain_text("foi salvo nesse meio tempo")
        await second.get_by_role("button", name="Mostrar", exact=True).click()
        await expect(title(second)).to_have_value(MINE)


@needs_chromium
async def test_without_a_model_asking_for_a_change_says_so_and_writing_goes_on(
    sqlite_database: Database, tmp_path: Path
) -> None:
    nobody = "http://127.0.0.1:9"  # where nothing listens
    async with (
        model_at(nobody) as client,
        drafting(sqlite_database, tmp_path, client) as (service, variant),
        studio(service) as browser,
    ):
        page = await browser.open(f"/studio/variants/{variant['id']}")
        await page.get_by_text("Mais", exact=True).click()
        await page.get_by_role("button", name="Pedir mudança…").click()
        await page.locator("#say-text").fill("Mais curto.")
        await page.locator("#say-yes").click()
        await expect(page.locator("#notices")).to_contain_text("O modelo de linguagem não responde")
        await title(page).fill(MINE)
        await title(page).press("Control+s")
        await expect(page.locator("#state")).to_have_text("Salvo")
        assert (await now(service, variant))["fields"]["title"] == MINE
