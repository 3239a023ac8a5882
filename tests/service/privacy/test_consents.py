"""The consent ledger over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from service.db.engine import Database
from tests.support import Running, fill, running

EMAIL = {"purpose": "marketing.communications.email", "basis": "consent", "source": "call centre"}


async def test_the_newest_row_rules_and_an_older_one_is_kept(database: Database, tmp_path: Any) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        await fill(service)
        revoked = {**EMAIL, "status": "revoked", "collected_at": "2026-10-01T10:00:00-03:00"}
        late = {**EMAIL, "collected_at": "2026-05-01T10:00:00Z", "proof": "a form found in a drawer"}
        assert (await http.post("/v1/leads/c-1/consents", json=revoked)).json()["rules"] is True
        found = await http.post("/v1/leads/c-1/consents", json=late)
        ledger = (await http.get("/v1/leads/c-1/consents")).json()
        lead = (await http.get("/v1/leads/c-1")).json()
    assert found.status_code == 201 and found.json()["rules"] is False
    emails = [row for row in ledger["items"] if row["channel"] == "email"]
    assert [(row["status"], row["rules"]) for row in emails] == [
        ("revoked", True),
        ("granted", False),
        ("granted", False),
    ]
    assert {row["channel"]: row["status"] for row in ledger["ruling"]} == {"email": "revoked", "*": "granted"}
    assert {row["channel"]: row["status"] for row in lead["consents"]} == {"email": "revoked", "*": "granted"}


async def test_the_same_row_twice_is_one(shop: Running) -> None:
    row = EMAIL | {"status": "denied", "collected_at": "2026-10-01T10:00:00-03:00"}
    async with shop.client() as http:
        first = await http.post("/v1/leads/c-1/consents", json=row)
        again = await http.post("/v1/leads/c-1/consents", json=row | {"collected_at": "2026-10-01T13:00:00Z"})
        assert len((await http.get("/v1/leads/c-1/consents")).json()["items"]) == 3
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


async def test_a_withdrawal_takes_the_lead_out_of_look_alikes_and_its_name_out_of_copy(shop: Running) -> None:
    body = {"lead": "c-1", "brief": {"objective": "Um café melhor"}, "channel": "email"}
    async with shop.client() as http:
        assert (await http.get("/v1/leads/c-1/similar")).status_code == 200
        made = (await http.post("/v1/generate", json=body)).json()
        assert any("Helena" in str(variant["preview"]) for variant in made["variants"])
        for purpose in ("personalize.content.profiling", "marketing.communications.email"):
            row = {"purpose": purpose, "basis": "consent", "status": "revoked", "source": "call"}
            assert (await http.post("/v1/leads/c-1/consents", json=row)).status_code == 201
        await shop.indexed()
        assert (await http.get("/v1/leads/c-1/similar")).json()["code"] == "lead.not_profiled"
        assert (await http.get("/v1/index")).json()["leads"] == 0
        made = (await http.post("/v1/generate", json=body)).json()
    assert "Helena" not in str(made)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "marketing.communications.fax"}, "consent.purpose"),
        ({"purpose": "train_ai_system", "basis": "legitimate_interest"}, "consent.basis"),
        ({"channel": "sms"}, "consent.channel"),
        ({"collected_at": "2027-01-01T00:00:00Z"}, "consent.future"),
        ({"collected_at": "2026-01-01T00:00:00"}, "invalid"),
        ({"collected_at": "2026-01-02T00:00:00Z", "expires_at": "2026-01-01T00:00:00Z"}, "invalid"),
        ({"status": "perhaps"}, "invalid"),
        ({"source": "a\x00b"}, "invalid"),
    ],
)
async def test_what_the_ledger_does_not_take_is_told(shop: Running, change: dict[str, Any], code: str) -> None:
    async with shop.client() as http:
        answer = await http.post("/v1/leads/c-1/consents", json=EMAIL | change)
        assert len((await http.get("/v1/leads/c-1/consents")).json()["items"]) == 2
    assert answer.status_code == 422 and answer.json()["code"] == code


async def test_a_refusal_is_taken_on_any_basis_and_for_a_purpose_of_old(shop: Running) -> None:
    async with shop.client() as http:
        policy = {"purposes": {"personalize.content.profiling": {"bases": ["consent"]}}}
        await http.patch("/v1/workspace", json={"policy": policy})
        refusal = {"status": "revoked", "source": "letter", "basis": "legitimate_interest"}
        old = await http.post("/v1/leads/c-1/consents", json=EMAIL | refusal)
        profiling = await http.post(
            "/v1/leads/c-1/consents", json=refusal | {"purpose": "personalize.content.profiling"}
        )
        typing_error = await http.post(
            "/v1/leads/c-1/consents", json=refusal | {"purpose": "personalise.content.profiling"}
        )
    assert (old.status_code, profiling.status_code) == (201, 201)
    assert typing_error.json()["code"] == "consent.purpose"


async def test_ledgers_are_ones_own(shop: Running) -> None:
    await shop.workspace("vizinha")
    async with shop.client("vizinha") as http:
        for method, path in (("GET", "consents"), ("POST", "consents"), ("POST", "preference-link"), ("GET", "export")):
            answer = await http.request(method, f"/v1/leads/c-1/{path}", json=EMAIL if path == "consents" else None)
            assert answer.status_code == 404 and answer.json()["code"] == "lead.unknown", path


async def test_a_change_of_purposes_makes_followers_look_again(shop: Running) -> None:
    async with shop.client() as http:
        before = (await http.get("/v1/index")).json()["latest"]
        policy = (await http.get("/v1/workspace")).json()["policy"]
        assert policy["weekly_cap"] == 3 and "marketing.communications.email" in policy["purposes"]
        same = await http.patch("/v1/workspace", json={"policy": policy | {"weekly_cap": 5}})
        assert same.json()["policy"]["weekly_cap"] == 5
        assert (await http.get("/v1/index")).json()["latest"] == before
        del policy["purposes"]["train_ai_system"]
        await http.patch("/v1/workspace", json={"policy": policy})
        assert (await http.get("/v1/index")).json()["latest"] == before + 1
        bad = await http.patch("/v1/workspace", json={"policy": {"purposes": {"a b": {"bases": ["consent"]}}}})
    assert bad.status_code == 422 and "/policy" in bad.text
