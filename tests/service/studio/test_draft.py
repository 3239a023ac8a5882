"""The page of a draft: words are changed, checked while they are, and decided on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from service.auth import COOKIE
from service.db.engine import Database
from service.review.costs import spent
from service.users.models import Role
from tests.service.delivery.pages import needs_chromium
from tests.service.review.test_life import decide
from tests.service.studio.drafts import CONTROL, WRONG, drafting, kept, now
from tests.service.studio.support import session, studio, until, user
from tests.support import Running

WAITS = {"title": "Café coado, passo a passo", "body": "Use 60 g de café para cada litro de água."}
LISTEN = """() => {
  window.seen = [];
  for (const name of ["draft:fields", "draft:decided"]) {
    document.addEventListener(name, ({ detail }) => window.seen.push([name, detail]));
  }
  const detail = { field: "title", text: "Kit por R$ 170,10" };
  document.dispatchEvent(new CustomEvent("draft:set", { detail }));
}"""


async def browser_of(service: Running, role: Role) -> httpx.AsyncClient:
    """Somebody signed in, without a browser."""
    http = service.client()
    del http.headers["Authorization"]
    http.headers["Accept"] = "text/html"
    http.cookies.set(COOKIE, await session(service, await user(service, role, name=f"{role} Lima")))
    return http


async def test_people_see_what_their_role_may_do_and_nothing_of_others(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant):
        await service.workspace("outra")
        where = f"/studio/variants/{variant['id']}"
        async with await browser_of(service, "writer") as writer, await browser_of(service, "approver") as approver:
            written, approved = (await writer.get(where)).text, (await approver.get(where)).text
            gone = await approver.get("/studio/variants/00000000-0000-0000-0000-000000000000")
        async with service.client() as http:
            http.cookies.set(COOKIE, "made-up")
            del http.headers["Authorization"]
            outside = await http.get(where, headers={"Accept": "text/html"})
    assert 'data-do="submit"' in written
    assert not any(f'data-do="{deed}"' in written for deed in ("approve", "reject", "retire"))
    assert all(f'data-do="{deed}"' in approved for deed in ("approve", "reject", "retire", "request_change", "claim"))
    assert (gone.status_code, outside.status_code) == (404, 303)
    assert "Leitores de café" in approved
    assert CONTROL["title"] in approved


async def test_whoever_has_claimed_it_is_named_and_the_text_is_theirs(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant):
        async with service.client() as http:
            (await http.post(f"/v1/reviews/{variant['id']}/claim")).raise_for_status()
        async with await browser_of(service, "approver") as approver:
            text = (await approver.get(f"/studio/variants/{variant['id']}")).text
    assert "Reservada para test até 09:30" in text
    assert "readonly" in text
    assert "data-do=" not in text


async def test_scripts_in_copy_and_in_comments_are_text(database: Database, tmp_path: Path) -> None:
    evil = "</script></textarea><script>alert(1)</script>"
    async with drafting(database, tmp_path) as (service, _):
        async with service.client() as http:
            made = await kept(http, {"title": f"Kit {evil}", "body": WRONG["body"]})
            await http.post(f"/v1/variants/{made['id']}/comments", json={"text": evil})
        async with await browser_of(service, "writer") as writer:
            text = (await writer.get(f"/studio/variants/{made['id']}")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\\u003cscript\\u003ealert(1)" in text


def test_each_generation_is_paid_once() -> None:
    first, second = ("model", "2026-11-22T12:00:00Z", "0.02"), ("model", "2026-11-23T12:00:00Z", "0.03")
    edited = ("human", "2026-11-24T12:00:00Z", "0.03")
    assert spent([first, first, second, edited]) == Decimal("0.05")
    assert spent([]) == 0


@needs_chromium
async def test_a_finding_is_mended_and_the_draft_approved_in_three_actions(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service, "approver") as browser:
        async with service.client() as http:
            await kept(http, WAITS, audience="leitores")
        page = await browser.open(f"/studio/variants/{variant['id']}")
        await expect(page.locator("#verdict")).to_have_text("Impedem a aprovação: 1")
        title = page.get_by_label("Título", exact=True)
        await expect(page.locator(".piece[data-field=title] .besides")).to_contain_text(CONTROL["title"])

        fix = page.get_by_role("button", name="Escrever “R$ 170,10”")
        await fix.click()
        await expect(title).to_have_value("Kit Café Coado por R$ 170,10")
        await expect(page.locator("#verdict")).to_have_text("Sem apontamentos")
        await page.get_by_role("button", name="Desfazer").click()
        await expect(title).to_have_value(WRONG["title"])
        await expect(page.locator("#verdict")).to_have_text("Impedem a aprovação: 1")

        await page.keyboard.press("Escape")
        await page.locator("h1").click()
        await page.keyboard.press("f")
        await expect(page.locator("#verdict")).to_have_text("Sem apontamentos")
        await page.keyboard.press("a")
        await expect(page.locator("[data-part=head]")).to_contain_text("Aprovada")
        await expect(page.locator("[data-part=history] del").first).to_have_text("99,00")
        undo = page.locator(".toast", has_text="Aprovada").get_by_role("button", name="Desfazer")
        await undo.click()
        await expect(page.locator("[data-part=head]")).to_contain_text("Em revisão")
        await page.keyboard.press("a")
        await expect(page.locator("[data-part=head]")).to_contain_text("Aprovada")
        stored = await now(service, variant)
        assert (stored["status"], stored["fields"]["title"]) == ("approved", "Kit Café Coado por R$ 170,10")
        await browser.faultless()
        await page.keyboard.press("n")
        await expect(page.locator("[data-field=title] textarea")).to_have_value(WAITS["title"])


@needs_chromium
async def test_every_claim_leads_to_its_source_and_typing_is_checked(sqlite_database: Database, tmp_path: Path) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service, "admin") as browser:
        page = await browser.open(f"/studio/variants/{variant['id']}")
        title, layer = page.get_by_label("Título", exact=True), page.locator(".piece[data-field=title] .layer")
        await expect(layer.locator(".claim:not(.unbound)")).to_have_text("Kit Café Coado")
        await expect(layer.locator(".claim.unbound")).to_have_text("R$ 99,00")
        await expect(page.locator(".piece[data-field=body] .layer .chip")).to_have_text("{{ first_name | cliente }}")

        claim = page.locator("#claims button").first
        await claim.focus()
        await expect(page.locator("#claims .source")).to_contain_text("Kit Café Coado · versão 1")
        await page.keyboard.press("Enter")
        await expect(title).to_be_focused()
        assert (
            await title.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == "Kit Café Coado"
        )

        await title.fill("🌻 Kit Café Coado por R$ 170,10")
        await expect(page.locator("#verdict")).to_have_text("Sem apontamentos")
        await expect(layer.locator(".claim:not(.unbound)")).to_have_text(["Kit Café Coado", "R$ 170,10"])
        await expect(page.locator("#gauge-title [data-count]")).to_have_text("30")
        await page.locator("#claims button").nth(1).click()
        await expect(page.locator("#claims .source")).to_contain_text("170")

        async def pointed_at() -> bool:
            place = await layer.locator(".claim").first.bounding_box()  # which may have moved since it was looked up
            assert place
            await page.mouse.move(place["x"] + 20, place["y"] + 8)
            return "Kit Café Coado · versão 1" in await page.locator("#claims .source").inner_text()

        await until(pointed_at)
        await title.press("Control+z")
        await expect(title).not_to_have_value("🌻 Kit Café Coado por R$ 170,10")
        await title.fill("Kit Café Coado por R$ 170,10")
        await title.press("Control+s")
        await expect(page.locator("#state")).to_have_text("Salvo")
        assert (await now(service, variant))["fields"]["title"] == "Kit Café Coado por R$ 170,10"

        await page.get_by_label("Seu comentário").fill("Cabe o Pix?")
        await page.locator("#comment-field").select_option("title")
        await page.get_by_role("button", name="Comentar").click()
        await expect(page.locator(".comments li")).to_contain_text("Cabe o Pix?")
        await expect(page.locator("[data-part=about-title]")).to_have_text("1 comentário")
        await page.get_by_role("button", name="Resolver").click()
        await expect(page.locator(".comments li")).to_contain_text("Resolvido por Ana Prado")
        await expect(page.locator("[data-part=about-title]")).to_be_empty()

        await page.get_by_text("Mais", exact=True).click()
        await page.get_by_role("button", name="Recusar…").click()
        await page.get_by_label("Por quê?").fill("Fora do tom")
        await page.locator("#say-yes").click()
        await expect(page.locator("[data-part=head]")).to_contain_text("Recusada")
        await expect(page.locator("[data-part=history]")).to_contain_text("Fora do tom")
        assert (await now(service, variant))["status"] == "rejected"


@needs_chromium
async def test_a_change_that_is_asked_for_is_shown_and_other_parts_of_the_page_take_part(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant), studio(service, "writer") as browser:
        page = await browser.open(f"/studio/variants/{variant['id']}")
        await page.evaluate(LISTEN)
        title = page.get_by_label("Título", exact=True)
        await expect(title).to_have_value("Kit por R$ 170,10")
        await until(lambda: page.evaluate("window.seen.length > 0"))
        seen: list[Any] = await page.evaluate("window.seen")
        assert seen[0][0] == "draft:fields"
        assert (seen[0][1]["id"], seen[0][1]["version"]) == (variant["id"], variant["version"])
        assert seen[0][1]["fields"]["title"] == "Kit por R$ 170,10"

        await page.get_by_text("Mais", exact=True).click()
        await page.get_by_role("button", name="Pedir mudança…").click()
        await expect(page.locator("#notices")).to_contain_text("Salve antes")
        await page.get_by_text("Mais", exact=True).click()
        await page.get_by_role("button", name="Voltar ao que está salvo").click()
        await expect(title).to_have_value(WRONG["title"])
        await page.get_by_text("Mais", exact=True).click()
        await page.get_by_role("button", name="Pedir mudança…").click()
        await page.locator("#say-text").fill("Fale do preparo.")
        await page.locator("#say-yes").click()
        await expect(page.locator("[data-part=history]")).to_contain_text("Fale do preparo.")
        stored = await now(service, variant)
        await expect(title).to_have_value(stored["fields"]["title"])
        assert stored["fields"] != variant["fields"]
        seen = await page.evaluate("window.seen")
        assert [detail["decision"] for name, detail in seen if name == "draft:decided"] == ["request_change"]
        await page.keyboard.press("a")
        await expect(page.locator("[data-part=head]")).to_contain_text("Em revisão")


@pytest.mark.parametrize("served", [True, False])
async def test_what_differs_from_the_approved_text_is_told(
    served: bool, sqlite_database: Database, tmp_path: Path
) -> None:
    async with drafting(sqlite_database, tmp_path) as (service, variant):
        async with service.client() as http:
            path = f"/v1/variants/{variant['id']}"
            await http.patch(path, json={"fields": {"title": "Kit Café Coado por R$ 170,10"}})
            if served:
                (await decide(http, variant["id"], "approve")).raise_for_status()
            await http.patch(path, json={"fields": {"title": "Kit Café Coado: R$ 170,10"}})
        async with await browser_of(service, "writer") as writer:
            text = (await writer.get(f"/studio/variants/{variant['id']}")).text
    assert ("O que difere do texto aprovado" in text) == served
    assert "<del> por</del><ins>:</ins>" in text
