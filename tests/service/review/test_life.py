"""The life of a variant over HTTP: from somebody's words to what is served, and who may do what."""

from __future__ import annotations

from typing import Any

import httpx

from service.workspaces.store import KeyStore, WorkspaceStore
from tests.support import NOW, OFFER, Running

CAMPAIGN = {
    "slug": "cafe",
    "name": "Café",
    "brief": {"objective": "Apresentar o Kit Café Coado", "content_ids": ["kit", "cafe"]},
    "channels": ["push"],
    "locale": "pt-BR",
}
GOOD = {"title": "Kit Café Coado por R$ 170,10", "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros."}
BAD = {"title": "Kit Café Coado por R$ 99,00", "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros."}


async def campaign(http: httpx.AsyncClient, **more: Any) -> None:
    (await http.post("/v1/campaigns", json={**CAMPAIGN, **more})).raise_for_status()


async def written(http: httpx.AsyncClient, fields: dict[str, str] = GOOD, **more: Any) -> dict[str, Any]:
    body = {"channel": "push", "fields": fields, "campaign": "cafe", **more}
    answer = await http.post("/v1/variants", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def decide(http: httpx.AsyncClient, variant: str, decision: str, **more: Any) -> httpx.Response:
    headers = {"If-Match": more.pop("if_match")} if "if_match" in more else {}
    return await http.post(f"/v1/variants/{variant}/decisions", json={"decision": decision, **more}, headers=headers)


async def named(shop: Running, name: str) -> httpx.AsyncClient:
    """Somebody else with a key."""
    async with shop.services.database.write() as connection:
        workspace = await WorkspaceStore(connection).get("casa")
        secret, _ = await KeyStore(connection, workspace.id).create(name, ["review"], NOW)
    return shop.client(key=secret)


async def test_peoples_copy_gets_the_findings_of_the_checks_and_begins_as_a_draft(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http, BAD)
        checked = await http.post("/v1/checks", json={"channel": "push", "fields": BAD, "content_ids": ["kit", "cafe"]})
    assert made["status"] == "draft"
    assert (made["generator"], made["author"], made["campaign"], made["audience_slug"]) == (
        "human",
        "test",
        "cafe",
        None,
    )
    assert [one["code"] for one in made["findings"]] == [one["code"] for one in checked.json()["findings"]]
    assert "claim.price" in [one["code"] for one in made["findings"]]


async def test_copy_that_a_finding_blocks_is_not_approved_until_it_is_edited(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http, BAD)
        refused = await decide(http, made["id"], "approve")
        assert (refused.status_code, refused.json()["code"]) == (409, "variant.blocked")
        edited = await http.patch(f"/v1/variants/{made['id']}", json={"fields": {"title": GOOD["title"]}})
        assert edited.json()["id"] == made["id"]
        assert edited.json()["revision"] != made["revision"]
        assert edited.json()["findings"] == []
        approved = await decide(http, made["id"], "approve")
    assert approved.json()["status"] == "approved"
    assert approved.json()["serving"] == edited.json()["revision"]


async def test_what_is_approved_is_served_until_its_edit_is_approved(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        await decide(http, made["id"], "approve")
        (await http.post("/v1/campaigns/cafe/launch")).raise_for_status()
        live = (await http.get(f"/v1/variants/{made['id']}")).json()
        assert (live["status"], live["serving"]) == ("live", made["revision"])
        body = {"fields": {"title": "Kit Café Coado: R$ 170,10"}}
        edited = (await http.patch(f"/v1/variants/{made['id']}", json=body)).json()
        assert (edited["status"], edited["serving"]) == ("draft", made["revision"])
        again = (await decide(http, made["id"], "approve")).json()
        assert (again["status"], again["serving"]) == ("live", edited["revision"])
        kept = (await http.get(f"/v1/variants/{made['id']}/revisions")).json()["items"]
    assert {one["revision"] for one in kept} == {made["revision"], edited["revision"]}
    assert all(one["approved_by"] == "test" for one in kept)
    assert next(one for one in kept if one["revision"] == made["revision"])["fields"]["title"] == GOOD["title"]


async def test_approval_belongs_to_the_revision_and_nothing_else_resets_it(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        approved = (await decide(http, made["id"], "approve")).json()
        await http.post(f"/v1/reviews/{made['id']}/claim")
        await http.post(f"/v1/reviews/{made['id']}/release")
        same = await http.patch(f"/v1/variants/{made['id']}", json={"fields": {"title": GOOD["title"]}})
        typo = {**OFFER, "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros. Tudo chega numa caixa."}
        (await http.put("/v1/content/kit", json=typo)).raise_for_status()
        after = (await http.get(f"/v1/variants/{made['id']}")).json()
    assert same.json()["version"] == approved["version"]
    assert (after["status"], after["serving"], after["version"]) == ("approved", made["revision"], approved["version"])


async def test_copy_whose_facts_have_changed_is_not_approved(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        dearer = {**OFFER, "facts": {"price": 175.0, "old_price": 189.0, "currency": "BRL"}}
        (await http.put("/v1/content/kit", json=dearer)).raise_for_status()
        refused = await decide(http, made["id"], "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "variant.stale")


async def test_the_same_words_are_judged_anew_when_the_workspaces_terms_have_changed(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        (await http.patch("/v1/workspace", json={"terms": {"banned": ["jarra"]}})).raise_for_status()
        made = await written(http)
        assert (await decide(http, made["id"], "approve")).json()["code"] == "variant.blocked"
        (await http.patch("/v1/workspace", json={"terms": {"banned": []}})).raise_for_status()
        again = (await http.patch(f"/v1/variants/{made['id']}", json={"fields": {"title": GOOD["title"]}})).json()
        clean = (
            await http.get("/v1/variants", params={"campaign": "cafe", "findings": False, "status": "draft"})
        ).json()
        approved = await decide(http, made["id"], "approve")
    assert (again["revision"], again["findings"]) == (made["revision"], [])
    assert [one["id"] for one in clean["items"]] == [made["id"]]
    assert approved.json()["status"] == "approved"


async def test_of_two_writers_the_second_is_told(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        tag = (await http.get(f"/v1/variants/{made['id']}")).headers["ETag"]
        headers = {"If-Match": tag}
        first = {"fields": {"title": "Kit Café Coado: R$ 170,10"}}
        second = {"fields": {"title": "O Kit Café Coado"}}
        won = await http.patch(f"/v1/variants/{made['id']}", json=first, headers=headers)
        lost = await http.patch(f"/v1/variants/{made['id']}", json=second, headers=headers)
        late = await decide(http, made["id"], "approve", if_match=tag)
        now = await decide(http, made["id"], "approve", if_match=won.headers["ETag"])
    assert won.is_success
    assert [(one.status_code, one.json()["code"]) for one in (lost, late)] == [(412, "variant.version")] * 2
    assert now.json()["fields"]["title"] == first["fields"]["title"]


async def test_where_the_workspace_says_so_nobody_approves_their_own_words(shop: Running) -> None:
    async with shop.client() as http, await named(shop, "ana") as ana:
        await http.patch("/v1/workspace", json={"review": {"another_approves": True}})
        await campaign(http)
        made = await written(http)
        refused = await decide(http, made["id"], "approve")
        approved = await decide(ana, made["id"], "approve")
        history = (await http.get(f"/v1/variants/{made['id']}/history")).json()["items"]
    assert (refused.status_code, refused.json()["code"]) == (403, "variant.own")
    assert approved.json()["status"] == "approved"
    assert [(one["action"], one["actor"]) for one in history] == [("create", "test"), ("approve", "ana")]


async def test_who_claims_a_variant_is_left_alone_with_it(shop: Running) -> None:
    async with shop.client() as http, await named(shop, "ana") as ana:
        await campaign(http)
        made = await written(http)
        assert (await ana.post(f"/v1/reviews/{made['id']}/claim")).json()["claimed_by"] == "ana"
        taken = [
            await http.post(f"/v1/reviews/{made['id']}/claim"),
            await http.post(f"/v1/reviews/{made['id']}/release"),
            await decide(http, made["id"], "approve"),
            await http.patch(f"/v1/variants/{made['id']}", json={"fields": {"title": "Kit"}}),
        ]
        assert (await ana.post(f"/v1/reviews/{made['id']}/release")).json()["claimed_by"] is None
        free = await decide(http, made["id"], "approve")
    assert [(one.status_code, one.json()["code"]) for one in taken] == [(409, "variant.claimed")] * 4
    assert free.is_success


async def test_several_are_approved_together_only_without_findings(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        good, bad = await written(http), await written(http, BAD)
        loud = await written(http, {**GOOD, "title": "KIT CAFÉ COADO POR R$ 170,10 HOJE"})
        gone = "00000000-0000-0000-0000-000000000000"
        ids = [good["id"], bad["id"], loud["id"], gone]
        answer = (await http.post("/v1/reviews/approve", json={"variants": ids})).json()
    assert [one["id"] for one in answer["approved"]] == [good["id"]]
    assert {one["variant"]: one["code"] for one in answer["left"]} == {
        bad["id"]: "variant.findings", loud["id"]: "variant.findings", gone: "variant.unknown"
    }  # fmt: skip


async def test_the_history_tells_everything(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http, BAD)
        await decide(http, made["id"], "submit", note="primeira versão")
        await decide(http, made["id"], "reject", reason="preço errado")
        await decide(http, made["id"], "edit", fields={"title": GOOD["title"]}, note="preço certo")
        await decide(http, made["id"], "approve")
        (await http.post("/v1/campaigns/cafe/launch")).raise_for_status()
        (await http.post("/v1/campaigns/cafe/pause")).raise_for_status()
        await decide(http, made["id"], "retire", reason="acabou")
        items = (await http.get(f"/v1/variants/{made['id']}/history")).json()["items"]
    assert [(one["action"], one["from_status"], one["to_status"], one["note"]) for one in items] == [
        ("create", None, "draft", ""),
        ("submit", "draft", "in_review", "primeira versão"),
        ("reject", "in_review", "rejected", "preço errado"),
        ("edit", "rejected", "draft", "preço certo"),
        ("approve", "draft", "approved", ""),
        ("launch", "approved", "live", ""),
        ("pause", "live", "approved", ""),
        ("retire", "approved", "retired", "acabou"),
    ]


async def test_a_change_that_is_asked_for_is_written_under_the_same_id(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        await decide(http, made["id"], "submit")
        changed = (await decide(http, made["id"], "request_change", note="Fale do preparo.")).json()
        items = (await http.get(f"/v1/variants/{made['id']}/history")).json()["items"]
    assert changed["id"] == made["id"]
    assert (changed["status"], changed["generator"]) == ("draft", "composer")
    assert changed["fields"] != made["fields"]
    assert [(one["action"], one["note"]) for one in items[-2:]] == [
        ("request_change", "Fale do preparo."), ("edit", "Fale do preparo.")
    ]  # fmt: skip


async def test_the_queue_shows_the_worst_first_and_counts(shop: Running) -> None:
    async with shop.client() as http, await named(shop, "ana") as ana:
        await campaign(http)
        plain = await written(http)
        bad = await written(http, BAD)
        loud = await written(http, {**GOOD, "title": "KIT CAFÉ COADO POR R$ 170,10 HOJE"})
        await ana.post(f"/v1/reviews/{plain['id']}/claim")
        first = (await http.get("/v1/reviews", params={"limit": 2})).json()
        rest = (await http.get("/v1/reviews", params={"limit": 2, "cursor": first["next_cursor"]})).json()
        others = (await http.get("/v1/reviews", params={"claimed": "others"})).json()
        blocked = (await http.get("/v1/reviews", params={"findings": "blocked", "campaign": "cafe"})).json()
    assert first["items"][0]["id"] == bad["id"]
    assert {one["id"] for one in [*first["items"], *rest["items"]]} == {plain["id"], bad["id"], loud["id"]}
    assert all(one["missing_control"] for one in first["items"])
    assert first["counts"]["total"] == 3
    assert first["counts"]["unclaimed"] == 2
    assert [one["id"] for one in others["items"]] == [plain["id"]]
    assert [one["id"] for one in blocked["items"]] == [bad["id"]]


async def test_a_workspace_may_approve_what_is_clean_and_never_something_else(shop: Running) -> None:
    routes = [
        {"channels": ["push"], "findings": ["nothing"], "to": "auto_approve"},
        {"channels": ["banner"], "to": "never"},
    ]
    banner = {"headline": "Kit Café Coado", "body": "Coador de cerâmica e jarra de vidro.", "cta": "Ver o kit"}
    async with shop.client() as http:
        (await http.patch("/v1/workspace", json={"review": {"routes": routes}})).raise_for_status()
        await campaign(http, channels=["push", "banner"])
        made, never = await written(http), await written(http, banner, channel="banner")
        approved = (await decide(http, made["id"], "submit")).json()
        refused = await decide(http, never["id"], "approve")
        turned_down = (await decide(http, never["id"], "submit")).json()
        items = (await http.get(f"/v1/variants/{made['id']}/history")).json()["items"]
    assert approved["status"] == "approved"
    assert items[-1]["actor"] == "routing"
    assert (refused.status_code, refused.json()["code"]) == (409, "variant.never")
    assert turned_down["status"] == "rejected"


async def test_bad_input_is_told_and_another_workspace_sees_nothing(shop: Running) -> None:
    await shop.workspace("outra")
    async with shop.client() as http, shop.client("outra") as other:
        await campaign(http)
        made = await written(http)
        told = [
            await http.post("/v1/variants", json={"channel": "push", "fields": GOOD}),
            await http.post("/v1/variants", json={"channel": "push", "fields": {"title": "x"}, "campaign": "cafe"}),
            await http.post("/v1/variants", json={"channel": "email", "fields": GOOD, "campaign": "cafe"}),
            await http.post("/v1/variants", json={"channel": "push", "fields": GOOD, "campaign": "nenhuma"}),
            await decide(http, made["id"], "reject"),
            await decide(http, made["id"], "edit"),
            await decide(other, made["id"], "approve"),
            await other.get(f"/v1/variants/{made['id']}/history"),
            await http.get("/v1/reviews", params={"cursor": "nonsense"}),
        ]
    assert [one.status_code for one in told] == [422, 422, 422, 404, 422, 422, 404, 404, 422]


async def test_an_approval_or_a_rejection_is_taken_back_as_if_it_had_not_been(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        approved = await decide(http, made["id"], "approve")
        back = await decide(http, made["id"], "reopen", if_match=approved.headers["ETag"])
        turned_down = await decide(http, made["id"], "reject", reason="tom")
        again = (await decide(http, made["id"], "reopen")).json()
        nothing = await decide(http, made["id"], "reopen")
        kept = (await http.get(f"/v1/variants/{made['id']}/revisions")).json()["items"]
        items = (await http.get(f"/v1/variants/{made['id']}/history")).json()["items"]
    assert turned_down.is_success
    assert [(one["status"], one["serving"]) for one in (back.json(), again)] == [("in_review", None)] * 2
    assert (nothing.status_code, nothing.json()["code"]) == (409, "variant.state")
    assert [one["approved_by"] for one in kept] == [None]
    assert [one["action"] for one in items] == ["create", "approve", "reopen", "reject", "reopen"]


async def test_an_edit_of_live_copy_that_is_reopened_gives_way_to_what_was_served(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        await decide(http, made["id"], "approve")
        (await http.post("/v1/campaigns/cafe/launch")).raise_for_status()
        await http.patch(f"/v1/variants/{made['id']}", json={"fields": {"title": "Kit Café Coado: R$ 170,10"}})
        live = (await decide(http, made["id"], "approve")).json()
        back = (await decide(http, made["id"], "reopen")).json()
    assert live["status"] == "live"
    assert live["serving"] != made["revision"]
    assert (back["status"], back["serving"]) == ("in_review", made["revision"])


async def test_whoever_may_not_review_reopens_nothing(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        await decide(http, made["id"], "approve")
        async with shop.services.database.read() as connection:
            workspace = await WorkspaceStore(connection).get("casa")
        async with shop.client(key=await shop.key(workspace, "write")) as writer:
            refused = await decide(writer, made["id"], "reopen")
    assert refused.status_code == 403
