"""Segment's HTTP API as its clients meet it."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import events
from service.events.reading import BATCH_LIMIT, BODY_LIMIT
from service.events.segment import EVENT_LIMIT
from tests.service.events.calls import batch, call
from tests.support import NOW, Running, running

TRACK = {"userId": "c-1", "event": "Product Viewed", "messageId": "m-1"}


def basic(user: str, word: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()}


@pytest.fixture
async def http(service: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with service.client() as client:
        yield client


async def names(http: httpx.AsyncClient, lead: str = "c-1") -> list[str]:
    """The message ids of what a lead did, in order."""
    answer = await http.get(f"/v1/leads/{lead}/events")
    return sorted(item["message_id"] for item in answer.raise_for_status().json()["items"])


async def test_the_key_may_stand_wherever_segments_clients_put_it(service: Running) -> None:
    key = service.keys["casa"]
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        for number, (headers, beside) in enumerate(
            [(basic(key), {}), ({"Authorization": f"Bearer {key}"}, {}), ({}, {"writeKey": key})]
        ):
            body = TRACK | {"messageId": f"m-{number}"} | beside
            assert (await http.post("/v1/track", json=body, headers=headers)).json() == {"success": True}
    async with service.client() as http:
        assert await names(http) == ["m-0", "m-1", "m-2"]


@pytest.mark.parametrize(
    ("headers", "beside", "code"),
    [
        ({}, {}, "key.missing"),
        ({}, {"writeKey": "nonsense"}, "key.unknown"),
        ({}, {"writeKey": 7}, "key.missing"),
        (basic("nonsense"), {}, "key.unknown"),
        ({"Authorization": "Basic ???"}, {}, "key.missing"),
        ({"Authorization": "Digest x"}, {}, "key.missing"),
    ],
)
async def test_without_a_good_key_nothing_is_taken(
    service: Running, headers: dict[str, str], beside: dict[str, Any], code: str
) -> None:
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as http:
        answer = await http.post("/v1/track", json=TRACK | beside)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_a_key_needs_the_scope(service: Running) -> None:
    key = await service.key(await service.workspace("outra"), "generate")
    async with service.client(key=key) as http:
        assert (await http.post("/v1/track", json=TRACK)).status_code == 403


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import"])
async def test_a_batch_keeps_what_can_be_used_and_names_the_rest(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.post(
        path,
        json=batch(
            [
                call("track", "m-1", userId="c-1"),
                call("launch", "m-2", userId="c-1"),
                call("track", "m-3"),
                "track",
                call("track", "m-5", userId="c-1", properties={"text": "x" * (33 << 10)}),
                call("track", "m-6", userId="c-1", properties=orjson.loads('{"a":' * 50 + "1" + "}" * 50)),
                call("track", "m-7", userId="c-1"),
                call("track", "m-7", userId="c-1"),
            ]
        ),
    )
    assert answer.status_code == 200
    rejected = answer.json()["rejected"]
    assert [one["index"] for one in rejected] == [1, 2, 3, 4, 5]
    assert [one["pointer"] for one in rejected][:3] == ["/batch/1/type", "/batch/2/userId", "/batch/3"]
    assert "32,768" in rejected[3]["detail"]
    assert "nested" in rejected[4]["detail"]
    assert await names(http) == ["m-1", "m-7"]


async def test_a_batch_of_which_nothing_can_be_used_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/batch", json=batch([{"type": "track", "event": "x"}]))
    assert (answer.status_code, answer.json()["code"]) == (400, "events.refused")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == "/batch/0/userId"


BODIES: list[tuple[bytes, str]] = [
    (b"", "events.unreadable"),
    (b"{", "events.unreadable"),
    (b"[]", "events.unreadable"),
    (b"null", "events.unreadable"),
    (b"{}", "events.refused"),
    (b'{"batch": []}', "events.refused"),
    (b'{"batch": {"type": "track"}}', "events.refused"),
    ('{"batch": [{"event": "ação"}]}'.encode("latin-1"), "events.unreadable"),
    ('{"batch": [{"event": "ação"}]}'.encode("utf-16"), "events.unreadable"),
    (b'{"batch": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "events.unreadable"),
    (b'{"batch": [' + b"[" * 900 + b"]" * 900 + b"]}", "events.refused"),
    (b'{"batch": [NaN]}', "events.unreadable"),
    (b'{"batch": [' + b",".join([b"{}"] * (BATCH_LIMIT + 1)) + b"]}", "events.too_large"),
    (b'{"batch": ["' + b"x" * BODY_LIMIT + b'"]}', "events.too_large"),
]


@pytest.mark.parametrize(("body", "code"), BODIES, ids=[f"{body[:12]!r}-{len(body)}" for body, _ in BODIES])
async def test_bad_bodies_are_refused_and_lose_nothing(http: httpx.AsyncClient, body: bytes, code: str) -> None:
    await http.post("/v1/track", json=TRACK)
    for content, headers in ((body, {}), (gzip.compress(body), {"Content-Encoding": "gzip"})):
        answer = await http.post("/v1/batch", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await names(http) == ["m-1"]


async def test_a_single_event_that_is_too_long_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/track", json=TRACK | {"properties": {"text": "x" * EVENT_LIMIT}})
    assert (answer.status_code, answer.json()["code"]) == (400, "events.refused")
    assert (await http.post("/v1/track", json=TRACK | {"properties": {"text": "x" * 32_000}})).status_code == 200


BOMBS = {
    "bomb": gzip.compress(b" " * (64 << 20)),
    "cut": gzip.compress(orjson.dumps(TRACK))[:-4],
    "followed": gzip.compress(orjson.dumps(TRACK)) + b"x",
    "plain": orjson.dumps(TRACK),
    "zlib": zlib.compress(orjson.dumps(TRACK)),
}


@pytest.mark.parametrize("kind", BOMBS)
async def test_what_is_not_gzip_or_too_much_of_it_is_refused(http: httpx.AsyncClient, kind: str) -> None:
    answer = await http.post("/v1/track", content=BOMBS[kind], headers={"Content-Encoding": "gzip"})
    code = "events.too_large" if kind == "bomb" else "events.unreadable"
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_gzip_is_read_and_other_encodings_are_not(http: httpx.AsyncClient) -> None:
    body = gzip.compress(orjson.dumps(TRACK))
    assert (await http.post("/v1/track", content=body, headers={"Content-Encoding": "gzip"})).status_code == 200
    assert (await http.post("/v1/track", content=body, headers={"Content-Encoding": "br"})).status_code == 415
    assert await names(http) == ["m-1"]


async def test_the_browsers_wish_for_privacy_reaches_the_ledger(http: httpx.AsyncClient) -> None:
    for name in ("m-1", "m-2"):
        await http.post("/v1/track", json=TRACK | {"messageId": name}, headers={"Sec-GPC": "1"})
    [consent] = (await http.get("/v1/leads/c-1")).json()["consents"]
    assert (consent["purpose"], consent["status"], consent["source"]) == (
        "personalize.content.profiling", "denied", "gpc",
    )  # fmt: skip


async def test_every_call_is_kept_as_what_it_is(http: httpx.AsyncClient) -> None:
    for path, said in (
        ("identify", {"traits": {"firstName": "Ana", "orders": [[1]]}}),
        ("page", {"name": "Início"}),
        ("screen", {"name": "Carrinho"}),
        ("group", {"groupId": "g-1", "traits": {"name": "Silva"}}),
        ("track", {"event": "Order Completed"}),
    ):
        answer = await http.post(f"/v1/{path}", json={"userId": "c-1", "messageId": path, **said})
        assert answer.status_code == 200
        assert len(answer.json().get("warnings", [])) == (path == "identify")
    items = (await http.get("/v1/leads/c-1/events")).json()["items"]
    assert {item["message_id"]: (item["type"], item["name"]) for item in items} == {
        "identify": ("identify", ""), "page": ("page", "Início"), "screen": ("page", "Carrinho"),
        "group": ("group", ""), "track": ("track", "Order Completed"),
    }  # fmt: skip
    traits = (await http.get("/v1/leads/c-1")).json()["traits"]
    assert traits == {"firstName": "Ana", "companyId": "g-1", "company": "Silva"}


async def test_what_a_lead_did_comes_in_pages(http: httpx.AsyncClient) -> None:
    await http.post("/v1/batch", json=batch([call("track", f"m-{n}", n, userId="a/b@c.example") for n in range(5)]))
    first = (await http.get("/v1/leads/a/b@c.example/events?limit=3")).json()
    assert [item["message_id"] for item in first["items"]] == ["m-0", "m-1", "m-2"]
    second = (await http.get("/v1/leads/a/b@c.example/events", params={"cursor": first["next_cursor"]})).json()
    assert [item["message_id"] for item in second["items"]] == ["m-3", "m-4"]
    assert second["next_cursor"] is None
    assert (await http.get("/v1/leads/nobody/events")).status_code == 404
    for cursor in ("x", base64.b64encode(b"0001-01-01T00:00:00+14:00 1").decode(), base64.b64encode(b"1 x").decode()):
        answer = await http.get("/v1/leads/a/b@c.example/events", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor.unknown")


async def test_addresses_on_the_network_are_never_kept(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        body = TRACK | {"context": {"ip": "203.0.113.9", "userAgent": "Mozilla/5.0", "screen": {"width": 9}}}
        await http.post("/v1/track", json=body, headers={"X-Forwarded-For": "203.0.113.9"})
    async with database.read() as connection:
        [row] = (await connection.execute(sa.select(events))).all()
    assert "203.0.113.9" not in str(row)
    assert row.context == {}
    assert row.received_at == NOW
