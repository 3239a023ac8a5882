"""Jobs: done one after the other, told over HTTP, and begun again after a stop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

from service.db.engine import Database
from service.errors import Invalid
from service.jobs.models import Job
from service.jobs.runner import Jobs, Report
from service.jobs.store import JobStore
from tests.support import NOW, Running, running


async def finished(service: Running, job: Job) -> dict[str, Any]:
    """The job as the API tells it once it is over."""
    async with service.client() as client:
        while True:
            answer = await client.get(f"/v1/jobs/{job.id}")
            if answer.json()["status"] in ("done", "failed"):
                return dict(answer.json())
            await asyncio.sleep(0.01)


async def kept(database: Database, job: Job) -> Job:
    """The job as it stands in the records."""
    async with database.read() as connection:
        return await JobStore(connection, job.workspace).get(job.id)


async def test_a_job_is_done_and_its_result_told(database: Database, tmp_path: Path) -> None:
    async def count(job: Job, report: Report) -> dict[str, Any]:
        await report(0.5)
        return {"counted": job.parameters["to"]}

    async with running(database, tmp_path) as service:
        service.services.jobs.register("count", count)
        workspace = await service.workspace("outra")
        job = await service.services.jobs.start(workspace.id, "count", {"to": 3})
        async with service.client("outra") as client:
            while (told := (await client.get(f"/v1/jobs/{job.id}")).json())["status"] != "done":  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            listed = (await client.get("/v1/jobs")).json()["items"]
        assert (told["progress"], told["result"]) == (1.0, {"counted": 3})
        assert [item["id"] for item in listed] == [str(job.id)]
        async with service.client() as stranger:
            assert (await stranger.get(f"/v1/jobs/{job.id}")).json()["code"] == "job.unknown"
            assert (await stranger.get(f"/v1/jobs/{uuid4()}")).status_code == 404


async def test_what_goes_wrong_is_told_and_the_next_job_is_done(database: Database, tmp_path: Path) -> None:
    async def refuse(_job: Job, _report: Report) -> dict[str, Any]:
        raise Invalid("Only 3 leads; 200 are needed.", code="scores.too_little")

    async def work(_job: Job, _report: Report) -> dict[str, Any]:
        return {}

    async with running(database, tmp_path) as service:
        jobs = service.services.jobs
        jobs.register("refuse", refuse)
        jobs.register("work", work)
        workspace = (await service.workspace("casa2")).id
        service.keys["casa"] = service.keys["casa2"]
        first, second = await jobs.start(workspace, "refuse"), await jobs.start(workspace, "work")
        told = await finished(service, first)
        assert (told["status"], told["problem"]["code"]) == ("failed", "scores.too_little")
        assert (await finished(service, second))["status"] == "done"


async def test_only_that_a_job_has_ended_is_told_to_those_who_follow_the_sequence(
    database: Database, tmp_path: Path
) -> None:
    told: list[str] = []

    async def work(_job: Job, report: Report) -> dict[str, Any]:
        await report(0.5)
        told.append("working")
        return {}

    async def refuse(_job: Job, _report: Report) -> dict[str, Any]:
        raise Invalid("Only 3 leads; 200 are needed.", code="scores.too_little")

    async with running(database, tmp_path) as service:
        jobs = service.services.jobs
        jobs.register("work", work)
        jobs.register("refuse", refuse)
        workspace = (await service.workspace("casa2")).id
        service.keys["casa"] = service.keys["casa2"]
        database.listeners.add(told.extend)
        for kind in ("work", "refuse"):
            await finished(service, await jobs.start(workspace, kind))
    assert told == ["working", "job", "job"]


async def test_a_job_that_a_stop_cut_short_is_begun_again(database: Database, tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def hang(_job: Job, _report: Report) -> dict[str, Any]:
        begun.set()
        await asyncio.Event().wait()
        return {}

    async def work(_job: Job, _report: Report) -> dict[str, Any]:
        return {"done": True}

    async with running(database, tmp_path) as service:
        service.services.jobs.register("work", hang)
        workspace = await service.workspace("outra")
        job = await service.services.jobs.start(workspace.id, "work")
        await begun.wait()
    again = Jobs(database, lambda: NOW)
    again.register("work", work)
    task = asyncio.create_task(again.run())
    while (await kept(database, job)).status != "done":  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    task.cancel()
    assert (await kept(database, job)).result == {"done": True}
