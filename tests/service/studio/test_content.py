"""Content in the studio: what there is to say, and what rests on it."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from service.db.engine import Database
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.support import selling
from tests.service.studio.knowing import visitor
from tests.service.studio.support import studio
from tests.support import ARTICLE, OFFER, Running, fill, running


@needs_chromium
async def test_an_offer_is_told_with_what_would_fall_with_it_and_what_did(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        await selling(service)
        await service.indexed()  # the page says how it is when it is opened
        async with studio(service, "writer") as browser:
            page = await browser.open("/studio/content")
            await expect(page.get_by_role("status").filter(has_text="índice")).to_contain_text("em dia")
            await page.get_by_label("Tipo", exact=True).select_option("offer")
            await page.get_by_role("button", name="Buscar").click()
            await expect(page.locator("tbody tr")).to_have_count(1)
            await browser.faultless()
            await page.get_by_role("link", name="Kit Café Coado").click()
            await expect(page.locator("section[aria-labelledby=facts]")).to_contain_text("R$ 170,10")
            await expect(page.locator("section[aria-labelledby=falls]")).to_contain_text("2 variantes")
            rows = page.locator("section[aria-labelledby=variants] tbody tr")
            await expect(rows).to_have_count(2)
            await expect(rows.filter(has_text="cafe-readers")).to_contain_text("No ar")
            await expect(page.locator("section[aria-labelledby=passages]")).to_contain_text("coador de cerâmica")
            async with service.client() as http:
                offer = OFFER | {"facts": OFFER["facts"] | {"price": 99.0}}  # type: ignore[operator]
                (await http.put("/v1/content/kit", json=offer)).raise_for_status()
            await service.services.keeper.catch_up()
            await page.reload()
            await expect(page.locator(".note.block")).to_contain_text("2 variantes estão fora de uso por causa dele.")
            await expect(page.locator("section[aria-labelledby=out]")).to_contain_text("preço: 170.1 → 99.0")
            await expect(page.locator("section[aria-labelledby=falls]")).to_contain_text("nenhum texto no ar")
            await browser.faultless()


async def test_what_content_says_is_text_and_never_markup(service: Running) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    async with service.client() as api:
        body = {**ARTICLE, "title": nasty, "body": f"Era uma vez {nasty}.", "tags": [nasty]}
        (await api.put("/v1/content/a/b", json=body)).raise_for_status()
    http = await visitor(service, "writer")
    for path in ("/studio/content", "/studio/content/a/b", "/studio/content?search=era+uma&kind=&valid=now"):
        page = (await http.get(path)).text
        assert "&lt;img src=x" in page and "<img src=x" not in page, path
    assert "Nenhuma variante se apoia nele ainda." in (await http.get("/studio/content/a/b")).text
    assert "Nada assim" in (await http.get("/studio/content?search=nowhere")).text
    for bad in ("kind=song", "valid=sometimes", "cursor=x", "search=" + "x" * 201):
        assert (await http.get(f"/studio/content?{bad}")).status_code == 422, bad


async def test_content_is_ones_own(shop: Running) -> None:
    await shop.workspace("vizinha")
    http = await visitor(shop, "admin", "vizinha")
    assert "Nenhum conteúdo ainda" in (await http.get("/studio/content")).text
    assert (await http.get("/studio/content/kit")).status_code == 404
