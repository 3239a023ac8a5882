"""The pages behind signed links, as a browser, a mail service and a scanner meet them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.db.engine import Database
from service.privacy.rendering import LANGUAGES, WORDINGS
from tests.service.privacy.people import Watch
from tests.support import NOW, Running, fill, running, says

PROFILING = "personalize.content.profiling"
EMAIL, SMS = "marketing.communications.email", "marketing.communications.sms"


class Read(HTMLParser):
    """What of a page matters: its language, its controls, their labels, and whether anything runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def on(self) -> set[str | None]:
        return {box["value"] for box in self.all("input") if "checked" in box}


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def pages(database: Database, tmp_path: Path, watch: Watch) -> AsyncIterator[Running]:
    async with running(database, tmp_path, clock=watch) as started:
        await fill(started)
        yield started


def browser(service: Running) -> httpx.AsyncClient:
    """Somebody without a key."""
    transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def link(service: Running, workspace: str = "casa", lead: str = "c-1", **params: str) -> dict[str, Any]:
    async with service.client(workspace) as http:
        answer = await http.post(f"/v1/leads/{lead}/preference-link", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def ledger(service: Running) -> list[dict[str, Any]]:
    async with service.client() as http:
        return (await http.get("/v1/leads/c-1/consents")).json()["items"]  # type: ignore[no-any-return]


async def test_a_lead_sees_its_choices_and_nothing_of_itself(pages: Running) -> None:
    url = (await link(pages))["url"]
    async with browser(pages) as http:
        answer = await http.get(url)
    page = Read(answer.text)
    assert answer.status_code == 200 and page.on == {EMAIL, PROFILING}
    assert "Loja casa" in answer.text and "Helena" not in answer.text and "correio" not in answer.text
    assert not says(answer.text, "c-1") and not says(url, "c-1")
    assert len(await ledger(pages)) == 2


async def test_choices_are_appended_and_shown(pages: Running) -> None:
    url = (await link(pages))["url"]
    async with browser(pages) as http:
        saved = await http.post(url, data={"do": "save", "allow": [SMS, PROFILING]})
        again = await http.post(url, data={"do": "save", "allow": [SMS, PROFILING]})
    assert Read(saved.text).on == Read(again.text).on == {SMS, PROFILING}
    assert WORDINGS["pt-BR"]["saved"] in saved.text
    rows = await ledger(pages)
    chosen = [(row["purpose"], row["channel"], row["status"], row["source"]) for row in rows[:2]]
    assert sorted(chosen) == [
        (EMAIL, "email", "revoked", "preference_page"), (SMS, "sms", "granted", "preference_page"),
    ]  # fmt: skip
    assert len(rows) == 4 and "page-" in rows[0]["proof"] and "2026-11-22T12:00" in rows[0]["proof"]


async def test_one_button_stops_everything_for_later_imports_too(pages: Running) -> None:
    url = (await link(pages))["url"]
    async with browser(pages) as http:
        assert Read((await http.post(url, data={"do": "stop"})).text).on == set()
        count = len(await ledger(pages))
        await http.post(url, data={"do": "stop"})
    assert len(await ledger(pages)) == count
    async with pages.client() as http:
        await http.post(
            "/v1/leads:import", params={"legal_basis": "consent", "channels": "sms,email", "profiling": True},
            content="id,nome\nc-1,Helena\n", headers={"Content-Type": "text/csv"},
        )  # fmt: skip
        ruling = (await http.get("/v1/leads/c-1/consents")).json()["ruling"]
    assert {row["status"] for row in ruling} == {"revoked"}


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_pages_are_accessible_in_each_language_without_script(pages: Running, locale: str) -> None:
    made = await link(pages, channel="whatsapp")
    async with browser(pages) as http:
        answers = [await http.get(url, params={"lang": locale}) for url in (made["url"], made["unsubscribe_url"])]
        answers += [await http.get("/p/nobody", params={"lang": locale})]
        style = await http.get("/p/style.css")
    for answer in answers:
        page = Read(answer.text)
        assert page.all("html") == [{"lang": locale}] and len(page.all("h1")) == 1
        assert not page.all("script") and not page.all("style")
        assert not any(name.startswith("on") or name == "style" for _, given in page.tags for name in given)
        named = {label["for"] for label in page.all("label")}
        assert {box["id"] for box in page.all("input") if box.get("type") != "hidden"} == named
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"] and "set-cookie" not in answer.headers
    assert style.headers["content-type"].startswith("text/css") and ":focus-visible" in style.text


async def test_a_page_speaks_the_leads_language(pages: Running) -> None:
    async with pages.client() as http:
        await http.put("/v1/leads/es-1", json={"traits": {}, "locale": "es"})
    async with browser(pages) as http:
        answer = await http.get((await link(pages, lead="es-1"))["url"])
    assert 'lang="es"' in answer.text and WORDINGS["es"]["title"] in answer.text


async def test_a_get_never_unsubscribes(pages: Running) -> None:
    made = await link(pages)
    async with browser(pages) as http:
        for _ in range(2):
            assert "One-Click" in (await http.get(made["unsubscribe_url"])).text
        assert (await http.post(made["unsubscribe_url"], content=b"")).status_code == 200  # asks again
    assert len(await ledger(pages)) == 2


@pytest.mark.parametrize("parts", [True, False])
async def test_one_click_unsubscribes_at_once_from_that_channel_only(pages: Running, parts: bool) -> None:
    made = await link(pages)
    assert made["headers"] == {
        "List-Unsubscribe": f"<{made['unsubscribe_url']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }  # fmt: skip
    name, value = "List-Unsubscribe", "One-Click"
    async with browser(pages) as http:
        for _ in range(2):
            sent = {"files": {name: (None, value)}} if parts else {"data": {name: value}}
            answer = await http.post(made["unsubscribe_url"], **sent)
            assert answer.status_code == 200 and "set-cookie" not in answer.headers
    rows = await ledger(pages)
    assert [(row["purpose"], row["channel"], row["status"]) for row in rows[:1]] == [(EMAIL, "email", "revoked")]
    assert len(rows) == 3 and rows[0]["source"] == "one_click_unsubscribe"
    async with pages.client() as http:
        ruling = (await http.get("/v1/leads/c-1/consents")).json()["ruling"]
    assert {row["purpose"]: row["status"] for row in ruling} == {EMAIL: "revoked", PROFILING: "granted"}


async def test_a_revocation_reaches_rows_of_every_channel(pages: Running) -> None:
    """A row may say `*`, and any row that allows would let the message go."""
    async with pages.client() as http:
        row = {"purpose": EMAIL, "channel": "*", "basis": "consent", "source": "crm"}
        await http.post("/v1/leads/c-1/consents", json=row)
    url = (await link(pages))["url"]
    async with browser(pages) as http:
        await http.post((await link(pages))["unsubscribe_url"], data={"List-Unsubscribe": "One-Click"})
        assert EMAIL not in Read((await http.get(url)).text).on


async def test_the_browsers_signal_turns_profiling_off(pages: Running) -> None:
    url, signal = (await link(pages))["url"], {"Sec-GPC": "1"}
    async with browser(pages) as http:
        seen = await http.get(url, headers=signal)
        assert Read(seen.text).on == {EMAIL} and WORDINGS["pt-BR"]["gpc"] in seen.text
        assert len(await ledger(pages)) == 2  # looking changes nothing
        saved = await http.post(url, data={"do": "save", "allow": [EMAIL, PROFILING]}, headers=signal)
        assert Read(saved.text).on == {EMAIL}
        await http.post(url, data={"do": "save", "allow": [EMAIL, PROFILING]}, headers=signal)
    rows = await ledger(pages)
    assert len(rows) == 3
    assert (rows[0]["purpose"], rows[0]["status"], rows[0]["source"]) == (PROFILING, "denied", "gpc")


async def test_links_that_are_not_good_are_told_in_three_languages(pages: Running, watch: Watch) -> None:
    made = await link(pages)
    token = made["url"].rpartition("/")[2]
    await pages.workspace("vizinha")
    async with pages.client() as http:
        await http.put("/v1/leads/gone", json={"traits": {}})
        gone = await link(pages, lead="gone")
        await http.delete("/v1/leads/gone")
    bad = [
        f"/p/{token[:-1]}",
        f"/p/{token}x",
        f"/u/{token}",
        "/p/%F0%9F%98%80",
        "/u/x.y",
        f"/p/{'a' * 5_000}",
        gone["url"],
    ]
    async with browser(pages) as http:
        for path in bad:
            for method in ("GET", "POST"):
                answer = await http.request(method, path)
                assert answer.status_code == 404, path
                assert all(words["gone"] in answer.text for words in WORDINGS.values())
        assert (await http.get(made["url"])).status_code == 200
        watch.now = NOW + timedelta(days=401)
        assert (await http.get(made["url"])).status_code == 404
        assert (await http.post(made["unsubscribe_url"], data={"List-Unsubscribe": "One-Click"})).status_code == 404


async def test_a_link_of_another_service_is_not_ours(pages: Running, sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path / "other", keys={}) as other, browser(other) as http:
        token = (await link(pages))["url"].rpartition("/")[2]
        assert (await http.get(f"/p/{token}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=%ZZ&&&=&allow", "application/x-www-form-urlencoded"),
        (b"&".join([b"allow=x"] * 1_000), "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b'{"List-Unsubscribe": "One-Click"}', "application/json"),
    ],
)
async def test_odd_forms_are_no_clicks(pages: Running, body: bytes, kind: str) -> None:
    url = (await link(pages))["unsubscribe_url"]
    async with browser(pages) as http:
        assert (await http.post(url, content=body, headers={"Content-Type": kind})).status_code == 200
        assert (await http.post(url, content=b"a" * 20_000)).status_code == 413
    assert len(await ledger(pages)) == 2


async def test_labels_of_a_workspace_are_shown_as_text(pages: Running) -> None:
    async with pages.client() as http:
        purpose = {"bases": ["consent"], "label": "<script>alert(1)</script>", "notice_version": "v7"}
        await http.patch("/v1/workspace", json={"name": "A & {0} <b>", "policy": {"purposes": {EMAIL: purpose}}})
    url = (await link(pages))["url"]
    async with browser(pages) as http:
        answer = await http.get(url)
        await http.post(url, data={"do": "save"})
    assert "&lt;script&gt;" in answer.text and "A &amp; {0} &lt;b&gt;" in answer.text
    assert (await ledger(pages))[0]["notice_version"] == "v7"
