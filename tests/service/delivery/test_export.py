"""Exports: whole audiences as rows, nothing cut, nobody without consent."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
import sqlalchemy as sa

from service.db.tables import decisions, exports
from service.delivery.export import Sheet, Survey, look, report
from service.delivery.export_models import ExportInput
from service.delivery.export_store import Person
from service.delivery.models import Candidate, LeadView, Shelved
from service.delivery.prepared import Prepared
from service.errors import Invalid
from service.generation.tokens import Token
from tests.service.delivery.support import selling
from tests.support import CONSENTS, Running

NAME = Token("first_name", "cliente")


async def export(http: httpx.AsyncClient, campaign: str = "cafe", status: int = 200, **body: Any) -> httpx.Response:
    answer = await http.post(f"/v1/campaigns/{campaign}/export", json=body)
    assert answer.status_code == status, answer.text
    return answer


def table(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_a_row_has_the_lead_s_copy_with_its_name_bound(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        answer = await export(http, platform="none", format="jsonl")
        told = (await http.get("/v1/copy", params={"campaign": "cafe", "recipient": "c-1"})).json()
    [row] = [orjson.loads(line) for line in answer.content.splitlines()]
    assert (row["external_id"], row["email"]) == ("c-1", "helena@correio.example")
    assert (row["sm_subject"], row["sm_text"]) == (told["subject"], told["text"].split("\n\nCancelar")[0] + "\n")
    assert row["sm_variant_id"] in map(str, made.variants[made.audience])
    assert answer.headers["Export-Rungs"] == "audience=1"
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_the_report_comes_first_and_leaves_nothing_behind(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        await http.put("/v1/leads/c-2", json={"traits": {"firstName": "Zé", "email": "ze@correio.example"}})
        await http.put("/v1/leads/c-3", json={"traits": {"firstName": "Ana"}, "consents": CONSENTS})
        told = (await export(http, platform="rdstation", dry_run=True)).json()
    assert (told["leads"], told["rungs"]) == (1, {"audience": 1})
    assert told["left_out"] == {"no_consent": 1, "no_email": 1}
    assert {field["name"] for field in told["fields"]} >= {"cf_sm_subject", "cf_sm_variant_id"}
    assert await kept(shop, exports) == []


async def test_what_went_out_is_written_down_with_a_decision_for_each_row(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        answer = await export(http, platform="mautic")
        row = table(answer)[0]
        await shop.services.taker.caught_up()
    assert list(row) == [
        "email", "sm_subject", "sm_preheader", "sm_text", "sm_cta_url", "sm_variant_id", "sm_decision_id",
    ]  # fmt: skip
    [record] = await kept(shop, exports)
    assert (record.id, record.leads, record.platform) == (UUID(answer.headers["Export-Id"]), 1, "mautic")
    assert list(record.revisions) == [row["sm_variant_id"]] == [str(made.variants[made.audience][0])]
    assert UUID(row["sm_decision_id"]) in {decision.id for decision in await kept(shop, decisions)}


async def test_a_spreadsheet_runs_nothing_and_an_audience_may_be_alone(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        await http.put("/v1/leads/=cmd|x", json={"traits": {"email": "x@correio.example"}, "consents": CONSENTS})
        assert {row["external_id"] for row in table(await export(http))} == {"c-1", "'=cmd|x"}
        assert [row["external_id"] for row in table(await export(http, audience=made.audience))] == ["c-1"]


async def test_what_cannot_be_exported_is_refused(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        for body, code in (
            ({"platform": "pigeon"}, "platform.unknown"),
            ({"fields": ["fax"]}, "export.field"),
            ({"platform": "mautic", "fields": ["html"]}, "export.field"),
        ):
            assert (await export(http, status=422, **body)).json()["code"] == code
        assert (await export(http, "nothing", status=404)).json()["code"] == "campaign.unknown"
    assert await kept(shop, exports) == []


async def test_the_fields_to_create_are_printed(service: Running) -> None:
    async with service.client() as http:
        told = (await http.get("/v1/platforms/mautic/fields")).json()["fields"]
        assert {"name": "sm_subject", "output": "subject", "type": "text", "length": 191} in told
        assert (await http.get("/v1/platforms/pigeon/fields")).json()["code"] == "platform.unknown"
        names = [one["name"] for one in (await http.get("/v1/platforms")).json()["items"]]
    assert {"none", "braze", "klaviyo", "rdstation", "adobe"} <= set(names)


def view(**values: str) -> LeadView:
    of = {"email": values}
    return LeadView(uuid4(), uuid4(), b"", "salt", "pt-BR", frozenset(), of, frozenset(("email",)))


def survey(prepared: Prepared, views: list[LeadView], **wanted: Any) -> tuple[Sheet, Survey]:
    candidate = Candidate(UUID(int=1), "r", None, "email", "pt-BR", False, prepared)
    shelved = Shelved(
        UUID(int=2), "cafe", UUID(int=3), "pt-BR", True, (), {}, {("email", "pt-BR"): {None: [candidate]}}
    )  # fmt: skip
    sheet, seen = Sheet.of(ExportInput(**wanted), shelved), Survey()
    people = [Person(one.id, "c", "a@correio.example") for one in views]
    look(sheet, people, {one.id: one for one in views}, 0.0, seen)
    return sheet, seen


def test_what_a_field_would_cut_is_refused_with_the_field_and_how_many_leads() -> None:
    long = Prepared({"subject": ("Oi",), "cta_url": ("https://loja.example/?nome=", NAME)})
    views = [view(first_name="A" * 170), view(first_name="A" * 180), view()]
    with pytest.raises(Invalid, match=r"mautic would cut.*sm_cta_url: 2 leads need up to 207 characters") as caught:
        report(*survey(long, views, platform="mautic"))
    assert caught.value.code == "export.too_long"
    assert [fault.pointer for fault in caught.value.faults] == ["/fields/sm_cta_url"]
    assert report(*survey(long, views, platform="none")).leads == 3


def test_who_is_called_like_a_platform_s_tag_is_left_out() -> None:
    told = report(
        *survey(Prepared({"text": ("Oi, ", NAME)}), [view(first_name="*|EMAIL|*"), view()], platform="rdstation")
    )
    assert (told.leads, told.left_out) == (1, {"platform_tag": 1})


async def kept(shop: Running, of: sa.Table) -> list[Any]:
    async with shop.services.database.read() as connection:
        return list(await connection.execute(sa.select(of)))
