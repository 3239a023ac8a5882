"""Serving on bad days: the records locked, the index gone, clocks that jump, names nobody expects."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from service.db.engine import Database
from tests.service.delivery.support import selling
from tests.service.delivery.test_copy import copy
from tests.support import CONSENTS, NOW, Running, fill, running


async def test_with_the_records_locked_and_the_index_gone_copy_goes_out(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path, own_index=True) as service:
        await fill(service)
        made = await selling(service)
        shutil.rmtree(tmp_path / "index")
        with closing(sqlite3.connect(sqlite_database.url.database or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with service.client() as http:
                answers = await asyncio.gather(
                    *(copy(http, name, deadline_ms=10_000) for name in ("c-1", "nobody") * 20)
                )
    assert all(answer["send"] for answer in answers)
    assert {answer["variant_id"] for answer in answers} == {
        str(made.variants[made.audience][0]), str(made.variants[None][0])
    }  # fmt: skip


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
async def test_a_clock_that_jumps_says_nothing_untrue_and_comes_back(
    sqlite_database: Database, tmp_path: Path, jump: timedelta
) -> None:
    """The kit's offer ends on 4 December 2026."""
    moment = NOW
    async with running(sqlite_database, tmp_path, clock=lambda: moment) as service:
        await fill(service)
        await selling(service)
        async with service.client() as http:
            before = await copy(http)
            moment = NOW + jump
            jumped = await copy(http)
            moment = NOW
            after = await copy(http)
    assert before["send"]
    assert jumped["send"] is (jump < timedelta(0))  # what is true until a moment is true before it
    assert (after["variant_id"], after["subject"]) == (before["variant_id"], before["subject"])


@pytest.mark.parametrize(
    "name",
    ["🎉🎉🎉", "x" * 300, "50% OFF evil.com", "<script>alert(1)</script>", "{{ first_name }}", "*|FNAME|*", "a\nb"],
)
async def test_a_name_that_is_none_leaves_the_fallback(shop: Running, name: str) -> None:
    await selling(shop)
    async with shop.client() as http:
        await http.put("/v1/leads/c-1", json={"traits": {"firstName": name}, "consents": CONSENTS})
        await shop.seen()
        answer = await copy(http)
    told = answer["subject"] + answer["html"] + answer["text"]
    assert answer["send"]
    assert name not in told


async def test_an_expired_key_opens_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    moment = NOW
    async with running(sqlite_database, tmp_path, clock=lambda: moment) as service:
        await fill(service)
        await selling(service)
        ends: datetime = NOW + timedelta(hours=1)
        async with service.client() as http:
            made = await http.post(
                "/v1/keys",
                json={"name": "x", "kind": "campaign", "campaign": "cafe", "expires_at": ends.isoformat()},
            )
        await service.services.shelf.catch_up()
        token = made.json()["key"]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://test") as http:
            assert (await copy(http, key=token))["send"]
            moment = ends
            refused = await http.get("/v1/copy", params={"campaign": "cafe", "key": token})
    assert (refused.status_code, refused.json()["code"]) == (401, "key.expired")
