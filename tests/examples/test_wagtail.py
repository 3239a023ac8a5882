"""The Wagtail app in a Django of its own: its pages show banners of the running service, and what they say arrives."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from evaluation.loopback import served
from service.db.engine import Database
from service.delivery.site_tokens import lead_of
from tests.examples.showing import shown
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.stocked import CONTROL, approved, campaign, page_key
from tests.support import Running, running

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "wagtail"
RUN = Path(__file__).parent / "wagtail" / "run.py"
SECRET = "ab" * 32
BANNER = {"type": "banner", "value": {"placement": "home", "own": "<p>Só hoje.</p>", "context": "", "personal": True}}
PARAGRAPH = {"type": "paragraph", "value": "<p>Um filtro molhado &amp; ajuda.</p>"}

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(
        find_spec("wagtail") is None, reason="Wagtail is not installed (the extra `examples`), so its app is not run"
    ),
]


class Django:
    """A process with the demo in it, which takes steps."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def __call__(self, step: str, *given: Any) -> Any:
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._process.stdin.write(json.dumps([step, *given]).encode() + b"\n")
        line = await self._process.stdout.readline()
        assert line, (await self._process.stderr.read()).decode()
        return json.loads(line)

    async def configure(self, base: str, **settings: str) -> None:
        told = {"base_url": base, "publishable_key": "smp_test", "ingest_key": "", "site_secret": "", **settings}
        await self("configure", {name.upper(): value for name, value in told.items()})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def django(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Django]:
    """One for all tests here: to make its tables takes longer than they do."""
    database = tmp_path_factory.mktemp("wagtail") / "demo.sqlite3"
    environment = os.environ | {
        "PYTHONPATH": str(EXAMPLE), "DJANGO_SETTINGS_MODULE": "demo.settings", "DEMO_DATABASE": str(database)
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(RUN), env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, limit=1 << 20,
    )  # fmt: skip
    started = Django(process)
    await started("migrate")
    yield started
    assert process.stdin
    process.stdin.close()
    await process.wait()


@asynccontextmanager
async def alone(template: Path, folder: Path) -> AsyncIterator[tuple[Running, str]]:
    """A service of this test alone, on a port."""
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(template, folder / 'records.db')}")
    async with running(database, folder) as service, served(service.app) as url:
        yield service, url
    await database.close()


async def test_tag_and_block_print_the_element_alike_for_every_visitor(django: Django) -> None:
    await django.configure("https://sobmedida.example/", site_secret=SECRET)
    await django("publish", "bloco", "Café", "<p>A água.</p>", PARAGRAPH, BANNER)
    status, page, _ = await django("get", "/bloco/")
    assert status == 200
    assert (await django("get", "/bloco/", "ana"))[1] == page  # a page cache may keep it
    element = '<sobmedida-banner placement="home" consent="contextual" token-url="/sobmedida-token/"'
    assert f"{element}><p>Frete calculado no carrinho.</p></sobmedida-banner>" in page
    assert f"{element} personal>" in page
    assert "Só hoje." in page
    assert '<script async src="https://sobmedida.example/embed.js" data-key="smp_test"></script>' in page
    assert SECRET not in page


async def test_who_is_logged_in_gets_a_token_and_nobody_else_does(django: Django) -> None:
    await django.configure("https://sobmedida.example", site_secret=SECRET)
    status, token, caching = await django("get", "/sobmedida-token/", "ana")
    assert (status, caching) == (200, "private, no-store")
    assert lead_of(token, SECRET, datetime.now(UTC).timestamp()).startswith("user-")
    assert (await django("get", "/sobmedida-token/"))[:2] == [401, ""]


@pytest.mark.parametrize("base", ["", "javascript:alert(1)", 'https://x.example/"onload="'])
async def test_without_a_service_the_page_is_as_it_was(django: Django, base: str) -> None:
    await django.configure(base)
    await django("publish", "sem", "Café", "<p>A água.</p>")
    page = (await django("get", "/sem/"))[1]
    assert "<p>Frete calculado no carrinho.</p>" in page
    assert "<sobmedida-banner" not in page
    assert "embed.js" not in page


async def test_a_published_page_arrives_as_content_and_goes_when_it_is_no_longer_public(
    sqlite_template: Path, tmp_path: Path, django: Django
) -> None:
    async with alone(sqlite_template, tmp_path) as (service, url), service.client() as http:
        await django.configure(url, ingest_key=service.keys["casa"])

        async def publish(intro: str = "<p>A água a 92&nbsp;°C.</p>", *body: Any) -> str:
            return f"/v1/content/wagtail-{await django('publish', 'cafe', 'Café', intro, *body)}"

        address = await publish("<p>A água a 92&nbsp;°C.</p>", PARAGRAPH, BANNER)
        item = (await http.get(address)).json()
        assert (item["title"], item["locale"], item["url"]) == ("Café", "pt-BR", "http://localhost/cafe/")
        assert " ".join(item["body"].split()) == "A água a 92 °C. Um filtro molhado & ajuda."
        await django("draft", "cafe", "<p>A água a 96 °C.</p>")
        assert (await http.get(address)).json()["version"] == item["version"]  # a draft is nobody's business yet
        await publish("<p>A água a 96 °C.</p>")
        again = (await http.get(address)).json()
        assert (again["version"], again["body"]) == (item["version"] + 1, "A água a 96 °C.")
        for step in ("unpublish", "hide", "delete"):
            address = await publish()
            assert (await http.get(address)).status_code == 200
            await django(step, "cafe")
            assert (await http.get(address)).status_code == 404, step
            if step == "hide":
                await django("delete", "cafe")


async def test_a_service_that_is_away_spoils_no_publishing_and_is_told_later(
    sqlite_template: Path, tmp_path: Path, django: Django
) -> None:
    async with alone(sqlite_template, tmp_path) as (service, url), service.client() as http:
        key = service.keys["casa"]
        await django.configure("http://127.0.0.1:9", ingest_key=key)
        number = await django("publish", "depois", "Café", "<p>A água.</p>")
        assert await django("push") is False
        await django.configure(url, ingest_key=key)
        assert await django("push") is True
        assert (await http.get(f"/v1/content/wagtail-{number}")).json()["body"] == "A água."


@needs_chromium
async def test_a_page_that_django_printed_shows_the_banner_of_the_running_service(
    sqlite_template: Path, tmp_path: Path, django: Django
) -> None:
    async with alone(sqlite_template, tmp_path) as (service, url):
        await approved(service, await campaign(service), CONTROL)
        await django.configure("")
        await django("publish", "mostra", "Café", "<p>A água.</p>")

        async def key_and_page(origin: str) -> str:
            await django.configure(url, publishable_key=await page_key(service, origin))
            return str((await django("get", "/mostra/"))[1])

        styles = (EXAMPLE / "sobmedida_wagtail" / "static" / "sobmedida" / "banner.css").read_text()
        assert await shown(key_and_page, styles) == CONTROL["headline"]
