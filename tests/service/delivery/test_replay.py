"""Looking decisions up, making them once more byte for byte, and explaining them to whom they were about."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

import httpx
import orjson
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import decisions, lead_keys, revisions, snapshots
from service.delivery.decision_telling import REASONS, WORDS
from service.delivery.models import Reason, Rung
from service.delivery.receipts import PURPOSE, digest_of, signature_of
from service.types import LOCALES
from tests.service.delivery.support import selling
from tests.support import CONSENTS, OFFER, Running, says

DEARER = OFFER | {"facts": {"price": 150, "old_price": 189, "currency": "BRL"}}
UTM = {"delivery": {"domains": ["casa.example"], "utm": {"email": {"source": "boletim"}}}}


async def decision(http: httpx.AsyncClient, recipient: str = "c-1", **more: Any) -> dict[str, Any]:
    answer = await http.get("/v1/copy", params={"campaign": "cafe", "recipient": recipient, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def replayed(http: httpx.AsyncClient, id_: str) -> dict[str, Any]:
    answer = await http.post(f"/v1/decisions/{id_}/replay")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_receipt_is_there_as_soon_as_the_answer_is(shop: Running) -> None:
    await selling(shop, variants_each=2)
    async with shop.client() as http:
        answer = await decision(http, delivery="envio-1")
        found = (await http.get(f"/v1/decisions/{answer['decision_id']}")).json()
    told = found["receipt"]
    assert (found["valid"], found["erased"]) == (True, False)
    assert (told["variant"], told["rung"], told["campaign"]) == (answer["variant_id"], "audience", "cafe")
    assert told["alternative"] not in (None, told["variant"]) and told["propensity"] == 0.5
    assert {content_id for content_id, _ in told["evidence"]} <= {"kit", "cafe"} and told["evidence"]
    assert found["signature"] == signature_of(
        orjson.dumps(told, option=orjson.OPT_SORT_KEYS), shop.services.signer.key(PURPOSE)
    )
    assert not says(str(found), "c-1")
    for word in ("Helena", "helena", "envio-1", "profiling"):
        assert word not in str(found)


async def test_what_another_policy_would_have_brought_can_be_worked_out_from_the_log(shop: Running) -> None:
    made = await selling(shop, variants_each=2)
    async with shop.client() as http:
        clicked, other = (await decision(http))["decision_id"], (await decision(http, ""))["decision_id"]
        told = {"decision_id": clicked, "kind": "click", "id": "k-1"}
        (
            await http.post("/v1/outcomes", json={"items": [told, told | {"id": "k-2", "robot": "too_fast"}]})
        ).raise_for_status()
        rows = (await http.get("/v1/decisions", params={"outcomes": True})).json()["items"]
        became = {row["id"]: [(one["kind"], one["robot"]) for one in row["outcomes"]] for row in rows}
        assert became == {clicked: [("click", None), ("click", "too_fast")], other: []}
        assert (await http.get("/v1/decisions")).json()["items"][0]["outcomes"] is None
        again = await replayed(http, clicked)
        lot = (await replayed(http, (await decision(http, channel="push"))["decision_id"]))["lot"]
    assert again["lot"] == {str(variant): 0.5 for variant in made.variants[made.audience]}
    assert lot == {}


async def test_a_decision_is_made_again_byte_for_byte_whatever_has_changed_since(shop: Running) -> None:
    await selling(shop, variants_each=2)
    async with shop.client() as http:
        (await http.patch("/v1/workspace", json=UTM)).raise_for_status()
        await shop.seen()
        answers = [
            await decision(http), await decision(http, "helena@correio.example", platform="mautic"),
            await decision(http, platform="braze"), await decision(http, "nobody@correio.example"),
            await decision(http, ""), await decision(http, channel="push"),
        ]  # fmt: skip
        before = [(await http.get(f"/v1/decisions/{one['decision_id']}")).json() for one in answers]
        changed = {"traits": {"firstName": "Lena", "categoria": "plantas"}, "consents": CONSENTS}
        await http.put("/v1/leads/c-1", json=changed)
        await http.put("/v1/content/kit", json=DEARER)
        await http.patch("/v1/workspace", json={"name": "Outra", "delivery": {"domains": []}})
        await shop.seen()
        for answer, kept in zip(answers, before, strict=True):
            again = await replayed(http, answer["decision_id"])
            assert (again["receipt"], again["signature"]) == (kept["receipt"], kept["signature"])
            assert digest_of(again["outputs"]) == kept["receipt"]["digest"]
            if answer["send"]:
                assert again["outputs"]["subject"] == answer["subject"]
        assert "utm_source=boletim" in (await replayed(http, answers[0]["decision_id"]))["outputs"]["text"]
        assert (await decision(http))["variant_id"] not in (answers[0]["variant_id"],)


async def test_whatever_was_tampered_with_is_named(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        answer = await decision(http)
        kept = (await replayed(http, answer["decision_id"]))["receipt"]
        database = shop.services.database
        async with database.read() as connection:
            of_then = snapshots.c.hash == kept["snapshot"]
            shelf: dict[str, Any] = (await connection.scalars(sa.select(snapshots.c.data).where(of_then))).one()
            mine = revisions.c.variant_id == made.variants[made.audience][0]
            fields: dict[str, Any] = (await connection.scalars(sa.select(revisions.c.fields).where(mine))).one()
        for column, changed, where, named in (
            (decisions.c.signature, "0" * 64, decisions.c.id == UUID(kept["id"]), "signature"),
            (snapshots.c.data, shelf | {"slug": "outra"}, of_then, "snapshot"),
            (snapshots.c.hash, "0" * 64, of_then, "snapshot"),
            (revisions.c.fields, fields | {"subject": "Outro assunto"}, mine, "digest"),
            (revisions.c.revision, "0" * 64, mine, "revision"),
            (lead_keys.c.key, b"x" * 32, lead_keys.c.id == UUID(kept["key"]), "sealed"),
        ):
            was = await _set(database, column, changed, where)
            refused = await http.post(f"/v1/decisions/{answer['decision_id']}/replay")
            assert refused.status_code == 409, (named, refused.text)
            assert refused.json()["code"] == "decision.differs"
            assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{named}"]
            await _set(database, column, was, column == changed if column.name in ("hash", "revision") else where)
        assert (await replayed(http, answer["decision_id"]))["receipt"] == kept


async def _set(database: Database, column: sa.Column[Any], value: Any, where: sa.ColumnElement[bool]) -> Any:
    """Change that behind the service's back; what was there before."""
    async with database.write() as connection:
        was = await connection.scalar(sa.select(column).where(where))
        await connection.execute(sa.update(column.table).where(where).values({column: value}))
    return was


async def test_an_erased_lead_s_decisions_stay_and_tell_nothing_of_it(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        answer = await decision(http)
        id_ = answer["decision_id"]
        told = (await http.get(f"/v1/decisions/{id_}/explain")).json()
        assert told["lead"] == "c-1" and "Helena" in str(told["values"])
        (await http.delete("/v1/leads/c-1")).raise_for_status()
        found = (await http.get(f"/v1/decisions/{id_}")).json()
        assert (found["valid"], found["erased"]) == (True, True)
        assert found["receipt"]["variant"] == answer["variant_id"]
        for method, path in (("POST", "replay"), ("GET", "explain")):
            gone = await http.request(method, f"/v1/decisions/{id_}/{path}")
            assert (gone.status_code, gone.json()["code"]) == (410, "decision.erased")


async def test_an_explanation_says_why_in_the_workspace_s_words(shop: Running) -> None:
    await selling(shop, variants_each=2)
    async with shop.client() as http:
        answer = await decision(http)
        said = {}
        for locale in ("pt-BR", "en", "es"):
            (await http.patch("/v1/workspace", json={"default_locale": locale})).raise_for_status()
            said[locale] = (await http.get(f"/v1/decisions/{answer['decision_id']}/explain")).json()
        stranger = await decision(http, "nobody")
        nobody = (await http.get(f"/v1/decisions/{stranger['decision_id']}/explain")).json()
    told = said["pt-BR"]
    assert told["audience"]["slug"] == "cafe-readers" and told["audience"]["from_context"] is False
    assert [reason["attribute"] for reason in told["audience"]["reasons"]] == ["categoria"]
    assert {"marketing.communications.email", "personalize.content.profiling"} <= set(told["consents"])
    assert told["alternative"] and told["rests_on"][0]["title"]
    text = " ".join(told["words"])
    for word in ("público “Café”", "categoria: cafe", "22 de novembro de 2026", "50%", told["alternative"]):
        assert word in text, word
    assert "audience “Café”" in " ".join(said["en"]["words"]) and "público “Café”" in " ".join(said["es"]["words"])
    assert len({" ".join(one["words"]) for one in said.values()}) == 3
    assert (nobody["rung"], nobody["lead"], nobody["consents"]) == ("control", None, [])


async def test_decisions_are_listed_by_campaign_and_time_in_pages(shop: Running) -> None:
    await selling(shop)
    await shop.workspace("vizinha")
    async with shop.client() as http, shop.client("vizinha") as other:
        made = [(await decision(http))["decision_id"] for _ in range(5)]
        first = (await http.get("/v1/decisions", params={"campaign": "cafe", "limit": 3})).json()
        rest = (await http.get("/v1/decisions", params={"limit": 3, "cursor": first["next_cursor"]})).json()
        assert sorted(one["id"] for one in first["items"] + rest["items"]) == sorted(made)
        assert rest["next_cursor"] is None and first["items"][0]["rung"] == "audience"
        for filters in ({"campaign": "other"}, {"placement": "home"}, {"since": "2026-11-23T00:00:00Z"}):
            assert (await http.get("/v1/decisions", params=filters)).json()["items"] == [], filters
        assert (await http.get("/v1/decisions", params={"since": "2026-11-22T00:00:00Z"})).json()["items"]
        for bad in ({"cursor": "x"}, {"cursor": "eA"}, {"since": "yesterday"}, {"since": "2026-11-22T00:00:00"}):
            assert (await http.get("/v1/decisions", params=bad)).status_code == 422, bad
        assert (await other.get("/v1/decisions")).json()["items"] == []
        for method, path in (("GET", ""), ("POST", "/replay"), ("GET", "/explain")):
            unknown = await other.request(method, f"/v1/decisions/{made[0]}{path}")
            assert (unknown.status_code, unknown.json()["code"]) == (404, "decision.unknown")


async def test_a_lead_s_decisions_are_told_to_who_may_see_leads(shop: Running) -> None:
    await selling(shop)
    workspace = await shop.workspace("vizinha")
    async with shop.client() as http, shop.client("vizinha") as other:
        (await http.put("/v1/leads/c-2", json={"traits": {}, "consents": CONSENTS})).raise_for_status()
        (await http.put("/v1/leads/c-3", json={"traits": {}})).raise_for_status()
        await shop.seen()
        mine = (await decision(http))["decision_id"]
        await decision(http, "c-2")
        await decision(http, "nobody")
        found = {}
        for name in ("c-1", "c-3", "nobody"):
            found[name] = (await http.get("/v1/decisions", params={"lead": name})).json()
        assert [one["id"] for one in found["c-1"]["items"]] == [mine] and found["c-3"]["items"] == []
        assert found["nobody"]["code"] == "lead.unknown"
        assert (await other.get("/v1/decisions", params={"lead": "c-1"})).json()["code"] == "lead.unknown"
        assert (await http.get("/v1/decisions", params={"lead": "c-1", "campaign": "other"})).json()["items"] == []
        assert (await http.get("/v1/decisions", params={"lead": ""})).status_code == 422
    async with shop.client(key=await shop.key(workspace, "write")) as http:
        assert (await http.get("/v1/decisions")).status_code == 200
        assert (await http.get("/v1/decisions", params={"lead": "c-1"})).status_code == 403


async def test_an_export_tells_what_was_decided_and_never_the_key(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        answer = await decision(http, delivery="envio-7")
        await decision(http, "nobody")
        told = await http.get("/v1/leads/c-1/export")
        page = await http.get("/v1/leads/c-1/export", params={"format": "html"})
    [found] = told.json()["decisions"]
    assert (found["id"], found["recipient"], found["delivery"]) == (answer["decision_id"], "c-1", "envio-7")
    assert found["audiences"] == ["cafe-readers"] and "marketing.communications.email" in found["consents"]
    async with shop.services.database.read() as connection:
        row = (await connection.execute(sa.select(lead_keys))).one()
    for secret in (row.key.hex(), str(UUID(str(row.id))), "sealed"):
        assert secret not in told.text
    assert answer["decision_id"] in page.text


def test_every_reason_and_rung_has_words_in_every_language() -> None:
    for locale in LOCALES:
        assert REASONS[locale].keys() == set(get_args(Reason))
        assert set(get_args(Rung)) - {"none"} <= WORDS[locale].keys()
