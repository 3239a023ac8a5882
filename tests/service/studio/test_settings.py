"""Settings in the studio: the brand voice, the contract, checks and rules from edits, keys, budget, the workspace."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from service.auth import COOKIE
from service.checks.messages import _MESSAGES
from service.users.models import Role
from tests.service.delivery.pages import needs_chromium
from tests.service.review.test_life import campaign, decide, written
from tests.service.studio.support import session, studio, user
from tests.support import Running

TABS = ("", "/contract", "/checks", "/keys", "/webhooks", "/spending", "/privacy", "/workspace")
FOR_ADMINS = frozenset(("/keys", "/webhooks", "/spending"))
TEMPLATES = Path(__file__).parents[3] / "service" / "studio" / "templates"
PAST = (
    "Olá, Marina Souza!\n\nVocê vai gostar do café da serra. O frete é por nossa conta.\n\nAbraços,\nTiago",
    "Olá!\n\nVocê já viu o coador? É só responder para comprar. O frete sai hoje.",
    "Olá, Otávio!\n\nSeparamos um café para comprar sem pressa.",
)


async def opened(service: Running, role: Role, language: str = "en") -> httpx.AsyncClient:
    """Somebody of that role in a browser without scripts."""
    http = service.client()
    del http.headers["Authorization"]
    http.headers.update({"Accept": "text/html", "Accept-Language": language})
    http.cookies.set(COOKIE, await session(service, await user(service, role, f"{role.title()} Prado")))
    return http


@pytest.mark.parametrize("language", ["pt-BR", "en", "es"])
async def test_admins_change_settings_and_others_read_those_that_the_api_lets_them(
    shop: Running, language: str
) -> None:
    admin, writer = await opened(shop, "admin", language), await opened(shop, "writer", language)
    for tab in TABS:
        page = await admin.get(f"/studio/settings{tab}")
        assert page.status_code == 200, page.text
        assert f'href="/studio/settings{tab}" aria-current="page"' in page.text
        answer = await writer.get(f"/studio/settings{tab}")
        assert answer.status_code == (403 if tab in FOR_ADMINS else 200)
        if answer.status_code == 200:
            main = answer.text.partition("<main")[2]
            assert 'data-call="P' not in main and 'class="primary"' not in main
            assert ("/studio/settings/keys" not in main and "disabled" in main) or tab == "/contract"


async def test_every_check_is_told_in_plain_words() -> None:
    listed = (TEMPLATES / "settings_check_list.html").read_text()
    told = set(re.findall(r'\("([a-z]+\.[a-z_]+)", "(block|warn)"', listed))
    brand = {f"brand.{name}" for name in ("address", "greeting", "preferred", "emoji", "exclamation", "companion")}
    assert {code for code, _ in told} == set(_MESSAGES) | brand


async def test_what_a_model_cost_is_shown_day_by_day(shop: Running) -> None:
    page = await (await opened(shop, "admin")).get("/studio/settings/spending")
    assert "Nothing was spent" in page.text


async def test_bad_addresses_of_parts_are_refused_and_other_workspaces_are_not_shown(shop: Running) -> None:
    await shop.workspace("vizinha")
    admin = await opened(shop, "admin")
    async with shop.client("vizinha") as http:
        made = (await http.post("/v1/subscriptions", json={"url": "https://vizinha.example/x"})).json()
    assert (await admin.get("/studio/settings/webhooks:deliveries?id=none")).status_code == 422
    assert (await admin.get(f"/studio/settings/webhooks:deliveries?id={made['id']}")).status_code == 404
    assert "vizinha.example" not in (await admin.get("/studio/settings/webhooks")).text
    assert (await admin.get("/studio/settings/nowhere")).status_code == 404


async def test_words_of_people_are_never_markup(shop: Running) -> None:
    loud = "<img src=x onerror=alert(1)>"
    async with shop.client() as http:
        style = {"preferred": [{"instead_of": loud, "say": '"><script>'}]}
        (await http.patch("/v1/workspace", json={"voice": loud, "style": style})).raise_for_status()
        (await http.post("/v1/keys", json={"name": loud, "scopes": ["read"]})).raise_for_status()
    admin = await opened(shop, "admin")
    for tab in TABS:
        page = (await admin.get(f"/studio/settings{tab}")).text
        assert loud not in page and '"><script>' not in page


@needs_chromium
async def test_a_voice_begins_with_past_emails_is_edited_saved_and_tried(shop: Running) -> None:
    async with studio(shop) as browser:
        page = await browser.open("/studio/settings")
        await page.get_by_role("button", name="Começar com e-mails antigos").click()
        await page.get_by_role("button", name="Ler os e-mails").click()
        await expect(page.locator("[data-missing]")).to_be_visible()
        for number, text in enumerate(PAST, start=1):
            await page.fill(f"#past-{number}", text)
        await page.get_by_role("button", name="Ler os e-mails").click()
        evidence = page.locator("#evidence")
        await evidence.get_by_text("“você” 2 vezes").wait_for()
        assert not re.search("Marina|Souza|Otávio|Tiago", await evidence.inner_text())
        await expect(page.locator("[name='style.address'][value=voce]")).to_be_checked()
        await expect(page.locator("[name='style.greeting']")).to_have_value("Olá")
        await page.fill("[name=voice]", "Frases curtas e calmas.")
        await page.fill("[name='style.greeting']", "Prezada")
        await page.get_by_role("button", name="Salvar").click()
        wrong = page.locator("[name='style.greeting'][aria-invalid=true]")
        await wrong.wait_for()
        await wrong.fill("Olá")
        await page.get_by_role("button", name="Adicionar um par").click()
        row = page.locator("[data-rows='style.preferred'] [data-row]").last
        await row.locator("[data-cell=say]").fill("cafezinho")
        await row.locator("[data-cell=instead_of]").fill("café")
        await page.get_by_role("button", name="Experimentar").click()
        fresh = page.locator("#new-sample")
        await fresh.get_by_text("A marca diz").first.wait_for()
        assert "A marca diz" not in await page.locator("#saved-sample").inner_text()
        await page.get_by_role("button", name="Salvar").click()
        await page.get_by_text("Vale a partir do próximo texto").wait_for()
        await browser.faultless()
    async with shop.client() as http:
        kept = (await http.get("/v1/workspace")).json()
        assert (await http.get("/v1/variants")).json()["items"] == []
    assert (kept["voice"], kept["style"]["address"], kept["style"]["greeting"]) == (
        "Frases curtas e calmas.",
        "voce",
        "Olá",
    )
    assert {"instead_of": "café", "say": "cafezinho"} in kept["style"]["preferred"]


@needs_chromium
async def test_the_contract_is_a_matrix_that_tells_what_a_change_would_stop(shop: Running) -> None:
    fields = {"title": "Café para {{ first_name | cliente }}", "body": "Água a 92 °C e 60 g de café por litro."}
    brief = {"objective": "Café", "content_ids": ["cafe"]}
    async with shop.client() as http:
        made = (await http.post("/v1/variants", json={"channel": "push", "fields": fields, "brief": brief})).json()
        (await decide(http, made["id"], "approve")).raise_for_status()
        for number in range(6):
            lead = {"traits": {"plano": ["anual", "mensal"][number % 2]}}
            (await http.put(f"/v1/leads/p-{number}", json=lead)).raise_for_status()
    async with studio(shop) as browser:
        page = await browser.open("/studio/settings/contract")
        assert await page.locator("[data-name=notes] input:enabled").count() == 1
        assert "só pode ser proibido" in await page.locator("[data-name=notes]").inner_text()
        await page.locator("[data-name=first_name] input[value=forbidden]").check()
        effects = page.locator("#effects")
        await effects.get_by_text("tiraria uma variante do ar").wait_for()
        assert await effects.locator("a").get_attribute("href") == f"/studio/variants/{made['id']}"
        await page.locator("[data-name=first_name] input[value=mention]").check()
        await effects.wait_for(state="hidden")
        await page.locator("[data-name=clube] input[value=imply]").check()
        await page.get_by_role("button", name="Adicionar plano").click()
        await page.get_by_role("button", name="Salvar como nova versão").click()
        await page.get_by_text("clube: Selecionar → Sugerir").wait_for()
        await expect(page.locator("[data-name=plano]")).to_have_count(1)
        await browser.faultless()
        async with shop.client() as http:
            now = (await http.get("/v1/contract")).json()
            (await http.put("/v1/contract", json={"attributes": {}})).raise_for_status()
        assert now["attributes"]["clube"]["use"] == "imply" and now["attributes"]["plano"]["use"] == "select"
        await page.locator("[data-name=clube] input[value=select]").check()
        await page.get_by_role("button", name="Salvar como nova versão").click()
        await page.get_by_text("Outra pessoa salvou uma versão").wait_for()


@needs_chromium
async def test_a_rule_is_proposed_after_an_edit_accepted_and_shows_what_it_caught(shop: Running) -> None:
    loud = {"title": "Kit especial!", "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros."}
    async with shop.client() as http, studio(shop, "approver") as browser:
        await campaign(http)
        made = await written(http, loud)
        page = await browser.open("/studio/settings/checks")
        assert await page.get_by_text("Nenhuma regra ainda").is_visible()
        await browser.open(f"/studio/variants/{made['id']}")
        title = page.get_by_role("textbox", name="Título")
        await title.fill("Kit especial")
        await page.get_by_role("button", name="Salvar", exact=True).click()
        card = page.locator("#rule-proposals [data-card]")
        await card.get_by_text("sem pontos de exclamação").wait_for()
        await card.get_by_role("button", name="Aceitar").click()
        await card.wait_for(state="detached")
        caught = await written(http, loud)
        await browser.open("/studio/settings/checks")
        rules = page.locator("#rules")
        assert await rules.locator("td.number").inner_text() == "1"
        assert await rules.locator("td a").get_attribute("href") == f"/studio/variants/{caught['id']}"
        await browser.faultless()
        await rules.get_by_role("button", name="Aposentar").click()
        await page.locator("#sure button[value=yes]").click()
        await rules.get_by_text("Descartadas e aposentadas (1)").wait_for()
        assert (await http.get("/v1/workspace")).json()["style"]["exclamations"] == "free"


@needs_chromium
async def test_a_key_is_shown_once_copied_and_revoked(shop: Running) -> None:
    async with studio(shop) as browser:
        page = await browser.open("/studio/settings/keys")
        await page.fill("#name", "loja virtual")
        await page.get_by_role("button", name="Criar a chave").click()
        await page.get_by_text("A secret key needs a scope").or_(page.locator("[data-wrong]")).first.wait_for()
        await page.locator("[name=scopes][value=read]").check()
        await page.get_by_role("button", name="Criar a chave").click()
        await page.locator("#shown-once[open]").wait_for()
        secret = await page.locator("output.secret").inner_text()
        await page.get_by_role("button", name="Copiar", exact=True).click()
        await page.get_by_text("Copiado").wait_for()
        assert await page.evaluate("navigator.clipboard.readText()") == secret
        async with shop.client(key=secret) as http:
            assert (await http.get("/v1/leads")).status_code == 200
        await page.get_by_role("button", name="Já guardei").click()
        row = page.locator("#keys-list tr", has_text="loja virtual")
        await row.wait_for()
        assert secret not in await page.content()
        await row.get_by_role("button", name="Revogar").click()
        await page.locator("#sure button[value=no]").click()
        async with shop.client(key=secret) as http:
            assert (await http.get("/v1/leads")).status_code == 200
        await row.get_by_role("button", name="Revogar").click()
        await page.locator("#sure button[value=yes]").click()
        await row.get_by_text("revogada").wait_for()
        async with shop.client(key=secret) as http:
            assert (await http.get("/v1/leads")).status_code == 401
        await browser.faultless()


@needs_chromium
async def test_other_settings_are_saved_whole_and_a_session_that_ends_loses_no_word(shop: Running) -> None:
    async with studio(shop) as browser:
        page = await browser.open("/studio/settings/privacy")
        await page.locator("[data-off='policy.quiet_hours']").uncheck()
        await page.fill("[name='policy.retention.events']", "365")
        await page.fill("[name='policy.retention.jobs']", "")
        await page.get_by_role("button", name="Salvar").click()
        await page.get_by_text("Salvo.").wait_for()
        await browser.open("/studio/settings/workspace")
        await page.get_by_role("button", name="Adicionar uma regra").click()
        rule = page.locator("[data-row]").last
        await rule.locator("[value=push]").check()
        await rule.locator("[data-cell=to]").select_option("never")
        await page.get_by_role("button", name="Salvar").click()
        await page.get_by_text("Salvo.").wait_for()
        cookies = [one for one in await browser.context.cookies() if one["name"] == COOKIE]
        await browser.context.clear_cookies()
        await page.fill("#name", "Casa Nova")
        await page.get_by_role("button", name="Salvar").click()
        await page.locator("#signed-out").wait_for()
        await browser.context.add_cookies(
            [{"name": one["name"], "value": one["value"], "url": browser.url} for one in cookies]
        )
        await browser.open("/studio/settings/workspace")
        await expect(page.locator("#name")).to_have_value("Casa Nova")
        await page.get_by_role("button", name="Salvar").click()
        await page.get_by_text("Salvo.").wait_for()
        await browser.faultless()
    async with shop.client() as http:
        kept = (await http.get("/v1/workspace")).json()
    assert (kept["policy"]["quiet_hours"], kept["policy"]["weekly_cap"]) == (None, 3)
    assert (kept["policy"]["retention"]["events"], kept["policy"]["retention"]["jobs"]) == (365, None)
    assert kept["review"]["routes"] == [{"channels": ["push"], "findings": None, "to": "never"}]
    assert kept["name"] == "Casa Nova"


@needs_chromium
async def test_somebody_is_told_what_happens_and_a_provider_tells_us(shop: Running) -> None:
    async with studio(shop) as browser:
        page = await browser.open("/studio/settings/webhooks")
        await page.get_by_text("Avisar outro endereço").click()
        await page.fill("#url", "http://loja.example/x")
        await page.get_by_role("button", name="Criar", exact=True).click()
        await page.locator("#subscribe [data-wrong]").or_(page.locator(".toast.block")).first.wait_for()
        await page.fill("#url", "https://loja.example/x")
        await page.locator("#subscribe [value='lead.action']").uncheck()
        await page.get_by_role("button", name="Criar", exact=True).click()
        await page.locator("#shown-once[open]").wait_for()
        assert (await page.locator("output.secret").inner_text()).startswith("whsec_")
        await page.get_by_role("button", name="Já guardei").click()
        card = page.locator("#subscriptions article")
        await card.get_by_role("button", name="Enviar um teste").click()
        await page.get_by_text("Um teste está a caminho").wait_for()
        await card.get_by_text("Mensagens").click()
        await card.get_by_role("cell", name="um teste").wait_for()
        await card.get_by_role("button", name="Desligar").click()
        await card.get_by_role("button", name="Ligar", exact=True).wait_for()
        assert await card.get_by_role("button", name="Enviar um teste").count() == 0

        await page.get_by_text("Configurar um provedor").click()
        await page.locator("#provider").select_option("rd_station")
        await page.get_by_role("button", name="Configurar", exact=True).click()
        await page.locator("#shown-once[open]").wait_for()
        shown = await page.locator("output.secret").inner_text()
        await page.get_by_role("button", name="Já guardei").click()
        await page.locator("#hooks").get_by_role("heading", name="RD Station").wait_for()
        assert "/v1/hooks/rd_station?workspace=casa" in shown
        assert shown.rpartition("=")[2] not in await page.content()
        await browser.faultless()


@needs_chromium
async def test_a_page_that_is_older_puts_nothing_back(shop: Running) -> None:
    async with shop.client() as http, studio(shop) as browser:
        page = await browser.open("/studio/settings")
        (await http.patch("/v1/workspace", json={"terms": {"banned": ["jarra"]}})).raise_for_status()
        await page.fill("[name=voice]", "Com calma.")
        await page.get_by_role("button", name="Salvar").click()
        await page.get_by_text("Vale a partir do próximo texto").wait_for()
        kept = (await http.get("/v1/workspace")).json()
    assert (kept["voice"], kept["terms"]["banned"]) == ("Com calma.", ["jarra"])
