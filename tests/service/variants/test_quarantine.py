"""What writers are told of copy that is out of service."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from service.checks.models import Finding
from service.db.tables import exports
from service.variants.quarantine import Reason, Told, of_findings, reasons_of, same
from service.variants.resting import Fallen
from service.workspaces.store import WorkspaceStore
from tests.service.delivery.support import selling
from tests.service.variants.stock import GUIDE, KIT, resting
from tests.support import NOW, OFFER, PATIENCE, Running

CHEAPER: dict[str, Any] = {**OFFER, "facts": {"price": 160.00, "old_price": 189.00, "currency": "BRL"}}


def test_a_reason_tells_the_old_value_and_the_new() -> None:
    edited = KIT.edited(facts={"price": 160})
    told = {(KIT.item, item.version): Told(item.title, item.facts.items()) for item in (KIT, edited)}
    groups = resting("O Kit Café Coado sai por R$ 170,00.", KIT)
    fallen = [Fallen("kit", "price"), Fallen("", "first_name", "contract")]
    assert reasons_of(fallen, groups, {KIT.item: edited.now()}, told) == [
        Reason(kind="content", content_id="kit", what="price", was="170.0", now="160.0"),
        Reason(kind="contract", what="first_name"),
    ]
    assert reasons_of([Fallen("kit", "deleted")], groups, {}, told)[0].was == "Kit Café Coado"


def test_a_reason_shows_the_sentence_that_is_gone() -> None:
    groups = resting("São 60 g de café por litro de água.", GUIDE)
    edited = GUIDE.edited(body="Use 70 g de café para cada litro de água.")
    found = reasons_of([Fallen("guia", "text")], groups, {GUIDE.item: edited.now()}, {})
    assert (found[0].was, found[0].now) == ("Use 60 g de café para cada litro de água.", None)


def test_findings_are_told_once_each_and_the_same_reasons_are_known_again() -> None:
    finding = Finding(code="claim.price", severity="block", field="body", quote="R$ 170,00", message="")
    found = of_findings([finding, finding])
    assert found == [Reason(kind="check", what="claim.price", now="R$ 170,00")]
    assert same([one.model_dump(mode="json") for one in found], found) and not same([], found)


async def test_the_report_tells_what_where_why_and_which_exports(shop: Running) -> None:
    sold = await selling(shop, variants_each=1)
    control = sold.variants[None][0]
    async with shop.services.database.write() as connection:
        await connection.execute(
            sa.insert(exports).values(
                id=uuid4(), workspace_id=(await WorkspaceStore(connection).get("casa")).id, campaign_id=sold.id,
                platform="rdstation", leads=3, revisions={str(control): {"a" * 64: 2, "b" * 64: 1}}, actor="ana",
                created_at=NOW,
            )
        )  # fmt: skip
    async with shop.client() as http:
        assert (await http.get("/v1/quarantine")).json() == {"items": [], "total": 0, "next_cursor": None}
        (await http.put("/v1/content/kit", json=CHEAPER)).raise_for_status()
        await shop.services.keeper.catch_up()
        first = (await http.get("/v1/quarantine", params={"limit": 1})).json()
        second = (await http.get("/v1/quarantine", params={"limit": 1, "cursor": first["next_cursor"]})).json()
        assert first["total"] == second["total"] == 2 and second["next_cursor"] is None
        told = {one["variant"]: one for one in first["items"] + second["items"]}
        assert set(told) == {str(id_) for ids in sold.variants.values() for id_ in ids}
        one = told[str(control)]
        assert (one["campaign"], one["audience"], one["channel"], one["rung_is_empty"]) == ("cafe", None, "email", True)
        assert one["status"] == "quarantined" and one["since"] is not None
        price = {"kind": "content", "content_id": "kit", "what": "price", "was": "170.1", "now": "160.0"}
        assert price in one["reasons"]
        assert one["rests_on"] == [{"content_id": "kit", "version": 1}]
        assert [(gone["platform"], gone["leads"]) for gone in one["exports"]] == [("rdstation", 3)]
        assert told[str(sold.variants["cafe-readers"][0])]["exports"] == []
        assert (await http.get("/v1/quarantine", params={"campaign": "cafe"})).json()["total"] == 2
        assert (await http.get("/v1/quarantine", params={"campaign": "nada"})).status_code == 404
        assert (await http.get("/v1/quarantine", params={"cursor": "x"})).status_code == 422
        (await http.put("/v1/content/kit", json=OFFER)).raise_for_status()
        await shop.services.keeper.catch_up()
        assert (await http.get("/v1/quarantine")).json()["total"] == 0
    await shop.workspace("outra")
    async with shop.client("outra") as http:
        assert (await http.get("/v1/quarantine")).json()["total"] == 0


async def test_the_running_service_quarantines_by_itself(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        (await http.put("/v1/content/kit", json=CHEAPER)).raise_for_status()
        assert await shop.services.keeper.wait(PATIENCE)
        assert (await http.get("/v1/quarantine")).json()["total"] == 2


async def test_an_edit_that_changes_nothing_is_how_words_are_approved_by_the_facts_of_now(shop: Running) -> None:
    sold = await selling(shop)
    control = sold.variants[None][0]
    facts = {**OFFER["facts"], "terms": "Enquanto durar o estoque."}  # type: ignore[dict-item]
    async with shop.client() as http:
        (await http.put("/v1/content/kit", json={**OFFER, "facts": facts})).raise_for_status()
        await shop.indexed()
        await shop.services.keeper.catch_up()
        told = (await http.get("/v1/quarantine", params={"campaign": "cafe"})).json()["items"]
        assert {reason["kind"] for one in told for reason in one["reasons"]} == {"content", "approval"}
        decide = f"/v1/variants/{control}/decisions"
        words = (await http.get(f"/v1/variants/{control}")).json()["fields"]
        (await http.post(decide, json={"decision": "edit", "fields": words})).raise_for_status()
        (await http.post(decide, json={"decision": "approve"})).raise_for_status()
        await shop.services.keeper.catch_up()
        stored = (await http.get(f"/v1/variants/{control}")).json()
        assert (stored["status"], stored["serving"], stored["reasons"]) == ("live", stored["revision"], [])
        assert (await http.get("/v1/quarantine")).json()["total"] == 1
