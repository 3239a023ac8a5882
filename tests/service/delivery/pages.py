"""Pages in a real browser: a small site that embeds banners, what answers it, and a headless Chromium."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.async_api import BrowserContext, Page

from evaluation.loopback import served
from service.delivery.embed_routes import script
from tests.kept import CHROMIUM, kept_chromium
from tests.support import PATIENCE

EXAMPLE = Path(__file__).parents[3] / "examples" / "plain-html"


def _chromium() -> bool:
    """Whether there is one. Where continuous integration promises it, that it is missing is a fault."""
    if CHROMIUM.is_file():
        return True
    assert not os.environ.get("SOBMEDIDA_BROWSER_TESTS"), "Chromium was promised and is not installed"
    return False


needs_chromium = pytest.mark.skipif(
    not _chromium(), reason="Chromium is not installed (apt-get install chromium), so no page is opened"
)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)
SHOWN: dict[str, Any] = {
    "show": True, "reason": None, "placement": "home", "channel": "banner", "locale": "pt-BR", "campaign": "coado",
    "variant_id": "6f9a3a35-1a4e-4c0e-9a0f-2f6a4d1f0a11", "revision": "ab" * 32, "rung": "control",
    "decision_id": None, "headline": "Um café melhor em casa", "body": "Água quente, filtro molhado, pressa nenhuma.",
    "cta": "Ver mais", "cta_url": "/cafe?utm_source=sobmedida", "image_url": "", "alt": "", "html": "",
}  # fmt: skip

PAGE = """<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><title>Casa</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/site.css">
{head}<script async src="/embed.js" data-key="smp_test"></script>
</head><body><h1>Casa</h1>{body}<p id="after">Depois</p></body></html>"""
STYLE = """body{margin:0;font:16px sans-serif} sobmedida-banner{display:block;min-height:160px}
sobmedida-banner:not(:defined){visibility:hidden} .below{height:2000px}"""
SHIFTS = """window.shifts = 0; window.faults = [];
new PerformanceObserver((all) => { for (const one of all.getEntries()) window.shifts += one.value; })
  .observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (event) => window.faults.push(event.violatedDirective));
addEventListener("error", (event) => window.faults.push(event.message));"""
PATIENT = """{ const set = window.setTimeout;
window.setTimeout = (act, wait, ...more) => set(act, wait === 1500 ? 30000 : wait, ...more); }"""
"""The script's own limit for an answer, long enough for a busy machine. One that an element names is left as it is."""
ELEMENT = (
    '<sobmedida-banner placement="home" {attributes}><p class="own">Frete para todo o Brasil</p></sobmedida-banner>'
)


class Site:
    """What a page is served, and what came back from it. `answer` may be changed by a test; None never answers."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] | int | None = dict(SHOWN)
        self.head, self.body = "", ELEMENT.format(attributes='consent="granted"')
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.heard: list[dict[str, Any]] = []

    @property
    def paths(self) -> list[str]:
        """Which addresses of the service were asked."""
        return [path for _, path, _ in self.asked]

    async def __call__(self, scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        path, body = scope["path"], b""
        while scope["method"] == "POST":
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, kind, told = await self._told(scope["method"], path, scope["query_string"].decode(), body)
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
        if path == "/example":
            told = told.replace(
                b"https://sobmedida.example", f"http://{dict(scope['headers'])[b'host'].decode()}".encode()
            )
        if path == "/":
            headers.append((b"content-security-policy", CSP.encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": told})

    async def _told(self, method: str, path: str, query: str, body: bytes) -> tuple[int, str, bytes]:
        fixed = {
            "/": ("text/html", PAGE.format(head=self.head, body=self.body)), "/site.css": ("text/css", STYLE),
            "/cafe": ("text/html", "<title>Café</title>"),
            "/refuses.js": ("text/javascript", "window.sobmedidaConsent = () => false"),
        }  # fmt: skip
        if path == "/example" or (EXAMPLE / path[1:]).is_file():
            html = path == "/example"
            kind = "text/html" if html else "text/css" if path.endswith(".css") else "text/javascript"
            return 200, kind, (EXAMPLE / ("index.html" if html else path[1:])).read_bytes()
        if path in fixed:
            return 200, fixed[path][0], fixed[path][1].encode()
        if path == "/embed.js":
            return 200, "text/javascript", script().plain
        if path == "/v1/beacons":
            self.heard.append(json.loads(body))
            return 202, "text/plain", b""
        told = json.loads(body) if body else {name: values[0] for name, values in parse_qs(query).items()}
        self.asked.append((method, path, told))
        return await self._answered(path)

    async def _answered(self, path: str) -> tuple[int, str, bytes]:
        if path in ("/token", "/sobmedida-token"):
            return 200, "text/plain", b"e30.eyJzdWIiOiJjLTEifQ.c2ln\n"
        if path == "/v1/visitors/segment":
            return 200, "application/json", b'{"segment": "opaque", "expires_at": 4000000000}'
        if self.answer is None:
            await asyncio.sleep(30)
        if isinstance(self.answer, int):
            return self.answer, "application/json", b"{}"
        told = {"items": [self.answer]} if path.endswith(":batch") else self.answer
        return 200, "application/json", json.dumps(told).encode()


class Reader:
    """Somebody who looks at pages of that site."""

    def __init__(self, context: BrowserContext, url: str, site: Site) -> None:
        self.context, self.url, self.site = context, url, site

    async def open(self, path: str = "/", *, gpc: bool = False, consent: bool = False) -> Page:
        """The page, once the script has come. With `consent`, it was given on an earlier page."""
        page = await self.context.new_page()
        await page.add_init_script(SHIFTS + PATIENT)
        if consent:
            await page.add_init_script("localStorage.setItem('consent', 'granted')")
        if gpc:
            await page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
        await page.goto(self.url + path)
        await page.wait_for_function("!!customElements.get('sobmedida-banner')")
        return page


@asynccontextmanager
async def reader() -> AsyncIterator[Reader]:
    """Somebody with a browser, and the site."""
    site = Site()
    async with (
        served(site) as url,
        await (await kept_chromium()).new_context(viewport={"width": 900, "height": 600}) as context,
    ):
        context.set_default_timeout(PATIENCE * 1000)
        yield Reader(context, url, site)
