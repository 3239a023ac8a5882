"""Segment's own client libraries, pointed here."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from segment.analytics import Client

from evaluation.loopback import served
from service.db.engine import Database
from tests.support import Running, running

SCRIPT = Path(__file__).parent / "send.mjs"
CALLS = {"identify", "track", "page", "group", "alias", "device"}


@pytest.fixture
async def live(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[tuple[Running, str]]:
    """A service on loopback whose clock is the real one, since the clients' is."""
    async with (
        running(sqlite_database, tmp_path, clock=lambda: datetime.now(UTC)) as service,
        served(service.app) as url,
    ):
        yield service, url


async def delivered(service: Running) -> dict[str, str]:
    """What the lead `c-1` did by then: types by the names of their messages."""
    async with service.client() as http:
        assert (await http.get("/v1/leads/c-1")).json()["traits"] == {
            "email": "ana@correio.example", "companyId": "g-1", "company": "Silva",
        }  # fmt: skip
        items = (await http.get("/v1/leads/c-1/events")).json()["items"]
    return {item["message_id"]: item["type"] for item in items}


@pytest.mark.parametrize("zipped", [False, True])
async def test_the_python_client_delivers(live: tuple[Running, str], zipped: bool) -> None:
    service, url = live
    failed: list[object] = []

    def send() -> None:
        client = Client(
            service.keys["casa"], host=url, gzip=zipped, max_retries=1, on_error=lambda error, _: failed.append(error)
        )
        client.track(anonymous_id="a-1", event="Product Viewed", message_id="device")
        client.identify("c-1", {"email": "ana@correio.example"}, anonymous_id="a-1", message_id="identify")
        client.track("c-1", "Order Completed", {"total": 170.1}, message_id="track")
        client.page("c-1", "Loja", "Kit", message_id="page")
        client.screen("c-1", "Loja", "Carrinho", message_id="screen")
        client.group("c-1", "g-1", {"name": "Silva"}, message_id="group")
        client.alias("before", "c-1", message_id="alias")
        client.shutdown()

    await asyncio.to_thread(send)
    assert failed == []
    found = await delivered(service)
    assert found.keys() == CALLS | {"screen"}
    assert found["screen"] == "page"


async def test_the_node_client_delivers(live: tuple[Running, str]) -> None:
    node, modules = shutil.which("node"), os.environ.get("SOBMEDIDA_NODE_MODULES")
    if node is None:
        pytest.skip("needs node")
    if modules is None or not (Path(modules) / "@segment" / "analytics-node").is_dir():
        pytest.skip("needs SOBMEDIDA_NODE_MODULES, a folder with @segment/analytics-node in it")
    service, url = live
    process = await asyncio.create_subprocess_exec(
        node, str(SCRIPT), modules, url, service.keys["casa"],
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    assert await delivered(service) == {
        "identify": "identify", "track": "track", "page": "page", "group": "group", "alias": "alias", "device": "track",
    }  # fmt: skip
