"""Review links: read-only, for seven days, revocable, and with no lead's data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from service.db.engine import Database
from service.review.link_store import LinkStore, link_with, looked_at
from tests.service.delivery.test_rendering import written
from tests.support import NOW, Running, fill, running

HTML = {"Accept": "text/html", "Accept-Language": "en"}


async def link(http: httpx.AsyncClient, *variants: str) -> dict[str, str]:
    """A new link."""
    answer = await http.post("/v1/review-links", json={"name": "Jurídico", "variants": list(variants)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def anybody(service: Running) -> httpx.AsyncClient:
    """Somebody who is signed in nowhere."""
    http = service.client()
    del http.headers["Authorization"]
    http.headers.update(HTML)
    return http


def path_of(url: str) -> str:
    return httpx.URL(url).path


async def test_whoever_has_the_link_reads_copy_claims_and_preview_and_opening_is_counted(shop: Running) -> None:
    async with shop.client() as http, anybody(shop) as guest:
        id_ = (await written(http))["id"]
        made = await link(http, id_)
        page = await guest.get(path_of(made["url"]))
        frame = await guest.get(f"{path_of(made['url'])}/preview/{id_}?view=text")
        told = (await http.get("/v1/review-links")).json()["items"]
    assert page.status_code == 200
    assert "cliente, café coado em casa" in page.text
    assert "A água a 92 °C extrai bem o sabor" in page.text
    assert "noindex" in page.headers["x-robots-tag"]
    assert "Olá, cliente." in frame.text
    assert "Helena" not in page.text + frame.text
    assert [(one["opened"], one["state"]) for one in told] == [(1, "open")]
    assert "url" not in told[0]


async def test_a_revoked_link_and_a_made_up_one_open_nothing(shop: Running) -> None:
    async with shop.client() as http, anybody(shop) as guest:
        id_ = (await written(http))["id"]
        made = await link(http, id_)
        assert (await http.delete(f"/v1/review-links/{made['id']}")).json()["state"] == "revoked"
        at = path_of(made["url"])
        assert (await guest.get(at)).status_code == 410
        assert (await guest.get(f"{at}/preview/{id_}")).status_code == 410
        assert "This link is over" in (await guest.get(at)).text
        assert (await guest.get(f"/studio/shared/{'x' * 43}")).status_code == 404
        assert (await guest.get("/studio/shared/%00%ff")).status_code == 404
        assert (await http.get("/v1/review-links")).json()["items"][0]["opened"] == 0


async def test_after_seven_days_it_is_over(sqlite_database: Database, tmp_path: Path) -> None:
    now = [NOW]

    def clock() -> datetime:
        return now[0]

    async with running(sqlite_database, tmp_path, clock=clock) as service:
        await fill(service)
        async with service.client() as http, anybody(service) as guest:
            made = await link(http, (await written(http))["id"])
            now[0] = NOW + timedelta(days=7, seconds=-1)
            assert (await guest.get(path_of(made["url"]))).status_code == 200
            now[0] = NOW + timedelta(days=7)
            assert (await guest.get(path_of(made["url"]))).status_code == 410
            assert (await http.get(f"/v1/review-links/{made['id']}")).json()["state"] == "expired"


async def test_it_shows_what_it_names_and_nothing_else(shop: Running) -> None:
    async with shop.client() as http, anybody(shop) as guest:
        made = await link(http, (await written(http))["id"])
        other = (await written(http, "sms", text="Café coado em casa, com calma."))["id"]
        at = path_of(made["url"])
        assert "com calma" not in (await guest.get(at)).text
        assert (await guest.get(f"{at}/preview/{other}")).status_code == 404
        assert (await guest.get("/v1/review-links")).status_code == 401


async def test_copy_for_one_lead_is_not_shown_and_neither_is_what_is_not_there(shop: Running) -> None:
    body = {"lead": "c-1", "brief": {"objective": "Café em casa"}, "channel": "email", "variants": 1}
    async with shop.client() as http:
        mine = (await http.post("/v1/generate", json=body)).json()["variants"][0]["id"]
        for variant, status, code in ((mine, 422, "review_link.lead"), (str(uuid4()), 404, "variant.unknown")):
            answer = await http.post("/v1/review-links", json={"name": "x", "variants": [variant]})
            assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert (await http.delete(f"/v1/review-links/{uuid4()}")).json()["code"] == "review_link.unknown"


@pytest.mark.parametrize("variants", [[], ["x"], [str(uuid4())] * 51])
async def test_what_is_no_list_of_variants_makes_no_link(shop: Running, variants: list[str]) -> None:
    async with shop.client() as http:
        assert (await http.post("/v1/review-links", json={"name": "x", "variants": variants})).status_code == 422


async def test_another_workspace_sees_no_link_of_ours(shop: Running) -> None:
    await shop.workspace("outra")
    async with shop.client() as http, shop.client("outra") as theirs:
        made = await link(http, (await written(http))["id"])
        assert (await theirs.get("/v1/review-links")).json()["items"] == []
        assert (await theirs.delete(f"/v1/review-links/{made['id']}")).status_code == 404
        assert (await http.get(f"/v1/review-links/{made['id']}")).json()["state"] == "open"


async def test_either_database_keeps_a_link_and_counts(database: Database, workspace: UUID, now: datetime) -> None:
    variant = uuid4()
    async with database.write() as connection:
        store = LinkStore(connection, workspace)
        secret, made = await store.create("Jurídico", [variant], "ana", now)
        await looked_at(connection, made, now)
        await looked_at(connection, made, now)
        await store.revoke(made.id, now)
    async with database.read() as connection:
        kept = await link_with(connection, secret)
    assert (kept.variants, kept.opened, kept.state(now)) == ([variant], 2, "revoked")
