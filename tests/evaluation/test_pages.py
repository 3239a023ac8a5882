"""Pages of evaluation in a real browser: one start for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from evaluation.pairs import page as render
from evaluation.pairs import read_answers, result
from evaluation.report.page import report
from tests.evaluation.test_pairs import a_form
from tests.evaluation.test_report import a_copy_run
from tests.kept import kept_chromium
from tests.service.delivery.pages import needs_chromium

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="session")]


async def test_everybody_can_read_the_report(tmp_path: Path) -> None:
    before, after = a_copy_run(tmp_path / "before", *[1.0] * 6), a_copy_run(tmp_path / "after", *[0.0] * 6, model="x")
    path = tmp_path / "report.html"
    path.write_text(report(after, before, locale="pt-BR"), encoding="utf-8")
    async with await (await kept_chromium()).new_context(viewport={"width": 1200, "height": 800}) as context:
        page = await context.new_page()
        faults = await _watched(page)
        await page.goto(path.as_uri())
        assert await page.locator("svg.plot").count() == 2
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        await faultless(page)
        await page.emulate_media(media="print")
        assert not await page.locator("nav").is_visible()
        assert not faults, faults


async def test_a_form_is_filled_in_with_the_keyboard_left_and_gone_on_with(tmp_path: Path) -> None:
    form = a_form(tmp_path)
    path = tmp_path / "form.html"
    path.write_text(render(form, "pt-BR"), encoding="utf-8")
    async with await (await kept_chromium()).new_context(viewport={"width": 1200, "height": 800}) as context:
        page = await context.new_page()
        faults = await _watched(page)
        await page.goto(path.as_uri())
        await page.locator("input[value=left]:visible").focus()
        for key in ("Space", "Enter", "Tab", "ArrowRight", "Enter"):  # left, on, then the first that is not chosen
            await page.keyboard.press(key)
        await expect(page.locator("#count")).to_have_text("2 / 6")
        await faultless(page)
        again = await context.new_page()
        await again.goto(path.as_uri())
        await expect(again.locator("#count")).to_have_text("2 / 6")
        await expect(again.locator("fieldset:visible legend")).to_contain_text("Par 3 de 6")
        await again.locator("#who").fill("Ana Prado")
        async with again.expect_download() as saving:
            await again.locator("#save").click()
        saved = await saving.value
        assert saved.suggested_filename == f"answers-{form.key.form}-Ana-Prado.json"
        await saved.save_as(tmp_path / "answers.json")
        assert not faults, faults
    told = read_answers(tmp_path / "answers.json")
    assert (told.form, told.who, told.answers["p1"].choice, set(told.answers)) == (
        form.key.form, "Ana Prado", "left", {"p1", "p2"},
    )  # fmt: skip
    assert result(form.key, {"answers": told}).answered == 2


async def _watched(page: Page) -> list[str]:
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


async def faultless(page: Page) -> None:
    """Nothing that axe finds, light and dark, and nothing that sticks out at 360 px."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        found: dict[str, Any] = (await Axe().run(page)).response
        faults = [
            f"{scheme}: {one['id']}: {node['html'][:160]}: {node.get('failureSummary', '')[:200]}"
            for one in found["violations"] for node in one["nodes"]
        ]  # fmt: skip
        assert not faults, "\n".join(faults)
    await page.set_viewport_size({"width": 360, "height": 740})
    over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{over} px too wide"
