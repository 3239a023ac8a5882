"""Rules from edits: what is proposed, what accepting one does to everybody's copy, and what it has caught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from service.db.engine import Database
from service.review.noticing import Traces, of_edit, of_reason, traces
from service.types import Locale
from service.workspaces.store import WorkspaceStore
from tests.service.review.test_life import campaign, decide, written
from tests.support import OFFER, PATIENCE, Running, fill, running


def proposed(before: str, after: str, *earlier: Traces) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in of_edit({"body": before}, {"body": after}, "", "pt-BR", earlier)]


def asked(said: str, reason: str, locale: Locale = "pt-BR") -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in of_reason({"body": said}, reason, locale)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Um kit imperdível para o café.", "Um kit para o café.", []),
        ("Chegou o kit 🎉", "Chegou o kit", [("emoji", "never")]),
        ("Chegou 🎉 o kit 🎉", "Chegou o kit 🎉", []),
        ("Chegou! Veja!", "Chegou. Veja.", [("exclamations", "never")]),
        ("Tu vais gostar.", "Você vai gostar.", [("address", "voce")]),
        ("Você vai gostar.", "Tu vais gostar.", [("address", "tu")]),
        ("Por R$ 170,10.", "Por R$ 170,10 ou em até 3x sem juros.", [("companion", "price → installments")]),
        ("Em 3x.", "Por R$ 170,10 em 3x.", []),
        ("O kit.", "O kit!", []),
        ("", "Novo.", []),
        ("Igual.", "Igual.", []),
    ],
)
def test_an_edit_speaks_for_itself_where_it_changes_a_habit(
    before: str, after: str, expected: list[tuple[str, str]]
) -> None:
    assert proposed(before, after) == expected


def test_a_word_taken_out_of_two_variants_is_never_to_be_used() -> None:
    once = traces({"body": "Oferta imperdível de café."}, {"body": "Oferta de café."})
    assert once.removed == ["imperdível"]
    assert proposed("Um kit imperdível.", "Um kit.", once) == [("banned", "imperdível")]
    assert proposed("Um kit imperdível.", "Um kit.", Traces(["outra"], [])) == []


def test_a_word_that_every_text_has_makes_no_rule() -> None:
    once = traces({"body": "Hoje temos café."}, {"body": "Café."})
    assert once.removed == [] and proposed("Aqui temos chá.", "Chá.", once) == []


def test_a_word_put_in_its_place_both_times_is_the_one_to_say() -> None:
    once = traces({"body": "Para adquirir o kit."}, {"body": "Para comprar o kit."})
    assert proposed("Ao adquirir dois.", "Ao comprar dois.", once) == [("preferred", "adquirir → comprar")]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("nunca “imperdível”", [("banned", "imperdível")]),
        ("Não usamos *imperdível* aqui", [("banned", "imperdível")]),
        ("nunca imperdível, por favor", [("banned", "imperdível")]),
        ("evite a palavra imperdível", [("banned", "imperdível")]),
        ("never say imperdível", [("banned", "imperdível")]),
        ('diga "comprar" em vez de "adquirir"', [("preferred", "adquirir → comprar")]),
        ("troque adquirir por comprar", [("preferred", "adquirir → comprar")]),
        ("o preço sempre com as parcelas", [("companion", "price → installments")]),
        ("sem emoji e sem exclamação", [("emoji", "never"), ("exclamations", "never")]),
        ("trate por você", [("address", "voce")]),
        ("“palavra que não está lá”", []),
        ("muito longo", []),
        ("", []),
        ("“" * 500, []),
    ],
)
def test_a_reason_names_what_it_means(reason: str, expected: list[tuple[str, str]]) -> None:
    said = "Tu podes adquirir o kit imperdível por R$ 170,10! 🎉"
    assert asked(said, reason) == expected


async def test_a_rejection_becomes_a_rule_that_blocks_everybodys_copy_and_tells_what_it_caught(shop: Running) -> None:
    loud = {"title": "Kit imperdível", "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros."}
    async with shop.client() as http:
        await campaign(http)
        made = await written(http, loud)
        (await decide(http, made["id"], "reject", reason="nunca “imperdível”")).raise_for_status()
        rule = (await _rules(http, status="proposed", variant=made["id"]))[0]
        assert (rule["kind"], rule["value"], rule["status"]) == ("banned", "imperdível", "proposed")
        assert rule["because"][0]["note"] == "nunca “imperdível”" and rule["because"][0]["by"] == "test"
        accepted = (await http.post(f"/v1/rules/{rule['id']}/accept")).json()
        assert (accepted["status"], accepted["decided_by"], accepted["caught"]["count"]) == ("accepted", "test", 0)
        assert (await http.get("/v1/workspace")).json()["terms"]["banned"] == ["imperdível"]
        again = await written(http, loud)
        caught = (await _rules(http))[0]["caught"]
        edited = await http.patch(f"/v1/variants/{again['id']}", json={"fields": {"title": "Kit sem igual"}})
        retired = (await http.post(f"/v1/rules/{rule['id']}/retire")).json()
        assert (await http.get("/v1/workspace")).json()["terms"]["banned"] == []
    assert "terms.banned" in [one["code"] for one in again["findings"]]
    assert caught["count"] == 1
    assert (caught["latest"][0]["variant"], caught["latest"][0]["quote"]) == (again["id"], "imperdível")
    assert "terms.banned" not in [one["code"] for one in edited.json()["findings"]]
    assert (retired["status"], retired["caught"]["count"]) == ("retired", 1)


async def test_what_is_served_and_breaks_an_accepted_rule_goes_out_of_service(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        served = await written(http)
        (await decide(http, served["id"], "approve")).raise_for_status()
        other = await written(http)
        (await decide(http, other["id"], "reject", reason="nunca “jarra”")).raise_for_status()
        rule = (await _rules(http))[0]
        (await http.post(f"/v1/rules/{rule['id']}/accept")).raise_for_status()
        assert await shop.services.keeper.wait(PATIENCE)
        now = (await http.get(f"/v1/variants/{served['id']}")).json()
    assert (now["status"], now["reasons"][0]["kind"]) == ("quarantined", "rule")


async def test_edits_of_two_variants_propose_and_what_was_dismissed_is_not_proposed_again(shop: Running) -> None:
    loud = {"title": "Kit especial", "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros."}
    async with shop.client() as http:
        await campaign(http)
        first, second, third = [await written(http, loud) for _ in range(3)]
        await _edit(http, first, "Kit de café")
        assert await _rules(http) == []
        await _edit(http, second, "Kit completo")
        rule = (await _rules(http))[0]
        assert (rule["kind"], rule["value"], rule["variant"]) == ("banned", "especial", second["id"])
        assert (await http.post(f"/v1/rules/{rule['id']}/dismiss")).json()["status"] == "dismissed"
        await _edit(http, third, "Kit inteiro")
        assert [one["status"] for one in await _rules(http)] == ["dismissed"]
        assert await _rules(http, status="proposed") == []


async def test_a_price_that_got_its_instalments_makes_them_wanted_from_then_on(shop: Running) -> None:
    offer = OFFER | {"facts": OFFER["facts"] | {"installments": 3, "installment_amount": 56.7}}  # type: ignore[operator]
    async with shop.client() as http:
        (await http.put("/v1/content/kit", json=offer)).raise_for_status()
        await shop.indexed()
        await campaign(http)
        made = await written(http)
        await _edit(http, made, "Kit por R$ 170,10 ou 3x de R$ 56,70")
        rule = (await _rules(http))[0]
        (await http.post(f"/v1/rules/{rule['id']}/accept")).raise_for_status()
        again = await written(http)
        caught = (await _rules(http))[0]["caught"]
    assert rule["kind"] == "companion"
    assert [one["code"] for one in again["findings"]] == ["brand.companion"]
    assert caught["latest"][0]["quote"] == "R$ 170,10"


async def test_rules_that_the_settings_overrule_follow_them(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        made = await written(http)
        (await decide(http, made["id"], "reject", reason="nunca “jarra”")).raise_for_status()
        (await http.patch("/v1/workspace", json={"terms": {"banned": ["jarra"]}})).raise_for_status()
        assert [one["status"] for one in await _rules(http)] == ["accepted"]
        (await http.patch("/v1/workspace", json={"terms": {"banned": []}})).raise_for_status()
        assert [one["status"] for one in await _rules(http)] == ["retired"]


async def test_only_an_approver_accepts_and_no_other_workspace_sees_a_rule(shop: Running) -> None:
    await shop.workspace("vizinha")
    async with shop.client() as http, shop.client("vizinha") as other:
        await campaign(http)
        made = await written(http)
        (await decide(http, made["id"], "reject", reason="nunca “jarra”")).raise_for_status()
        rule = (await _rules(http))[0]["id"]
        assert await _rules(other) == []
        assert (await other.post(f"/v1/rules/{rule}/accept")).json()["code"] == "rule.unknown"
        assert (await http.post(f"/v1/rules/{rule}/retire")).json()["code"] == "rule.state"
        assert (await http.post("/v1/rules/none/accept")).status_code == 422
    async with shop.services.database.read() as connection:
        casa = await WorkspaceStore(connection).get("casa")
    async with shop.client(key=await shop.key(casa, "write")) as writer:
        refused = await writer.post(f"/v1/rules/{rule}/accept")
        assert (refused.status_code, refused.json()["code"]) == (403, "key.scope")
        assert (await writer.post(f"/v1/rules/{rule}/dismiss")).status_code == 200


async def test_a_rule_that_contradicts_what_holds_is_refused(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        style = {"preferred": [{"instead_of": "frasco", "say": "jarra"}]}
        (await http.patch("/v1/workspace", json={"style": style})).raise_for_status()
        made = await written(http)
        (await decide(http, made["id"], "reject", reason="troque jarra por bule")).raise_for_status()
        refused = await http.post(f"/v1/rules/{(await _rules(http))[0]['id']}/accept")
    assert (refused.status_code, refused.json()["code"]) == (422, "rule.contradicts")


async def _rules(http: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await http.get("/v1/rules", params=asked)
    answer.raise_for_status()
    return list(answer.json()["items"])


async def _edit(http: httpx.AsyncClient, made: dict[str, Any], title: str) -> None:
    answer = await http.patch(f"/v1/variants/{made['id']}", json={"fields": {"title": title}})
    assert answer.status_code == 200, answer.text


async def test_generated_and_edited_copy_is_caught_as_well(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as shop, shop.client() as http:
        await fill(shop)
        await campaign(http)
        made = await written(http)
        (await decide(http, made["id"], "reject", reason="troque café por cafezinho")).raise_for_status()
        rule = (await _rules(http))[0]
        (await http.post(f"/v1/rules/{rule['id']}/accept")).raise_for_status()
        brief = {"objective": "Café coado", "content_ids": ["cafe"]}
        body = {"audience": {}, "brief": brief, "channel": "push", "variants": 1}
        generated = (await http.post("/v1/generate", json=body)).json()["variants"][0]
        trial = await http.post("/v1/generate", json=body | {"voice": "Com calma."})
        told = (await _rules(http))[0]["caught"]
        clean = await written(
            http, {"title": "Kit completo", "body": "O kit reúne coador de cerâmica e jarra de vidro."}
        )
        await _edit(http, clean, "Kit de café")
        after = (await _rules(http))[0]["caught"]
    assert rule["kind"] == "preferred" and trial.status_code == 200
    assert {one["variant"] for one in told["latest"]} == {generated["id"]}
    assert after["count"] == told["count"] + 1
    assert {one["variant"] for one in after["latest"]} == {generated["id"], clean["id"]}
