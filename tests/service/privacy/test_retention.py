"""What is too old is thrown away, and nothing that is computed tells of it any more."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from service.db import tables
from service.db.engine import Database
from service.jobs.store import JobStore
from service.privacy.daily import RetentionClock, retention_due
from service.privacy.erasing import Eraser
from service.privacy.policy import Retention
from service.privacy.retention import LEADS, ROWS, Sweep
from service.privacy.work import PrivacyWork
from tests.service.privacy.people import Watch, draft, event
from tests.support import NOW, Running, running


def register(service: Running) -> None:
    wired = service.services
    eraser = Eraser(wired.database, wired.index, wired.follower, wired.signer, wired.clock)
    PrivacyWork(wired.database, eraser, wired.clock).register(wired.jobs)


def ago(days: float) -> Any:
    return NOW - timedelta(days=days)


async def old_things(service: Running) -> tuple[UUID, UUID]:
    """One of everything on either side of each limit; the workspace and its lead."""
    async with service.client() as http:
        await http.put("/v1/leads/c-1", json={"traits": {}})
    database = service.services.database
    async with database.write() as connection:
        lead, workspace = (
            await connection.execute(sa.select(tables.leads.c.id, tables.leads.c.workspace_id))
        ).one()  # fmt: skip
        for table, row in [
            (tables.events, event(lead, "Product Viewed", ago(731)) | {"properties": {"product_id": "ancient"}}),
            (tables.events, event(lead, "Product Viewed", ago(729)) | {"properties": {"product_id": "recent"}}),
            (tables.events, event(None, "visited", ago(91))),
            (tables.events, event(None, "visited", ago(89))),
            (tables.histories, {"lead_id": lead, "data": {"ancient": True}}),
            (tables.variants, draft(lead, "old", ago(181))),
            (tables.variants, draft(None, "new", ago(179))),
            (tables.variants, draft(None, "kept", ago(181)) | {"status": "approved"}),
            (tables.variants, draft(None, "edited", ago(181)) | {"serving": "a" * 64}),  # beside what is served
            (tables.decisions, decision(ago(731))),
            (tables.decisions, decision(ago(729))),
        ]:
            await connection.execute(sa.insert(table).values(workspace_id=workspace, **row))
        for days, status in ((31, "done"), (29, "done"), (31, "running")):
            job = await JobStore(connection, workspace).add("nothing", {}, ago(days))
            finished = None if status == "running" else ago(days)
            await JobStore(connection, workspace).note(job.id, status, finished_at=finished)  # type: ignore[arg-type]
    return workspace, lead


def decision(at: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(), "campaign_id": uuid4(), "channel": "email", "rung": "none", "propensity": 1.0, "snapshot": "",
        "receipt": b"{}", "signature": "", "at": at,
    }  # fmt: skip


async def names(database: Database, column: sa.Column[Any]) -> Counter[str]:
    async with database.read() as connection:
        return Counter((await connection.scalars(sa.select(column))).all())


async def test_a_dry_run_counts_and_a_round_throws_away(database: Database, tmp_path: Path) -> None:
    due = {"events": 1, "anonymous_events": 1, "drafts": 1, "jobs": 1, "decisions": 1}
    async with running(database, tmp_path) as service, service.client() as http:
        register(service)
        await old_things(service)
        assert (await http.post("/v1/retention:apply", params={"dry_run": True})).json() == due
        assert (await http.get("/v1/variants")).text.count('"draft"') == 3
        started = await http.post("/v1/retention:apply")
        assert started.status_code == 202
        job = await finished(http, started.headers["location"])
        assert (job["status"], job["result"]) == ("done", due)
        again = (await http.post("/v1/retention:apply", params={"dry_run": True})).json()
        assert again == dict.fromkeys(due, 0)
    assert await names(database, tables.events.c.name) == {"Product Viewed": 1, "visited": 1}
    assert await names(database, tables.variants.c.status) == {"draft": 2, "approved": 1}
    async with database.read() as connection:
        history = await connection.scalar(sa.select(tables.histories.c.data))
    assert "ancient" not in str(history) and "recent" in str(history)


async def test_a_round_takes_any_number_in_short_transactions(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service:
        workspace, _ = await old_things(service)
        async with database.write() as connection:
            many = [{"workspace_id": workspace, **event(None, "visited", ago(100))} for _ in range(ROWS + 10)]
            await connection.execute(sa.insert(tables.events), many)
            people: list[dict[str, Any]] = [
                {
                    "id": uuid4(), "workspace_id": workspace, "external_id": f"p-{number}", "traits": {},
                    "locale": "en", "created_at": NOW, "updated_at": NOW,
                }
                for number in range(LEADS + 5)
            ]  # fmt: skip
            await connection.execute(sa.insert(tables.leads), people)
            theirs = [{"workspace_id": workspace, **event(one["id"], "Order Completed", ago(900))} for one in people]
            await connection.execute(sa.insert(tables.events), theirs)
        told: list[float] = []

        async def report(progress: float) -> None:
            told.append(progress)

        thrown = await Sweep(workspace, Retention(), NOW).apply(database, report)
    assert (thrown.events, thrown.anonymous_events) == (LEADS + 6, ROWS + 11)
    assert told == sorted(told) and told[-1] == 1


async def test_what_a_workspace_keeps_for_good_stays(service: Running) -> None:
    workspace, _ = await old_things(service)
    keep = Retention(events=None, anonymous_events=None, drafts=None, jobs=None, decisions=None)
    async with service.services.database.read() as connection:
        due = await Sweep(workspace, keep, NOW + timedelta(days=9_000)).due(connection)
    assert set(due.model_dump().values()) == {0}


async def test_a_workspace_sets_its_own_days(service: Running) -> None:
    await old_things(service)
    await service.workspace("vizinha")
    async with service.client() as http:
        policy = {"retention": {"events": 1, "anonymous_events": 1, "drafts": 1, "jobs": 1, "decisions": 1}}
        await http.patch("/v1/workspace", json={"policy": policy})
        due = (await http.post("/v1/retention:apply", params={"dry_run": True})).json()
    assert due == {"events": 2, "anonymous_events": 2, "drafts": 2, "jobs": 2, "decisions": 2}
    async with service.client("vizinha") as http:
        assert set((await http.post("/v1/retention:apply", params={"dry_run": True})).json().values()) == {0}


async def test_each_workspace_has_a_round_a_day(database: Database, tmp_path: Path) -> None:
    watch = Watch()
    async with running(database, tmp_path, clock=watch) as service, service.client() as http:
        register(service)
        other = await service.workspace("vizinha")
        clock = RetentionClock(database, service.services.jobs, watch)
        await clock.look()
        await clock.look()
        assert [job["kind"] for job in (await http.get("/v1/jobs")).json()["items"]] == ["retention"]
        watch.now = NOW + timedelta(hours=25)
        async with database.read() as connection:
            assert other.id in await retention_due(connection, watch())


async def test_only_an_admin_throws_away(service: Running) -> None:
    workspace = await service.workspace("outra")
    async with service.client(key=await service.key(workspace, "ingest", "review")) as http:
        for path in ("/v1/retention:apply", "/v1/erasures:verify"):
            assert (await http.post(path, json={"receipt": {}})).status_code == 403


async def finished(http: Any, path: str) -> dict[str, Any]:
    while (job := (await http.get(path)).json())["status"] in ("queued", "running"):
        pass
    return dict(job)


@pytest.mark.parametrize("days", [0, 4_000, "x"])
async def test_days_that_make_no_sense_are_told(service: Running, days: Any) -> None:
    async with service.client() as http:
        answer = await http.patch("/v1/workspace", json={"policy": {"retention": {"events": days}}})
    assert answer.status_code == 422 and "/policy/retention/events" in answer.text
