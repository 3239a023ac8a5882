"""Pages of evaluation in a real browser: one start for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from evaluation.report.page import report
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
