"""Audiences in the studio: the list, building a condition and seeing who is in it, and groups that were found."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from service.audiences.conditions import checked, matches
from service.db.engine import Database
from service.jobs.store import JobStore
from service.learning.cluster_models import CLUSTERS, Cluster, Groups, Proposal, Quality, Trait
from service.learning.cluster_store import ClusterStore
from service.profile.view import Kind
from tests.service.campaigns.shop import campaign
from tests.service.delivery.pages import needs_chromium
from tests.service.studio.knowing import audience, home, people, visitor
from tests.service.studio.support import studio
from tests.support import NOW, Running, running

KINDS: dict[str, Kind] = {"orders": "number", "visits": "number", "city": "text", "vip": "boolean", "tags": "list"}
LEADS: list[dict[str, Any]] = [
    {},
    {"orders": 0, "city": "Recife", "vip": False, "tags": []},
    {"orders": 3, "visits": 1, "city": "São Paulo (SP)", "vip": True, "tags": ["cafe"]},
    {"orders": 7.5, "visits": 20, "city": "recife", "tags": ["cafe", "chá"]},
    {"visits": 5, "vip": True},
]
SHOWN: list[dict[str, Any]] = [
    {},
    {"city": "Recife", "orders": {"$gte": 1}},
    {"orders": {"$gte": 1, "$lte": 7, "$exists": True}},
    {"orders": {"$gt": 0, "$lt": 5, "$ne": 3}},
    {"$or": [{"city": "Recife"}, {"$and": [{"orders": 3}, {"vip": True}]}]},
    {"$and": [{"city": "Recife"}, {"city": {"$ne": "Natal"}}]},
    {"visits": {"$exists": False}, "$or": [{"orders": {"$gt": 1}}, {"tags": {"$in": ["cafe", "x"]}}]},
    {"$nor": [{"vip": True}, {"tags": {"$all": ["cafe", "chá"]}}]},
    {"$not": {"city": {"$in": ["Recife", "Natal"]}}},
    {"city": {"$regexi": "paulo \\(sp\\)"}, "tags": {"$nin": ["chá"]}},
    {"$and": [{"$or": [{"orders": 3}, {"visits": 5}]}, {"$or": [{"vip": True}, {"city": "x"}]}]},
]
TOO_RICH: list[Any] = [
    {"city": {"$regex": "^R.*e$"}},
    {"city": None},
    {"tags": {"$size": 2}},
    {"orders": {"$not": {"$gt": 3}}},
    {"gone": 1},
    {"city": {"$in": []}},
    {"$or": [{}]},
    {
        "$or": [
            {"$or": [{"$or": [{"$or": [{"orders": 1}, {"visits": 2}]}, {"vip": True}]}, {"orders": 2}]},
            {"visits": 1},
        ]
    },
    {"city": "two\nlines"},
]
ROUND = """async ([conditions, kinds]) => {
  const { read, write } = await import("/studio/static/audience_condition.js");
  return conditions.map((one) => { const shown = read(one, new Map(kinds)); return shown && write(shown); });
}"""


@needs_chromium
async def test_a_condition_is_built_seen_saved_and_read_back(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await people(service)
        await audience(service, "club", {"clube": {"$exists": True}})
        async with studio(service, "writer") as browser:
            page = await browser.open("/studio/audiences:new")
            leads = page.locator("[data-count]")
            await expect(leads).to_have_text("4")
            await page.get_by_role("button", name="Adicionar condição").click()
            await page.locator("[data-attribute]").select_option("clube")
            await expect(leads).to_have_text("2")
            await expect(page.locator("[data-words]")).to_have_text("clube: raiz")
            await expect(page.locator("[data-sample]")).to_contain_text("ana clube: raiz")
            await expect(page.locator("[data-overlap]")).to_contain_text("Club 2 destes leads")
            await expect(page.locator("[data-small]")).to_be_visible()
            await page.locator(".values select").select_option("broto")
            await expect(leads).to_have_text("1")
            await page.get_by_role("button", name="Adicionar grupo").click()
            inner = page.locator(".group .group")
            await inner.locator("[data-attribute]").select_option("visits")
            await inner.locator("[data-operator]").select_option("gte")
            await expect(page.locator("[data-incomplete]")).to_be_visible()
            await inner.locator("input").fill("2")
            await expect(leads).to_have_text("0")
            await inner.locator("[data-join]").select_option("none")
            await expect(leads).to_have_text("1")
            await page.reload()  # what was not saved is there again
            await expect(page.locator("#restored")).to_be_visible()
            await page.get_by_label("Nome").fill("Clube Broto é nosso")
            await expect(page.get_by_label("No endereço")).to_have_value("clube-broto-e-nosso")
            await page.get_by_label("Público acima").select_option("club")
            await page.get_by_role("button", name="Criar este público").click()
            await page.wait_for_url("**/studio/audiences/clube-broto-e-nosso")
            await expect(page.locator("#saved")).to_have_text("Salvo")
            await page.reload()
            await expect(page.locator("#restored")).to_be_hidden()
            await expect(page.locator(".group .group .values input")).to_have_value("2")
            await expect(page.locator("[data-within]")).to_have_text("1 deles estão no público acima.")
            await browser.faultless()
        async with service.client() as http:
            made = (await http.get("/v1/audiences/clube-broto-e-nosso")).json()
    assert made["condition"] == {"clube": "broto", "$nor": [{"visits": {"$gte": 2}}]}
    assert (made["name"], made["parent"]) == ("Clube Broto é nosso", "club")


@needs_chromium
async def test_what_the_builder_cannot_show_is_json_and_stays_as_it_is(
    sqlite_database: Database, tmp_path: Path
) -> None:
    rich = {"clube": {"$regex": "^r"}}
    times = count()
    async with running(sqlite_database, tmp_path, clock=lambda: NOW + timedelta(seconds=next(times))) as service:
        await people(service)
        await audience(service, "rich", rich)
        async with studio(service) as browser:
            page = await browser.open("/studio/audiences/rich")
            await expect(page.locator("#too-rich")).to_be_visible()
            await expect(page.locator("[data-count]")).to_have_text("2")
            await page.get_by_label("Nome").fill("Rica")
            await page.get_by_role("button", name="Salvar").click()
            await expect(page.locator("#saved")).to_have_text("Salvo")
            raw = page.get_by_label("Condição em JSON")
            assert json.loads(await raw.input_value()) == rich
            await raw.fill('{"clubes": "raiz"}')
            await expect(page.locator("#faults")).to_contain_text("clubes")
            await raw.fill('{"clube": ')
            await expect(raw).to_have_attribute("aria-invalid", "true")
            await raw.fill('{"clube": "raiz"}')
            await page.get_by_role("button", name="Como JSON").click()
            await expect(page.locator(".values select")).to_have_value("raiz")
            # somebody else was faster: both are shown, and saving again is a choice
            async with service.client() as http:
                body = {"name": "Outra", "condition": {"clube": "broto"}}
                (await http.put("/v1/audiences/rich", json=body)).raise_for_status()
            await page.get_by_role("button", name="Salvar").click()
            await expect(page.locator("#faults")).to_contain_text('"clube": "broto"')
            await expect(page.locator(".values select")).to_have_value("raiz")
            await page.get_by_role("button", name="Salvar").click()
            await expect(page.locator("#saved")).to_have_text("Salvo")
            # reading and writing keep what a condition means, or leave it alone
            shown = await page.evaluate(ROUND, [SHOWN, list(KINDS.items())])
            rich_ones = await page.evaluate(ROUND, [TOO_RICH, list(KINDS.items())])
        async with service.client() as http:
            assert (await http.get("/v1/audiences/rich")).json()["condition"] == {"clube": "raiz"}
    for before, after in zip(SHOWN, shown, strict=True):
        checked(after, KINDS)
        assert [matches(before, lead) for lead in LEADS] == [matches(after, lead) for lead in LEADS], before
    assert rich_ones == [None] * len(TOO_RICH)


async def test_the_list_is_a_tree_with_members_and_campaigns(service: Running) -> None:
    http = await visitor(service, "writer")
    async with service.client() as api:
        empty = (await http.get("/studio/audiences")).text
        await people(service)
        await audience(service, "wide", {"clube": {"$exists": True}})
        await audience(service, "narrow", {"clube": "raiz"}, parent="wide")
        await audience(service, "deep", {"clube": "raiz"}, parent="narrow", origin="cluster")
        await campaign(api)
    page = (await http.get("/studio/audiences")).text
    assert "data-adopt-all" in empty and "data-adopt-all" not in page and 'data-adopt="loyal"' in page
    assert page.index("/audiences/wide") < page.index("/audiences/narrow") < page.index("/audiences/deep")
    assert 'class="depth-2"' in page and '<td class="number" data-members="wide">3</td>' in page
    assert '<a href="/studio/campaigns/semana">Semana do café</a>' in page
    one = (await http.get("/studio/audiences/narrow")).text
    assert '<a href="/studio/leads/ana">ana</a>' in one and "clube: raiz" in one and ">rui<" not in one
    assert 'disabled aria-describedby="parent-of"' in one  # the parent of another
    assert 'value="deep"' not in one.split('id="parent"')[1].split("</select>")[0]  # it would make a loop


async def test_addresses_of_pages_and_of_audiences_do_not_clash(service: Running) -> None:
    http = await visitor(service)
    assert (await http.get("/studio/audiences/new")).headers["location"] == "/studio/audiences:new"
    assert (await http.get("/studio/audiences/clusters")).headers["location"] == "/studio/audiences:clusters"
    await audience(service, "new", {})
    assert "New" in (await http.get("/studio/audiences/new")).text


@pytest.mark.parametrize("path", ["audiences/nothing", "audiences/%00", "leads/nobody", "content/nothing"])
async def test_what_is_not_there_is_a_page_that_says_so(service: Running, path: str) -> None:
    await service.workspace("vizinha")
    await people(service)
    await audience(service, "club", {})
    http = await visitor(service)
    answer = await http.get(f"/studio/{path}")
    assert answer.status_code in (404, 422) and "<!doctype html>" in answer.text
    theirs = await visitor(service, workspace="vizinha")
    for mine in ("audiences/club", "audiences:members?slug=club&cursor=x", "leads/ana", "leads:events?lead=ana"):
        assert (await theirs.get(f"/studio/{mine}")).status_code == 404
    assert "ana@" not in (await theirs.get("/studio/leads")).text
    assert "/audiences/club" not in (await theirs.get("/studio/audiences")).text


async def test_members_are_told_page_by_page(service: Running) -> None:
    async with service.client() as api:
        for number in range(23):
            (await api.put(f"/v1/leads/l-{number:02}", json={"traits": {}})).raise_for_status()
    await audience(service, "everyone", {})
    http = await visitor(service)
    first = (await http.get("/studio/audiences/everyone")).text
    more = first.split('data-part="')[1].split('"')[0].replace("&amp;", "&")
    rest = (await http.get(more)).text
    seen = [name for name in (f"l-{number:02}" for number in range(23)) if f">{name}<" in first or f">{name}<" in rest]
    assert len(seen) == 23 and rest.count("<tr>") == 3 and "data-part" not in rest


async def test_groups_are_told_and_adopted_and_looking_goes_on_over_a_reload(service: Running) -> None:
    await people(service)
    workspace, found = await home(service), uuid4()
    coffee = Cluster(
        number=1, name="Com <b>clube</b>", size=2, share=0.5,
        sets_apart=[Trait(attribute="clube", value="raiz", inside=1, outside=0.25, lift=4, text="clube: raiz")],
        proposal=Proposal(condition={"clube": "raiz"}, precision=1, recall=1, f1=1),
    )  # fmt: skip
    rest = coffee.model_copy(
        update={"number": 2, "name": "Os demais", "proposal": Proposal(condition={}, precision=0, recall=0, f1=0)}
    )
    groups = Groups(
        clusters=[coffee, rest], quality=Quality(silhouette=0.4, by_chance=0.1, stability=0.9), leads=4,
        without_consent=1, with_vectors=0, seed=0,
    )  # fmt: skip
    http = await visitor(service, "writer")
    empty = (await http.get("/studio/audiences:clusters")).text
    async with service.services.database.write() as connection:
        await ClusterStore(connection, workspace.id).add(found, groups, {}, NOW)
        jobs = JobStore(connection, workspace.id)
        job = await jobs.add(CLUSTERS, {}, NOW)
        await jobs.note(job.id, "running", progress=0.25)
    page = (await http.get("/studio/audiences:clusters")).text
    assert "Nenhum grupo ainda" in empty and "data-job=" not in empty
    assert f'data-job="{job.id}"' in page and 'value="0.25"' in page
    assert "Com &lt;b&gt;clube&lt;/b&gt;" in page and "<b>clube" not in page
    assert "100% aqui, 25% fora" in page and page.count("data-adopt=") == 1
    async with service.services.database.write() as connection:
        problem = {"code": "clusters.too_few", "detail": "Fewer than 50"}
        await JobStore(connection, workspace.id).note(job.id, "failed", problem=problem, finished_at=NOW)
    failed = (await http.get("/studio/audiences:clusters")).text
    assert "São poucos os leads" in failed and "data-job=" not in failed
    async with service.client() as api:
        made = await api.post(f"/v1/clusters/{found}/1:adopt", json={"name": "Clube"})
    assert made.status_code == 201
    assert ">de um grupo<" in (await http.get("/studio/audiences")).text
