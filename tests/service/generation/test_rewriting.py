"""One field written anew: streamed, checked, kept nowhere; and what happens where no model answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from evaluation.loopback import served
from service.db.engine import Database
from service.generation.mock_model import Answer, MockModel
from service.generation.rewriting import FieldReader
from tests.service.delivery.test_rendering import COPY, written
from tests.support import PATIENCE, Running, fill, model_at, running

TEXTS = (
    "Café coado com calma", "O filtro de papel molhado antes", "Sabor limpo em cada xícara", "A água e o seu café",
    "Em casa, sem pressa", "Para começar bem o dia", "Uma jarra de café coado", "Um passo de cada vez",
    "Café para acordar devagar", "O jeito simples de coar", "Menos amargor na xícara", "Convite para um café",
    "Pausa para o café", "Água quente e paciência", "O que muda no seu café", "Coar é mais fácil do que parece",
)  # fmt: skip
NOTE = "Mais curto, e sem ponto de interrogação"


def says(*texts: str, field: str = "subject", **more: Any) -> Answer:
    """The model's answer: that field in each of those texts."""
    variants = [{"angle": "benefit", "fields": {field: text}} for text in texts]
    return Answer(orjson.dumps({"variants": variants}).decode(), **more)


@asynccontextmanager
async def with_model(
    database: Database,
    folder: Path,
    respond: Callable[[dict[str, Any]], Answer] | None,
    *script: Answer,
    patience: float = PATIENCE,
) -> AsyncIterator[tuple[Running, MockModel]]:
    """A shop whose model answers so."""
    mock = MockModel(script=script, respond=respond)
    async with (
        served(mock) as url,
        model_at(url, timeout=patience) as client,
        running(database, folder, client=client) as service,
    ):
        await fill(service)
        yield service, mock


async def rewritten(http: httpx.AsyncClient, id_: str, **body: Any) -> list[tuple[str, dict[str, Any]]]:
    """The events that come, by name."""
    told = {"field": "subject", "note": NOTE} | body
    answer = await http.post(f"/v1/variants/{id_}/rewrite:stream", json=told)
    assert answer.status_code == 200, answer.text
    found = []
    for block in answer.text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in lines:
            found.append((lines["event"], orjson.loads(lines["data"])))
    return found


async def test_the_text_comes_as_it_is_written_then_what_the_checks_say(
    sqlite_database: Database, tmp_path: Path
) -> None:
    text = "Água a 92 °C e “calma” – café coado em casa 🌱"
    async with with_model(sqlite_database, tmp_path, None, says(text)) as (service, mock), service.client() as http:
        made = await written(http)
        events = await rewritten(http, made["id"])
        kept = (await http.get(f"/v1/variants/{made['id']}")).json()
    pieces = [data["text"] for name, data in events if name == "text"]
    assert "".join(pieces) == text
    assert len(pieces) > 1
    name, proposal = events[-1]
    assert (name, proposal["text"], proposal["generator"]) == ("proposal", text, "model")
    assert proposal["blocked"] is False
    assert (kept["fields"], kept["version"]) == (made["fields"], made["version"])
    prompt = mock.requests[0]["messages"][-1]["content"]
    assert NOTE in prompt
    assert COPY["headline"] in prompt
    assert "Helena" not in prompt


async def test_what_blocks_it_is_repaired_once(sqlite_database: Database, tmp_path: Path) -> None:
    bad, good = says("Café com 90% de desconto"), says("Café coado em casa, com calma")
    async with with_model(sqlite_database, tmp_path, None, bad, good) as (service, mock), service.client() as http:
        events = await rewritten(http, (await written(http))["id"])
    assert events[-1][1]["text"] == "Café coado em casa, com calma"
    assert len(mock.requests) == 2


async def test_what_cannot_be_repaired_is_proposed_with_its_finding(sqlite_database: Database, tmp_path: Path) -> None:
    bad = says("Café com 90% de desconto")
    async with with_model(sqlite_database, tmp_path, None, bad) as (service, _), service.client() as http:
        proposal = (await rewritten(http, (await written(http))["id"]))[-1][1]
    assert proposal["blocked"] is True
    assert [one["field"] for one in proposal["findings"]] == ["subject"]


BAD_DAYS: dict[str, tuple[Answer, str]] = {
    "500": (Answer(status=500, body=b"oops"), "model.unreachable"),
    "no key": (Answer(status=401, body=b'{"error": {"message": "bad key"}}'), "model.unauthorized"),
    "half an answer": (says("Café coado em casa, com calma", drop_after=200), "model.unreachable"),
    "nothing at all": (Answer(hang=True), "model.unreachable"),
    "prose": (Answer("Prefiro não escrever isso."), "model.nonsense"),
}


@pytest.mark.parametrize("day", BAD_DAYS)
async def test_on_a_bad_day_the_composer_stands_in_and_says_so(
    sqlite_database: Database, tmp_path: Path, day: str
) -> None:
    answer, code = BAD_DAYS[day]
    patience = 0.3 if answer.hang else PATIENCE
    async with (
        with_model(sqlite_database, tmp_path, None, answer, patience=patience) as (service, _),
        service.client() as http,
    ):
        events = await rewritten(http, (await written(http))["id"])
    notices = [data for name, data in events if name == "notice"]
    assert [one["code"] for one in notices] == [code]
    name, proposal = events[-1]
    assert (name, proposal["generator"]) == ("proposal", "composer")
    assert proposal["text"] != COPY["subject"]


async def test_without_a_model_the_composer_says_something_new_each_time(shop: Running) -> None:
    async with shop.client() as http:
        id_ = (await written(http))["id"]
        first = (await rewritten(http, id_))[-1][1]
        second = (await rewritten(http, id_, taken=[first["text"]]))[-1][1]
    assert first["generator"] == "composer"
    assert len({COPY["subject"], first["text"], second["text"]}) == 3


async def test_the_words_that_are_not_kept_yet_are_what_is_written_for(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with (
        with_model(sqlite_database, tmp_path, None, says("Passo a passo do café")) as (service, mock),
        service.client() as http,
    ):
        await rewritten(http, (await written(http))["id"], fields={"headline": "Um título que ninguém guardou"})
    assert "Um título que ninguém guardou" in mock.requests[0]["messages"][-1]["content"]


async def test_ten_subjects_that_differ_come_clean_ones_first(sqlite_database: Database, tmp_path: Path) -> None:
    texts = iter(TEXTS)

    def respond(_request: dict[str, Any]) -> Answer:
        return says("Café com 90% de desconto", *(next(texts) for _ in range(4)))

    async with with_model(sqlite_database, tmp_path, respond) as (service, mock), service.client() as http:
        made = await written(http)
        answer = (await http.post(f"/v1/variants/{made['id']}/subjects", json={})).json()
        kept = (await http.get(f"/v1/variants/{made['id']}")).json()
    assert not [one for one in answer["items"] if one["blocked"]]
    found = [one["text"] for one in answer["items"]]
    assert len(found) == len(set(found)) == 10
    assert not any(one["blocked"] for one in answer["items"])
    assert answer["notices"] == []
    assert kept["version"] == made["version"]
    assert found[0] in mock.requests[-1]["messages"][-1]["content"]  # so that the next ones differ


async def test_more_headlines_without_a_model_and_fewer_than_asked_for_are_told(shop: Running) -> None:
    async with shop.client() as http:
        made = await written(http, "push", title="Café coado", body="Água a 92 °C.")
        answer = (await http.post(f"/v1/variants/{made['id']}/subjects", json={"count": 20})).json()
    assert {one["field"] for one in answer["items"]} == {"title"}
    assert {one["generator"] for one in answer["items"]} == {"composer"}
    assert [one["code"] for one in answer["notices"]] == ["generation.few"]


async def test_what_cannot_be_written_is_told(shop: Running) -> None:
    async with shop.client() as http:
        id_ = (await written(http))["id"]
        assert (await rewritten(http, id_, field="cta_content_id"))[-1][1]["code"] == "variant.field"
        gone = "00000000-0000-0000-0000-000000000000"
        name, problem = (await rewritten(http, gone))[-1]
        assert (name, problem["code"]) == ("error", "variant.unknown")
        refused = await http.post(f"/v1/variants/{id_}/subjects", json={"count": 0})
    assert refused.status_code == 422


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_a_field_is_read_out_of_an_answer_however_its_pieces_fall(size: int) -> None:
    text = 'Diz "olá"\n\\ e 🌱 é fim'
    for answer in (orjson.dumps(text).decode(), json.dumps(text)):  # the second has everything escaped
        raw = '{"variants": [{"angle": "benefit", "fields": {"cta": "x", "subject": ' + answer + ', "body": "y"}}]}'
        reader = FieldReader("subject")
        assert "".join(reader.feed(raw[at : at + size]) for at in range(0, len(raw), size)) == text


async def test_a_page_that_was_pasted_into_a_field_does_not_reach_the_model(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with (
        with_model(sqlite_database, tmp_path, None, says("Passo a passo do café")) as (service, mock),
        service.client() as http,
    ):
        events = await rewritten(http, (await written(http))["id"], fields={"body": "café " * 20_000})
    assert events[-1][0] == "proposal"
    assert len(mock.requests[0]["messages"][-1]["content"]) < 12_000
