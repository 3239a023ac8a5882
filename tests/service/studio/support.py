"""The studio in a real browser: a service on loopback, somebody signed in, and a headless Chromium.

One Chromium serves a worker's whole session, and each test has a context of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import BrowserContext, Page, expect

from evaluation.loopback import served
from service.auth import COOKIE
from service.users.models import Role, User
from service.users.store import SessionStore, UserStore
from service.workspaces.store import WorkspaceStore
from tests.kept import kept_chromium
from tests.support import NOW, PATIENCE, Running

_PATIENCE_MS = PATIENCE * 1000  # what comes at all comes in one or two seconds, unless the machine is busy
expect.set_options(timeout=_PATIENCE_MS)

_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_TOASTS = """{ const set = window.setTimeout;
window.setTimeout = (act, wait, ...more) => set(act, act.name === "close" && wait > 1999 ? 600000 : wait, ...more); }"""
"""What a toast says stays until a busy machine has looked."""


async def user(service: Running, role: Role = "admin", name: str = "Ana Prado", workspace: str = "casa") -> User:
    """Somebody of that workspace, who has no password."""
    email = f"{name.split(maxsplit=1)[0].lower()}@casa.example"
    async with service.services.database.write() as connection:
        where = await WorkspaceStore(connection).get(workspace)
        return await UserStore(connection, where.id).create(email, name, role, NOW)


async def session(service: Running, who: User) -> str:
    """The secret of a new session of theirs: what their browser keeps as a cookie."""
    async with service.services.database.write() as connection:
        return (await SessionStore(connection, who.workspace).open(who, "tests", NOW))[0]


@dataclass
class Studio:
    """Somebody's browser. `faults` are errors and broken policies that pages met, which every test expects none of."""

    url: str
    context: BrowserContext
    page: Page
    service: Running
    faults: list[str] = field(default_factory=list)

    async def open(self, path: str, page: Page | None = None) -> Page:
        """Go to that address and wait until its scripts have run. A test that follows a link waits for them, too."""
        page = page or self.page
        await page.goto(self.url + path, wait_until="load")
        return page

    async def another_tab(self) -> Page:
        """A second tab of the same browser."""
        page = await self.context.new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> None:
        """Note what goes wrong in it."""
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)

    async def faultless(self, page: Page | None = None) -> None:
        """No serious or critical fault of accessibility, light and dark, and nothing sticks out at 360 px."""
        page = page or self.page
        await page.evaluate(AXE_SCRIPT)
        for scheme in _SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            only = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}  # all else is the same there
            found = await page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"]} | only)
            serious = [
                f"{scheme}: {one['id']}: {node['html'][:160]}: {node.get('failureSummary', '')[:200]}"
                for one in found["violations"] if one["impact"] in ("serious", "critical") for node in one["nodes"]
            ]  # fmt: skip
            assert not serious, "\n".join(serious)
        size = page.viewport_size
        await page.set_viewport_size({"width": 360, "height": 740})
        over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{page.url} is {over} px too wide for 360 px"
        if size:
            await page.set_viewport_size(size)


@asynccontextmanager
async def studio(
    service: Running, role: Role = "admin", *, name: str = "Ana Prado", locale: str = "pt-BR", width: int = 1280
) -> AsyncIterator[Studio]:
    """A browser in which somebody of that role is signed in. Fails where a page met an error."""
    who = await user(service, role, name)
    async with (
        served(service.app) as url,
        await (await kept_chromium()).new_context(
            locale=locale,
            viewport={"width": width, "height": 900},
            permissions=["clipboard-read", "clipboard-write"],
        ) as context,
    ):
        context.set_default_timeout(_PATIENCE_MS)
        await context.add_init_script(_TOASTS)
        await context.add_cookies([{"name": COOKIE, "value": await session(service, who), "url": url}])
        page = await context.new_page()
        opened = Studio(url, context, page, service)
        opened.watch(page)
        yield opened
        assert not opened.faults, opened.faults


async def until(true: Any) -> None:
    """Wait for something that the page or the service does by itself."""
    async with asyncio.timeout(PATIENCE):
        while not await true():  # noqa: ASYNC110 - it comes from another program
            await asyncio.sleep(0.05)
