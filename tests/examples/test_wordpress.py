"""The WordPress plugin, run by PHP: its pages show banners of the running service, and what is saved arrives there."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import Any

import httpx
import pytest

from evaluation.loopback import served
from service.db.engine import Database
from service.delivery.site_tokens import lead_of
from tests.examples.showing import shown
from tests.service.delivery.pages import needs_chromium
from tests.service.delivery.stocked import CONTROL, approved, campaign, page_key
from tests.service.delivery.support import selling
from tests.support import NOW, OFFER, Running, fill, running

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "examples" / "wordpress" / "sobmedida"
RUN = Path(__file__).parent / "wordpress" / "run.php"
PHP = which("php")
SECRET = "ab" * 32
OWN = "<p>Frete calculado no carrinho.</p>"
SHORTCODE = f'[sobmedida_banner placement="home"]{OWN}[/sobmedida_banner]'
POST = {
    "ID": 7,
    "post_title": "Café coado &amp; em casa",
    "post_content": "<!-- wp:paragraph --><p>A água a 92&nbsp;°C extrai bem.</p><!-- /wp:paragraph -->"
    '[sobmedida_banner placement="home"]<p>Um filtro molhado ajuda.</p>',
}

pytestmark = pytest.mark.skipif(PHP is None, reason="php is not installed, so the WordPress plugin is not run")


async def wordpress(base: str, *steps: tuple[str, Any], **settings: str) -> list[Any]:
    """What each step gave, in one process."""
    given = {
        "plugin": str(PLUGIN), "steps": steps,
        "settings": {"base_url": base, "publishable_key": "smp_test", "consent": "contextual", **settings},
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        str(PHP), "-d", "display_errors=stderr", str(RUN), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, told = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0, (out + told).decode()
    found: list[Any] = json.loads(out)
    return found


@asynccontextmanager
async def alone(database: Database, folder: Path) -> AsyncIterator[tuple[Running, httpx.AsyncClient, str]]:
    """A service on a port, and a client of it."""
    async with (
        running(database, folder, clock=lambda: datetime.now(UTC)) as service,
        service.client() as http,
        served(service.app) as url,
    ):
        yield service, http, url


async def test_shortcode_and_block_print_the_element_alike_for_every_visitor() -> None:
    base = "https://sobmedida.example/"
    steps = (("page", SHORTCODE), ("token", 7), ("page", SHORTCODE), ("block", {"placement": "home"}))
    page, _, later, block = await wordpress(base, *steps, site_secret=SECRET, ingest_key="smk_kept")
    assert page == later  # whoever is logged in: a page cache may keep it
    token_url = "/wp-admin/admin-ajax.php?action=sobmedida_token"
    element = f'<sobmedida-banner placement="home" consent="contextual" token-url="{token_url}">'
    assert element + OWN + "</sobmedida-banner>" in page
    assert element in block
    assert '<script async data-key="smp_test" src="https://sobmedida.example/embed.js"' in page
    for secret in (SECRET, "smk_kept"):
        assert secret not in page


@pytest.mark.parametrize(
    "attributes", ['placement=""', 'placement="../x"', 'placement="a&quot;onclick"', 'placement="HOME"', ""]
)
async def test_a_placement_that_cannot_be_one_leaves_the_pages_own_content(attributes: str) -> None:
    (page,) = await wordpress(
        "https://sobmedida.example", ("page", f"[sobmedida_banner {attributes}]{OWN}[/sobmedida_banner]")
    )
    assert f"<body>{OWN}</body>" in page
    assert "embed.js" not in page


@pytest.mark.parametrize("base", ["", "javascript:alert(1)", 'https://x.example/"onload="', "ftp://x.example"])
async def test_without_a_service_the_page_is_as_it_was(base: str) -> None:
    (page,) = await wordpress(base, ("page", SHORTCODE))
    assert f"<body>{OWN}</body>" in page


async def test_what_stands_in_attributes_is_escaped() -> None:
    hostile = (
        '[sobmedida_banner placement="home" context="a=<script>alert(1)</script>"]'
        "<script>x</script>ok[/sobmedida_banner]"
    )
    (page,) = await wordpress("https://sobmedida.example", ("page", hostile))
    assert "<script>" not in page
    assert 'context="a=&lt;script&gt;' in page


async def test_who_is_logged_in_gets_a_token_and_nobody_else_does() -> None:
    steps = (("token", 7), ("token", 0))
    (status, token), (refused, nothing) = await wordpress("https://sobmedida.example", *steps, site_secret=SECRET)
    assert status == 200
    assert lead_of(token, SECRET, datetime.now(UTC).timestamp()) == "wp-user-7"
    assert (refused, nothing) == (401, "")
    (without,) = await wordpress("https://sobmedida.example", ("token", 7))
    assert without == [401, ""]


async def test_secrets_are_kept_when_the_form_is_saved_and_never_printed() -> None:
    sent = {"base_url": "https://novo.example", "publishable_key": "smk_wrong", "ingest_key": "", "consent": "granted"}
    ((saved, html, errors),) = await wordpress("https://sobmedida.example", ("form", sent), ingest_key="smk_kept")
    assert (saved["ingest_key"], saved["base_url"], saved["publishable_key"]) == (
        "smk_kept", "https://novo.example", "smp_test"
    )  # fmt: skip
    assert errors == ["publishable_key"]
    assert "smk_kept" not in html


async def test_a_saved_page_arrives_as_content_and_goes_when_it_is_no_longer_public(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with alone(sqlite_database, tmp_path) as (service, http, url):
        key = {"ingest_key": service.keys["casa"]}
        await wordpress(url, ("save", POST | {"thumbnail": "https://loja.example/c.jpg"}), **key)
        item = (await http.get("/v1/content/wp-1-7")).json()
        assert (item["title"], item["locale"], item["tags"]) == ("Café coado & em casa", "pt-BR", ["cafe"])
        assert item["body"] == "A água a 92\xa0°C extrai bem.\n\nUm filtro molhado ajuda."
        assert (item["url"], item["image_url"]) == ("https://loja.example/?p=7", "https://loja.example/c.jpg")
        changed = POST | {"post_content": "<p>A água a 96 °C extrai bem.</p>"}
        await wordpress(url, ("save", changed), ("save", changed), **key)
        again = (await http.get("/v1/content/wp-1-7")).json()
        assert (again["version"], again["body"]) == (item["version"] + 1, "A água a 96 °C extrai bem.")
        for step in (("save", POST | {"post_status": "draft"}), ("save", POST | {"post_password": "x"}), ("remove", 7)):
            await wordpress(url, ("save", POST), step, **key)
            assert (await http.get("/v1/content/wp-1-7")).status_code == 404, step


async def test_drafts_revisions_and_other_types_are_told_to_nobody(sqlite_database: Database, tmp_path: Path) -> None:
    async with alone(sqlite_database, tmp_path) as (service, http, url):
        steps = [("save", POST | one) for one in (
            {"post_status": "draft"}, {"post_type": "revision"}, {"post_type": "shop_order"}, {"post_content": ""}
        )]  # fmt: skip
        assert await wordpress(url, *steps, ingest_key=service.keys["casa"]) == [[], [], [], []]
        assert (await http.get("/v1/content")).json()["items"] == []


async def test_a_service_that_is_away_spoils_no_save_and_is_told_later(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with alone(sqlite_database, tmp_path) as (service, http, url):
        key = service.keys["casa"]
        settings = {"base_url": url, "publishable_key": "smp_test", "ingest_key": key}
        away, *_, waiting = await wordpress(
            "http://127.0.0.1:9", ("save", POST), ("configure", settings), ("later", None), ("later", None),
            ingest_key=key,
        )  # fmt: skip
        assert away == [["sobmedida_push_again", [7, 1]]]
        assert waiting == 0
        assert (await http.get("/v1/content/wp-1-7")).status_code == 200
        removed, *_ = await wordpress(
            url, ("save", POST), ("configure", settings | {"base_url": "http://127.0.0.1:9"}), ("remove", 7),
            ("configure", settings), ("later", None), ingest_key=key,
        )  # fmt: skip
        assert removed == []
        assert (await http.get("/v1/content/wp-1-7")).status_code == 404


async def test_editing_a_page_quarantines_the_copy_that_rests_on_it(sqlite_database: Database, tmp_path: Path) -> None:
    def told(price: float) -> dict[str, Any]:
        return {"name": "kit", "item": {**OFFER, "facts": {**OFFER["facts"], "price": price}}}  # type: ignore[dict-item]

    async with running(sqlite_database, tmp_path) as service, service.client() as http, served(service.app) as url:
        await fill(service)
        await selling(service)
        key = {"ingest_key": service.keys["casa"]}
        await wordpress(url, ("filters", told(170.10)), ("save", POST), **key)  # as it was: nothing changed
        await service.services.keeper.catch_up()
        assert (await http.get("/v1/quarantine")).json()["total"] == 0
        await wordpress(url, ("filters", told(160.0)), ("save", POST), **key)
        await service.services.keeper.catch_up()
        assert (await http.get("/v1/quarantine")).json()["total"] == 2


@needs_chromium
@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_that_wordpress_printed_shows_the_banner_of_the_running_service(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    async with running(database, tmp_path, clock=lambda: NOW) as service, served(service.app) as url:
        await approved(service, await campaign(service), CONTROL)

        async def printed(origin: str) -> str:
            (page,) = await wordpress(url, ("page", SHORTCODE), publishable_key=await page_key(service, origin))
            return str(page)

        assert await shown(printed, (PLUGIN / "banner.css").read_text()) == CONTROL["headline"]
    await database.close()


def test_the_plugin_uses_nothing_newer_than_php_7_4() -> None:
    for path in PLUGIN.rglob("*.php"):
        text = path.read_text()
        assert not re.search(r"\bmatch\s*\(|\?->|\bstr_(contains|starts_with|ends_with)\(|\breadonly\b|\benum\b", text)
        assert not re.search(r"function [^)]*\w+\|\w+ \$|\): \w+\|\w+", text), path
