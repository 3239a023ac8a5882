"""Takes the pictures of the studio in these pages: `make pictures`.

Runs the sample shop in a folder of its own, signs in as its user in Debian's Chromium, and photographs the main pages
in light and dark.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from PIL import Image
from playwright.async_api import Page, async_playwright

PICTURES = Path(__file__).parent / "pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
SIZE = {"width": 1280, "height": 860}
COLOURS = 192  # pages have few: a picture is half as large, and looks the same


class Shot(NamedTuple):
    """A page to photograph; `before` brings it into the state worth seeing."""

    name: str
    path: str
    before: str = ""


SHOTS = (
    Shot("sign-in", "/studio/sign-in"),
    Shot("inbox", "/studio/inbox"),
    Shot("draft", "{draft}"),
    Shot("campaigns", "/studio/campaigns"),
    Shot("campaign", "/studio/campaigns/cafe-do-fim-de-semana"),
    Shot("results", "/studio/campaigns/clube-e-ofertas/results"),
    Shot("audience", "/studio/audiences/coffee-lovers"),
    Shot("lead", "/studio/leads/c-01"),
    Shot("content", "/studio/content/oferta-kit-cafe-coado"),
    Shot("voice", "/studio/settings"),
    Shot("contract", "/studio/settings/contract"),
    Shot("checks", "/studio/settings/checks"),
)


async def main(wanted: Sequence[str]) -> None:
    """Take those pictures, or all."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = os.environ | {
            "SOBMEDIDA_DATA_DIR": folder, "SOBMEDIDA_PORT": str(port), "SOBMEDIDA_LOG_LEVEL": "warning",
            "HF_HUB_OFFLINE": "1",
        }  # fmt: skip
        command = (sys.executable, "-m", "service.cli", "demo", "--serve", "--quiet")
        shop = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            await _ready(url, Path(folder))
            await _photograph(url, Path(folder), wanted)
        finally:
            shop.terminate()
            await shop.wait()


async def _photograph(url: str, folder: Path, wanted: Sequence[str]) -> None:
    key, password = (folder / "development-key").read_text(), (folder / "studio-password").read_text()
    draft = await _faulty_draft(url, key)
    await _views(url, key)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        for scheme in ("light", "dark"):
            context = await browser.new_context(
                locale="pt-BR",
                viewport=SIZE,
                color_scheme=scheme,
                reduced_motion="reduce",  # type: ignore[arg-type]
            )
            page = await context.new_page()
            for shot in SHOTS:
                if wanted and shot.name not in wanted:
                    continue
                if shot.name != "sign-in":
                    await _sign_in(page, url, password)
                await page.goto(url + shot.path.format(draft=draft), wait_until="networkidle")
                await page.evaluate("document.fonts.ready")
                await _keep(page, PICTURES / f"{shot.name}-{scheme}.png")
            await context.close()
        await browser.close()


async def _sign_in(page: Page, url: str, password: str) -> None:
    await page.goto(f"{url}/studio/sign-in")
    if await page.locator("#password").count():
        await page.fill("#email", "ana@casa-jatoba.example")
        await page.fill("#password", password)
        await page.locator("button.primary").click()
        await page.wait_for_load_state()


async def _faulty_draft(url: str, key: str) -> str:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}) as http:
        first: dict[str, Any] = (await http.get("/v1/reviews", params={"limit": 1})).raise_for_status().json()
    return f"/studio/variants/{first['items'][0]['id']}"


async def _views(url: str, key: str) -> None:
    """Some views and clicks of one campaign, made up, so that its results have something to show."""
    chance = random.Random(7)  # noqa: S311 - numbers to look at
    headers = {"Authorization": f"Bearer {key}", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as http:
        params = {"campaign": "clube-e-ofertas", "status": "live"}
        live: dict[str, Any] = (await http.get("/v1/variants", params=params)).raise_for_status().json()
        for variant, (seen, share) in zip(live["items"], ((900, 0.031), (420, 0.074), (380, 0.052)), strict=False):
            told: list[dict[str, Any]] = []
            for _ in range(seen):
                one = {
                    "id": f"{chance.getrandbits(128):032x}", "placement": "home-side", "campaign": "clube-e-ofertas",
                    "variant": variant["id"], "revision": variant["serving"],
                }  # fmt: skip
                told += [
                    one | {"kind": kind} for kind in ("exposure", *(("click",) if chance.random() < share else ()))
                ]
            for start in range(0, len(told), 50):
                (await http.post("/v1/beacons", json=told[start : start + 50])).raise_for_status()


async def _keep(page: Page, path: Path) -> None:
    await page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


async def _ready(url: str, folder: Path) -> None:
    async with httpx.AsyncClient() as http:
        for _ in range(600):
            await asyncio.sleep(0.5)
            if not (folder / "studio-password").is_file():
                continue
            try:
                (await http.get(f"{url}/readyz")).raise_for_status()
            except httpx.HTTPError:
                continue
            return
    raise SystemExit("The sample shop did not start.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
