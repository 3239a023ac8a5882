"""Audiences over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from service.audiences.preview import preview
from service.db.engine import Database
from service.workspaces.store import WorkspaceStore
from tests.support import CONSENTS, CONTRACT, NOW, OF_DATES, PATIENCE, Running, running

STAGE = {"lifecycle_stage": {"use": "select", "domain": {"kind": "enumeration", "values": ["lead", "customer"]}}}
LOYAL = {"name": "Fiéis", "condition": {"orders": {"$gte": 3}}}
TOO_MANY = [str(number) for number in range(10_000)]
PROBLEM = tuple[int, str]


@pytest.fixture
async def people(database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """Ana of the club `raiz`, whose birthday is near, Bia of `broto`, and Rui, who allows nothing."""
    async with running(database, tmp_path) as service, service.client() as http:
        (await http.put("/v1/contract", json={"attributes": CONTRACT | OF_DATES | STAGE})).raise_for_status()
        for name, traits, consents in (
            ("ana", {"clube": "raiz", "birthday": "1990-11-25", "notes": "x"}, CONSENTS),
            ("bia", {"clube": "broto", "birthday": "1990-04-25"}, CONSENTS),
            ("rui", {"clube": "raiz", "birthday": "1990-11-25"}, []),
        ):
            (await http.put(f"/v1/leads/{name}", json={"traits": traits, "consents": consents})).raise_for_status()
        yield service


async def make(service: Running, slug: str, condition: dict[str, Any], parent: str | None = None) -> dict[str, Any]:
    async with service.client() as http:
        body = {"slug": slug, "name": slug, "condition": condition, "parent": parent}
        answer = await http.post("/v1/audiences", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def refused(service: Running, method: str, path: str, body: Any = None) -> tuple[PROBLEM, dict[str, Any]]:
    async with service.client() as http:
        answer = await http.request(method, path, json=body)
    return (answer.status_code, answer.json()["code"]), answer.json()


async def test_an_audience_from_making_it_to_forgetting_it(people: Running) -> None:
    await make(people, "club", {"clube": {"$exists": True}})
    made = await make(people, "roots", {"clube": "raiz"}, "club")
    assert (made["ladder"], made["origin"], made["unusable"]) == (["roots", "club"], "custom", [])
    assert await people.services.audiences.wait(PATIENCE)
    async with people.client() as http:
        listed = (await http.get("/v1/audiences")).json()["items"]
        members = (await http.get("/v1/audiences/roots/members")).json()
        first = (await http.get("/v1/audiences/club/members", params={"limit": 1})).json()
        second = (await http.get("/v1/audiences/club/members", params={"cursor": first["next_cursor"]})).json()
        mine = (await http.get("/v1/leads/ana/audiences")).json()["items"]
        overlap = (await http.get("/v1/audiences:overlap", params={"slugs": "club, roots"})).json()
        changed = (await http.put("/v1/audiences/roots", json={"name": "R", "condition": {"clube": "broto"}})).json()
        assert (await http.delete("/v1/audiences/roots")).status_code == 204
    assert [(one["slug"], one["members"]) for one in listed] == [("club", 2), ("roots", 1)]
    assert members["items"][0]["external_id"] == "ana" and members["next_cursor"] is None
    assert [reason["text"] for reason in members["items"][0]["reasons"]] == ["clube: raiz"]
    assert {first["items"][0]["external_id"], second["items"][0]["external_id"]} == {"ana", "bia"}
    assert [one["slug"] for one in mine] == ["club", "roots"]
    assert overlap == {"slugs": ["club", "roots"], "leads": [[2, 1], [1, 1]], "jaccard": [[1.0, 0.5], [0.5, 1.0]]}
    assert (changed["name"], changed["parent"], changed["ladder"]) == ("R", None, ["roots"])
    assert (await refused(people, "GET", "/v1/audiences/roots"))[0] == (404, "audience.unknown")


async def test_who_was_slower_is_told_and_changes_nothing(people: Running) -> None:
    await make(people, "club", {"clube": {"$exists": True}})
    async with people.client() as http:
        read = (await http.get("/v1/audiences/club")).headers["etag"]
        stale = await http.put("/v1/audiences/club", json=LOYAL, headers={"If-Match": '"2020-01-01T00:00:00+00:00"'})
        kept = (await http.get("/v1/audiences/club")).json()
        fresh = await http.put("/v1/audiences/club", json=LOYAL, headers={"If-Match": read})
    assert (stale.status_code, stale.json()["code"], kept["name"]) == (412, "audience.version", "club")
    assert (fresh.status_code, fresh.json()["name"]) == (200, "Fiéis") and fresh.headers["etag"]


async def test_a_preview_counts_explains_and_keeps_nothing(people: Running) -> None:
    await make(people, "club", {"clube": {"$exists": True}})
    condition = {"$or": [{"days_to_birthday": {"$lte": 6}}, {"clube": "broto"}]}
    async with people.client() as http:
        found = (await http.post("/v1/audiences:preview", json={"condition": condition, "parent": "club"})).json()
        everyone = (await http.post("/v1/audiences:preview", json={"condition": {}})).json()
        listed = (await http.get("/v1/audiences")).json()["items"]
    reasons = {one["external_id"]: [reason["text"] for reason in one["reasons"]] for one in found.pop("sample")}
    assert found == {
        "members": 2, "leads": 3, "looked_at": 3, "partial": False, "without_consent": 1, "in_parent": 2,
        "attributes": ["clube", "days_to_birthday"], "purposes": ["personalize.content.profiling"], "note": None,
        "overlap": None, "words": "(dias até o aniversário: no máximo 6 ou clube: broto)",
    }  # fmt: skip
    assert reasons == {"ana": ["dias até o aniversário: 3 (no máximo 6)"], "bia": ["clube: broto"]}
    assert (everyone["members"], everyone["note"]) == (3, "todos os leads")
    assert [one["slug"] for one in listed] == ["club"]


async def test_a_preview_tells_with_which_audiences_it_overlaps(people: Running) -> None:
    await make(people, "club", {"clube": {"$exists": True}})
    await make(people, "buds", {"clube": "broto"})
    await make(people, "roots", {"clube": "raiz"})
    assert await people.services.audiences.wait(PATIENCE)
    body = {"condition": {"clube": "raiz"}, "overlap": True}
    async with people.client() as http:
        found = (await http.post("/v1/audiences:preview", json=body)).json()["overlap"]
        but = (await http.post("/v1/audiences:preview", json=body | {"audience": "roots"})).json()["overlap"]
        refused = await http.post("/v1/audiences:preview", json=body | {"seconds": 21})
    assert [(one["slug"], one["leads"], one["members"]) for one in found] == [("club", 1, 2), ("roots", 1, 1)]
    assert [one["slug"] for one in but] == ["club"]
    assert refused.status_code == 422


async def test_a_preview_that_runs_out_of_time_says_so(people: Running) -> None:
    workspace = await people.workspace("outra")
    async with people.client("outra") as http:
        for number in range(205):
            await http.put(f"/v1/leads/{number}", json={"traits": {}})
    found = await preview(people.services.database, workspace, {}, None, lambda: NOW, with_sample=False, most_seconds=0)
    assert (found.partial, found.looked_at, found.leads, found.sample) == (True, 200, 205, None)


async def test_who_may_not_read_leads_gets_counts_only(people: Running) -> None:
    async with people.services.database.read() as connection:
        workspace = await WorkspaceStore(connection).get("casa")
    key = await people.key(workspace, "generate")
    await make(people, "club", {"clube": {"$exists": True}})
    async with people.client(key=key) as http:
        found = (await http.post("/v1/audiences:preview", json={"condition": {"clube": "raiz"}})).json()
        assert (found["members"], found["sample"]) == (1, None)
        assert (await http.get("/v1/audiences/club/members")).status_code == 403
        assert (await http.get("/v1/leads/ana/audiences")).status_code == 403
        examples = {
            one["name"]: one["examples"] for one in (await http.get("/v1/audiences:attributes")).json()["items"]
        }
        assert (examples["clube"], examples["days_since_created"]) == (["raiz", "broto"], [])
    async with people.client(key=await people.key(workspace, "serve")) as http:
        assert (await http.get("/v1/audiences")).status_code == 200
        assert (await http.post("/v1/audiences", json=LOYAL | {"slug": "loyal"})).status_code == 403


async def test_attributes_are_told_with_kinds_labels_and_examples(people: Running) -> None:
    async with people.client() as http:
        found = {one["name"]: one for one in (await http.get("/v1/audiences:attributes")).json()["items"]}
    assert "notes" not in found and found["clube"]["kind"] == "text"
    assert found["first_name"]["examples"] == []
    birthday, created = found["days_to_birthday"], found["days_since_created"]
    assert (birthday["label"], birthday["kind"], birthday["examples"]) == (
        "dias até o aniversário",
        "number",
        [0, 7, 30],
    )
    assert (created["kind"], created["examples"]) == ("number", [0])
    assert [one["value"] for one in found["clube"]["choices"]] == ["raiz", "broto"] and created["choices"] == []
    assert {"value": "mql", "label": "lead qualificado por marketing"} in found["funnel_stage"]["choices"]
    assert (found["may_email"]["purpose"], birthday["purpose"]) == (None, "personalize.content.profiling")


async def test_ready_made_ones_are_adopted_once_with_their_parents(people: Running) -> None:
    async with people.client() as http:
        offered = [one["slug"] for one in (await http.get("/v1/audiences:ready")).json()["items"]]
        first = (await http.post("/v1/audiences:ready", json={"slugs": ["lapsed"], "categories": ["Café"]})).json()
        again = (await http.post("/v1/audiences:ready", json={"slugs": ["lapsed"], "categories": ["Café"]})).json()
        rest = (await http.post("/v1/audiences:ready", json={})).json()
    assert first["created"] == ["customers", "lapsed", "abandoned-cart", "abandoned-cart-cafe"]
    assert again["created"] == [] and [one["slug"] for one in again["items"]] == first["created"]
    assert {*first["created"], *rest["created"]} == {*offered, "abandoned-cart-cafe"}
    assert (await refused(people, "POST", "/v1/audiences:ready", {"slugs": ["nope"]}))[0] == (
        422,
        "audience.not_ready_made",
    )
    assert (await refused(people, "POST", "/v1/audiences:ready", {"categories": ["日本"]}))[0] == (422, "invalid")


async def test_what_the_contract_forbids_is_left_out_of_all_and_refused_by_name(people: Running) -> None:
    async with people.client() as http:
        forbidden = CONTRACT | STAGE | {"orders": {"use": "forbidden"}}
        (await http.put("/v1/contract", json={"attributes": forbidden})).raise_for_status()
        found = (await http.post("/v1/audiences:ready", json={})).json()
        loyal = (await http.get("/v1/audiences/loyal")).json()
    assert {one["slug"] for one in found["left_out"]} == {"birthday-week", "birthday-today", "renewal", "customers"}
    assert loyal["parent"] is None
    told, body = await refused(people, "POST", "/v1/audiences:ready", {"slugs": ["customers"]})
    assert told == (422, "condition.invalid") and "attribute contract" in body["detail"]
    told, body = await refused(people, "POST", "/v1/audiences", {"slug": "x", "name": "x", "condition": {"notes": "x"}})
    assert told == (422, "condition.invalid") and body["errors"][0]["pointer"] == "/condition/notes"


async def test_an_audience_whose_attribute_was_forbidden_later_says_so(people: Running) -> None:
    await make(people, "roots", {"clube": "raiz"})
    async with people.client() as http:
        await http.put("/v1/contract", json={"attributes": {"clube": {"use": "forbidden"}}})
        assert await people.services.audiences.wait(PATIENCE)
        shown = (await http.get("/v1/audiences/roots")).json()
    assert (shown["unusable"], shown["members"]) == (["clube"], 0)


async def test_nothing_is_its_own_ancestor(people: Running) -> None:
    await make(people, "a", {})
    await make(people, "b", {}, "a")
    await make(people, "c", {}, "b")
    told, body = await refused(people, "PUT", "/v1/audiences/a", {"name": "a", "condition": {}, "parent": "c"})
    assert told == (422, "audience.loop") and "a -> c -> b -> a" in body["detail"]
    assert (await refused(people, "PUT", "/v1/audiences/a", {"name": "a", "condition": {}, "parent": "a"}))[0] == (
        422,
        "audience.loop",
    )
    told, body = await refused(people, "PUT", "/v1/audiences/a", {"name": "a", "condition": {}, "parent": "z"})
    assert told == (422, "audience.parent") and body["errors"][0]["pointer"] == "/parent"
    told, body = await refused(people, "DELETE", "/v1/audiences/b")
    assert told == (409, "audience.has_children") and "c" in body["detail"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (LOYAL | {"slug": "taken"}, (409, "audience.exists")),
        (LOYAL | {"slug": "With Space"}, (422, "invalid")),
        (LOYAL | {"slug": "x", "name": " "}, (422, "invalid")),
        (LOYAL | {"slug": "x", "name": "a\u0000b"}, (422, "invalid")),
        (LOYAL | {"slug": "x", "more": 1}, (422, "invalid")),
        (LOYAL | {"slug": "x", "condition": []}, (422, "invalid")),
        (LOYAL | {"slug": "x", "condition": {"orders": {"$gt": "three"}}}, (422, "condition.invalid")),
        (LOYAL | {"slug": "x", "condition": {"clube": {"$regex": "(a+)+$"}}}, (422, "condition.invalid")),
        (LOYAL | {"slug": "x", "condition": {"clube": {"$in": TOO_MANY}}}, (422, "condition.invalid")),
        (LOYAL | {"slug": "x", "condition": {"clube": "a\u0000b"}}, (422, "condition.invalid")),
        (LOYAL | {"slug": "x", "condition": {"orders": 10**30}}, (422, "condition.invalid")),
        (LOYAL | {"slug": "x", "parent": "nobody"}, (422, "audience.parent")),
    ],
)  # fmt: skip
async def test_what_cannot_be_an_audience_is_told(people: Running, body: dict[str, Any], told: PROBLEM) -> None:
    await make(people, "taken", {})
    assert (await refused(people, "POST", "/v1/audiences", body))[0] == told


async def test_a_nested_bomb_is_refused_not_run(people: Running) -> None:
    bomb = '{"condition": ' + '{"$not": ' * 200 + '{"orders": 1}' + "}" * 201
    worse = '{"condition": ' + '{"$not": ' * 100_000 + "{}" + "}" * 100_001
    async with people.client() as http:
        for body in (bomb, worse):
            answer = await http.post(
                "/v1/audiences:preview", content=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("slugs", ["a", ",".join(f"s{number}" for number in range(21)), ""])
async def test_how_many_audiences_may_be_compared(people: Running, slugs: str) -> None:
    assert (await refused(people, "GET", f"/v1/audiences:overlap?slugs={slugs}"))[0] == (422, "invalid")


async def test_an_unknown_audience_or_lead_is_told(people: Running) -> None:
    for method, path in (("GET", "/x"), ("DELETE", "/x"), ("GET", "/x/members"), ("GET", ":overlap?slugs=x,y")):
        assert (await refused(people, method, f"/v1/audiences{path}"))[0] == (404, "audience.unknown")
    assert (await refused(people, "PUT", "/v1/audiences/x", LOYAL))[0] == (404, "audience.unknown")
    assert (await refused(people, "GET", "/v1/leads/nobody/audiences"))[0] == (404, "lead.unknown")
    assert (await refused(people, "GET", "/v1/audiences/x%00/members"))[0] == (404, "audience.unknown")
    assert (await refused(people, "GET", "/v1/audiences:overlap?slugs=x%00,y"))[0] == (404, "audience.unknown")
    assert (await refused(people, "GET", "/v1/audiences/x/members?cursor=!"))[0] == (404, "audience.unknown")


async def test_audiences_of_two_workspaces_never_meet(people: Running) -> None:
    await people.workspace("outra")
    await make(people, "roots", {"clube": "raiz"})
    assert await people.services.audiences.wait(PATIENCE)
    async with people.client("outra") as http:
        assert (await http.get("/v1/audiences")).json()["items"] == []
        assert (await http.get("/v1/audiences/roots")).status_code == 404
        assert (await http.post("/v1/audiences", json=LOYAL | {"slug": "roots"})).status_code == 201
