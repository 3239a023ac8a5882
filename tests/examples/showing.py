"""A page that a site printed, opened in a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from evaluation.loopback import served
from tests.kept import kept_chromium
from tests.service.delivery.pages import PATIENT
from tests.support import PATIENCE


async def shown(printed: Callable[[str], Awaitable[str]], styles: str) -> str:
    """The headline of the banner in the page that is `printed` for the origin given, which serves `styles` as well."""
    html = ""

    async def site(scope: Any, receive: Any, send: Any) -> None:
        css = scope["path"].endswith(".css")
        headers = [(b"content-type", b"text/css" if css else b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": (styles if css else html).encode()})

    async with served(site) as origin, await (await kept_chromium()).new_context() as context:
        html = await printed(origin)
        context.set_default_timeout(PATIENCE * 1000)
        page = await context.new_page()
        banner = page.locator("sobmedida-banner .headline")
        await page.add_init_script(PATIENT)
        for _ in range(5):  # on a busy machine the script may come too late: then the page's own content stays
            await page.goto(origin)
            await page.wait_for_function("!!customElements.get('sobmedida-banner')")
            await page.wait_for_load_state("networkidle")
            if await banner.count():
                break
        return await banner.inner_text()
