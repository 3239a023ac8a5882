"""The script in pages, as a real browser runs it under a strict content security policy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.service.delivery.pages import ELEMENT, SHOWN, Reader, needs_chromium, reader
from tests.support import PATIENCE

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="session")]
BANNER = "sobmedida-banner section"
INTERSECTS = """new Promise((seen) => new IntersectionObserver(([one]) => one.isIntersecting && seen())
  .observe(document.querySelector("sobmedida-banner")))"""  # told after the script was, which began to look earlier


@pytest_asyncio.fixture(loop_scope="session")
async def someone() -> AsyncIterator[Reader]:
    """Somebody with a browser, who was nowhere before."""
    async with reader() as opened:
        yield opened


async def heard(someone: Reader, count: int) -> list[dict[str, Any]]:
    """That many beacons, once they came."""
    async with asyncio.timeout(PATIENCE):
        while len(someone.site.heard) < count:  # noqa: ASYNC110 - they come from another program
            await asyncio.sleep(0.05)
    return someone.site.heard


async def quiet(page: Page) -> None:
    """Nothing moved, and nothing was refused by the page's policy."""
    assert await page.evaluate("window.shifts") == 0
    assert await page.evaluate("window.faults") == []


async def own(page: Page) -> bool:
    """Whether the element's own content is to be seen."""
    return await page.locator(".own").is_visible()


async def test_a_banner_is_shown_seen_and_clicked_and_nothing_moves(someone: Reader) -> None:
    page = await someone.open()
    banner = page.locator(BANNER)
    await banner.wait_for()
    assert await banner.get_by_text("Um café melhor em casa").is_visible()
    assert not await own(page)
    (exposure,) = await heard(someone, 1)
    assert exposure["kind"] == "exposure"
    assert {name: exposure[name] for name in ("key", "placement", "variant", "revision", "page")} == {
        "key": "smp_test", "placement": "home", "variant": SHOWN["variant_id"], "revision": SHOWN["revision"],
        "page": f"{someone.url}/",
    }  # fmt: skip
    await quiet(page)
    assert await page.evaluate("window.dataLayer[0].event") == "sobmedida_exposure"
    box = await page.locator(f"{BANNER} a").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    await page.locator(f"{BANNER} a").click()
    click = (await heard(someone, 2))[1]
    assert (click["kind"], click["id"]) == ("click", exposure["id"])
    await page.wait_for_url("**/cafe?utm_source=sobmedida")


async def test_who_uses_the_keyboard_sees_where_they_are(someone: Reader) -> None:
    page = await someone.open()
    await page.locator(BANNER).wait_for()
    await page.keyboard.press("Tab")
    outline = "getComputedStyle(document.querySelector('sobmedida-banner').shadowRoot.activeElement).outlineStyle"
    assert await page.evaluate(outline) == "solid"


async def test_a_banner_below_the_fold_is_no_exposure_until_it_is_seen(someone: Reader) -> None:
    someone.site.body = '<div class="below"></div>' + someone.site.body
    page = await someone.open()
    await page.locator(BANNER).wait_for(state="attached")
    await page.wait_for_timeout(1_500)
    assert someone.site.heard == []
    await page.locator(BANNER).scroll_into_view_if_needed()
    assert (await heard(someone, 1))[0]["kind"] == "exposure"
    await quiet(page)


@pytest.mark.parametrize(
    "answer",
    [500, 403, {"show": False}, {}, SHOWN | {"headline": "Palavra " * 200}],
    ids=["500", "403", "nothing", "odd", "too long"],
)
async def test_its_own_content_stays_where_nothing_fits(someone: Reader, answer: Any) -> None:
    someone.site.answer = answer
    page = await someone.open()
    await page.locator(".own").wait_for()
    assert await page.locator(BANNER).count() == 0
    assert someone.site.heard == []
    await quiet(page)


async def test_its_own_content_comes_back_where_the_service_hangs(someone: Reader) -> None:
    someone.site.answer, someone.site.body = None, ELEMENT.format(attributes='consent="granted" timeout="300"')
    page = await someone.open()
    await page.locator(".own").wait_for()
    assert await page.locator(BANNER).count() == 0
    await quiet(page)


async def test_without_consent_nothing_is_asked_and_nothing_told(someone: Reader) -> None:
    for head, attributes in (("", 'consent="denied"'), ('<script src="/refuses.js"></script>', ""), ("", "")):
        someone.site.head, someone.site.body = head, ELEMENT.format(attributes=attributes)
        page = await someone.open()
        await page.locator(".own").wait_for()
        assert (someone.site.asked, someone.site.heard) == ([], [])
        await page.close()


async def test_consent_given_later_changes_nothing_that_was_seen_and_all_that_was_not(someone: Reader) -> None:
    someone.site.body = ELEMENT.format(attributes="") + '<div class="below"></div>' + ELEMENT.format(attributes="")
    page = await someone.open()
    await page.locator(".own").first.wait_for()
    await page.evaluate(INTERSECTS)
    given = "document.dispatchEvent(new CustomEvent('sobmedida:consent', { detail: { granted: true } }))"
    await page.evaluate(given)
    await page.locator(BANNER).wait_for(state="attached")
    elements = page.locator("sobmedida-banner")
    assert await elements.evaluate_all("all => all.map((el) => el.shadowRoot.childElementCount)") == [1, 2]
    assert await page.locator(".own").first.is_visible()
    await quiet(page)


async def test_a_lead_is_named_by_the_sites_token_and_the_segment_is_asked_for_once(someone: Reader) -> None:
    someone.site.body = ELEMENT.format(attributes='consent="granted" token-url="/token"')
    page = await someone.open()
    await page.locator(BANNER).wait_for()
    await page.reload()
    await page.locator(BANNER).wait_for()
    assert someone.site.paths.count("/v1/visitors/segment") == 1
    last = someone.site.asked[-1]
    assert (last[0], last[1], last[2]["segment"]) == ("GET", "/v1/placements/home", "opaque")
    assert "c-1" not in str(last)


async def test_a_personal_banner_is_asked_for_in_a_body_and_its_decision_is_told(someone: Reader) -> None:
    someone.site.body = ELEMENT.format(attributes='consent="granted" token-url="/token" personal')
    someone.site.answer = SHOWN | {"decision_id": "d-1"}
    page = await someone.open()
    await page.locator(BANNER).wait_for()
    assert someone.site.paths == ["/token", "/v1/placements:batch"]
    assert (await heard(someone, 1))[0]["decision"] == "d-1"


async def test_who_sends_gpc_is_known_by_nothing(someone: Reader) -> None:
    someone.site.body = ELEMENT.format(attributes='consent="granted" token-url="/token" personal')
    page = await someone.open(gpc=True)
    await page.locator(BANNER).wait_for()
    assert someone.site.paths == ["/v1/placements/home"]
    assert await page.evaluate("sessionStorage.length") == 0


async def test_copy_is_text_and_addresses_are_addresses(someone: Reader) -> None:
    someone.site.answer = SHOWN | {"headline": "<img src=x onerror=alert(1)>", "cta_url": "javascript:alert(1)"}
    page = await someone.open()
    await page.locator(BANNER).wait_for()
    assert await page.locator(f"{BANNER} img").count() == 0
    assert await page.locator(f"{BANNER} a").count() == 0
    assert await page.locator(f"{BANNER} .headline").inner_text() == "<img src=x onerror=alert(1)>"
    await quiet(page)


async def test_a_picture_that_does_not_come_moves_nothing(someone: Reader) -> None:
    someone.site.answer = SHOWN | {"image_url": "/gone.png", "alt": "Coador de cerâmica"}
    page = await someone.open()
    await page.locator(f"{BANNER} .away").wait_for(state="attached")
    assert await page.locator(f"{BANNER} .headline").is_visible()
    await quiet(page)


async def test_the_example_page_works_under_the_policy_in_it(someone: Reader) -> None:
    page = await someone.open("/example", consent=True)
    await page.locator(BANNER).nth(2).wait_for()
    assert await page.locator(BANNER).all_inner_texts() == [await page.locator(BANNER).first.inner_text()] * 3
    asked = [(path, told.get("segment")) for _, path, told in someone.site.asked if path.startswith("/v1/placements")]
    wanted = [
        ("/v1/placements/account", "opaque"),
        ("/v1/placements/home-hero", None),
        ("/v1/placements/home-side", "opaque"),
    ]
    assert sorted(asked) == wanted
    assert {"categoria_favorita": "cafe"} in [told.get("context") for _, _, told in someone.site.asked]
    await quiet(page)


async def test_a_popup_can_be_closed_and_stays_closed(someone: Reader) -> None:
    someone.site.answer = SHOWN | {"channel": "popup"}
    page = await someone.open()
    await page.get_by_role("dialog", name="Um café melhor em casa").wait_for()
    assert await own(page)
    await page.get_by_role("button", name="Fechar").focus()
    await page.keyboard.press("Escape")
    assert await page.get_by_role("dialog").count() == 0
    await page.reload()
    await page.wait_for_function("!!customElements.get('sobmedida-banner')")
    await page.wait_for_load_state("networkidle")
    assert await page.get_by_role("dialog").count() == 0
    await quiet(page)
