"""A lead's page: what is known of it and why, and its rights."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from service.db.engine import Database
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.support import selling
from tests.service.studio.knowing import audience, did, people, visitor
from tests.service.studio.support import studio
from tests.support import CONSENTS, Running, running

NASTY = "<script>document.title = 'owned'</script>"
CLICK = {"campaign_id": "novidades", "link_url": "javascript:alert(1)"}


@needs_chromium
async def test_everything_that_is_known_of_a_lead_is_told_and_erased(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await people(service)
        await audience(service, "roots", {"clube": "raiz"})
        async with service.client() as http:
            traits = {"firstName": "Ana", "lastName": "Prado", "clube": "raiz", "notes": NASTY}
            (await http.put("/v1/leads/ana", json={"traits": traits, "consents": CONSENTS})).raise_for_status()
        await did(
            service, "ana",
            *[("Product Viewed", {"name": f"Vaso {number} {NASTY}", "price": 84.9}, None) for number in range(24)],
            ("Email Opened", {"campaign_id": "novidades"}, "proxy_open"),
            ("Email Link Clicked", CLICK, "scanner_click"),
            ("Order Completed", {"revenue": 170.1, "currency": "BRL", "products": [{"name": "Kit café"}]}, None),
        )  # fmt: skip
        await service.indexed()
        async with studio(service, "admin") as browser:
            page = await browser.open("/studio/leads")
            await page.get_by_role("searchbox").fill("na pra")
            await page.keyboard.press("Enter")
            await page.get_by_role("link", name="ana", exact=True).click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Ana Prado")
            known = page.locator("section[aria-labelledby=traits]")
            await expect(known).to_contain_text(NASTY)
            await page.wait_for_load_state()
            assert await page.title() == "Ana Prado · Sob Medida"
            await expect(page.locator("section[aria-labelledby=in]")).to_contain_text("Roots clube: raiz")
            timeline = page.locator(".timeline")
            await expect(timeline).to_contain_text("Fez um pedido Kit café · R$ 170,10")
            await expect(timeline.locator(".robot")).to_have_count(2)
            await expect(timeline).to_contain_text("um verificador de segurança, não uma pessoa")
            assert await timeline.locator("a").count() == 0
            await expect(timeline.locator("li:not([data-more])")).to_have_count(25)
            await timeline.get_by_role("button", name="Mostrar anteriores").click()
            await expect(timeline.locator("li")).to_have_count(27)
            await browser.faultless()
            await page.get_by_role("button", name="Apagar", exact=True).click()
            dialog = page.locator("#erase")
            await expect(dialog).to_contain_text("recibo assinado")
            sure = dialog.get_by_role("button", name="Apagar para sempre")
            await dialog.get_by_label("Digite o id do lead").fill("bia")
            await expect(sure).to_be_disabled()
            await dialog.get_by_label("Digite o id do lead").fill("ana")
            await sure.click()
            receipt = dialog.locator("[data-receipt]")
            await expect(receipt).not_to_be_empty()
            assert len(await receipt.inner_text()) == 36
        async with service.client() as http:
            assert (await http.get("/v1/leads/ana")).status_code == 404


async def test_why_a_lead_got_what_it_got_is_told(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as api:
        for _ in range(6):
            answer = await api.get("/v1/copy", params={"campaign": "cafe", "recipient": "c-1"})
            assert answer.json()["rung"] == "audience"
    http = await visitor(shop, "writer")
    page = await http.get("/studio/leads/c-1")
    assert page.headers["cache-control"] == "no-store"
    assert page.text.count('<li class="card">') == 5 and "categoria: cafe" in page.text
    more = page.text.split('data-part="/studio/leads:decisions')[1].split('"')[0].replace("&amp;", "&")
    assert (await http.get("/studio/leads:decisions" + more)).text.count('<li class="card">') == 1
    # the next action, scores and rights: a writer sees what is known, and may neither take along nor erase
    assert "O que fazer agora" in page.text and "/v1/leads/c-1/export" not in page.text and "#erase" not in page.text
    everything = (await (await visitor(shop, "admin")).get("/studio/leads/c-1")).text
    assert everything.count("/v1/leads/c-1/export") == 2 and 'id="erase"' in everything


async def test_leads_are_searched_and_paged(service: Running) -> None:
    async with service.client() as api:
        for number in range(51):
            body = {"traits": {"firstName": "Lia" if number % 2 else "Zoé", "email": f"l{number}@x.example"}}
            (await api.put(f"/v1/leads/l/{number}", json=body)).raise_for_status()
    http = await visitor(service, "writer")
    first = (await http.get("/studio/leads")).text
    more = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    rest = (await http.get(more)).text
    assert (first.count('<th scope="row">'), rest.count('<th scope="row">')) == (50, 1)
    assert "51 leads são conhecidos aqui." in first and 'href="/studio/leads/l/' in first
    assert (await http.get("/studio/leads", params={"search": "zoé"})).text.count('<th scope="row">') == 26
    assert (await http.get("/studio/leads", params={"search": "L7@"})).text.count('<th scope="row">') == 1
    nobody = (await http.get("/studio/leads", params={"search": '"><script>'})).text
    assert "Ninguém se chama assim" in nobody and "<script>" not in nobody.split("<main")[1]
    assert "l/7" in (await http.get("/studio/leads/l/7")).text
    for bad in ("/studio/leads?cursor=x", "/studio/leads?search=" + "x" * 201, "/studio/leads:events?lead="):
        assert (await http.get(bad)).status_code == 422, bad


async def test_who_agreed_to_nothing_is_told_as_such(service: Running) -> None:
    await people(service)
    http = await visitor(service, "approver")
    page = (await http.get("/studio/leads/rui")).text
    assert "Este lead não aceitou nem recusou nada" in page and "Não se pode saber nada deste lead" in page
    assert "Nada foi decidido" in page and "Nada aconteceu ainda" in page
    async with service.client() as api:
        for status in ("granted", "revoked"):
            row = {
                "purpose": "marketing.communications.sms", "basis": "consent", "status": status, "source": "loja",
                "collected_at": f"2026-11-0{1 if status == 'granted' else 2}T10:00:00Z",
            }  # fmt: skip
            (await api.post("/v1/leads/rui/consents", json=row)).raise_for_status()
    page = (await http.get("/studio/leads/rui")).text
    assert "mensagens por SMS" in page and ">retirado<" in page and "substituído" in page and "loja" in page
