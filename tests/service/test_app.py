"""What holds for every route: problems, request ids, health, figures, logs."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from service.db.engine import Database
from service.logs import configure
from service.settings import LogSettings
from tests.support import ARTICLE, Running, running


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/nowhere", None, 404, "route.unknown"),
        ("PATCH", "/v1/leads", None, 405, "http.405"),
        ("PUT", "/v1/leads/x", b"{", 422, "invalid"),
        ("PUT", "/v1/leads/x", b'{"traits": {"a b": 1}}', 422, "invalid"),
        ("PUT", "/v1/leads/x", b'{"traits": {"a": "\\u0000"}}', 422, "invalid"),
        ("PUT", "/v1/leads/x", b'{"extra": 1}', 422, "invalid"),
        ("PUT", "/v1/content/x", b'{"title": "No text"}', 422, "invalid"),
        ("PUT", "/v1/content/x", b'{"title": "T", "body": "b", "url": "javascript:alert(1)"}', 422, "invalid"),
        ("PUT", "/v1/content/x", b'{"title": "T", "body": "b", "valid_until": "2026-02-31T00:00:00Z"}', 422, "invalid"),
        ("GET", "/v1/leads?cursor=%00", None, 422, "cursor.unknown"),
        ("GET", "/v1/variants/not-a-uuid", None, 422, "invalid"),
        ("GET", "/v1/leads?limit=0", None, 422, "invalid"),
        ("POST", "/v1/leads:import", b"x", 415, "body.type"),
        ("POST", "/v1/search", b'{"query": ""}', 422, "invalid"),
    ],
)
async def test_every_error_is_a_problem(
    service: Running, method: str, path: str, content: bytes | None, status: int, code: str
) -> None:
    async with service.client() as http:
        answer = await http.request(method, path, content=content)
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["title"] and body["detail"] and body["type"].endswith(code)


async def test_a_problem_points_at_the_field(service: Running) -> None:
    async with service.client() as http:
        answer = await http.post("/v1/search", json={"query": "x", "limit": 1000, "at": "yesterday"})
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/limit", "/at"}


async def test_a_body_over_the_limit_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path, max_body=1 << 20) as service, service.client() as http:
        answer = await http.post(
            "/v1/leads:import", content=b"id\n" + b"1\n" * (1 << 20), headers={"Content-Type": "text/csv"}
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")


async def test_alive_ready_and_figures(shop: Running) -> None:
    async with shop.client() as http:
        assert (await http.get("/livez")).json() == {"status": "ok"}
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready") and "composer" in ready.json()["model"]
        figures = (await http.get("/metrics")).text
    assert 'route="/v1/leads/{external_id' in figures and "c-1" not in figures


async def test_not_ready_says_what_is_missing(sqlite_database: Database, tmp_path: Path) -> None:
    async with running(sqlite_database, tmp_path) as service, service.client() as http:
        async with sqlite_database.write() as connection:
            await connection.exec_driver_sql("DROP TABLE alembic_version")
        ready = await http.get("/readyz")
    assert ready.status_code == 503 and "migrate" in ready.json()["database"]


async def test_log_lines_carry_the_route_and_the_request_id_but_no_ids_from_paths(shop: Running) -> None:
    configure(LogSettings())  # as a service does, whatever a command before it did
    with structlog.testing.capture_logs() as lines:
        async with shop.client() as http:
            answer = await http.get("/v1/leads/c-1")
            await http.get("/v1/leads/helena@correio.example")
    routes = [line["route"] for line in lines if line["event"] == "request"]
    assert len(routes) == 2 and all(route.startswith("/v1/leads/{external_id") for route in routes)
    assert len(answer.headers["x-request-id"]) == 32
    assert "c-1" not in repr(lines) and "helena" not in repr(lines)


async def test_a_full_disk_is_told_and_loses_nothing(service: Running) -> None:
    async with service.client() as http:
        await http.put("/v1/content/cafe", json=ARTICLE)
        async with service.services.database.write() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        full = await http.put("/v1/content/big", json=ARTICLE | {"body": "Uma frase que ocupa espaço. " * 20_000})
        assert (full.status_code, full.json()["code"]) == (507, "storage.full")
        assert (await http.get("/v1/content/cafe")).status_code == 200
        assert (await http.get("/v1/content/big")).status_code == 404
