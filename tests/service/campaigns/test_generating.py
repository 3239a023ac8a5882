"""Writing a campaign: placed, routed, and not written twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from service.campaigns.generating import GENERATE, CampaignWork
from service.campaigns.store import CampaignStore
from service.generation.models import GenerateRequest
from service.jobs.models import Job
from service.variants.models import Place
from tests.service.campaigns.shop import BODY, campaign, ended, variants, workspace_of, written
from tests.support import NOW, Running


async def test_control_and_audiences_are_written_placed_and_sent_to_review(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http)
        job = await written(http)
    assert (job["status"], job["progress"]) == ("done", 1.0), job
    assert job["result"] == {
        "campaign": "semana", "cells": 4, "done": 4, "written": 4, "in_review": 4, "problems": [], "dropped": [],
        "cost": "0",
    }  # fmt: skip
    found = await variants(shop)
    assert Counter((one.channel, one.audience_slug, one.status) for one in found) == {
        (channel, slug, "in_review"): 1 for channel in ("email", "banner") for slug in (None, "coffee")
    }
    told = {one.audience_slug: one.audience["imply"] for one in found}
    assert told == {None: {}, "coffee": {"categoria": "café"}}


async def test_what_is_there_is_not_written_again(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["push"])
        await written(http)
        first = await variants(shop)
        again = await written(http)
        assert (again["result"]["written"], again["result"]["problems"], again["result"]["done"]) == (0, [], 2)
        assert await variants(shop) == first
        more = await written(http, variants_per_audience=2, audiences=[])
    assert more["result"]["written"] == 1
    assert Counter(one.audience_slug for one in await variants(shop)) == {None: 2, "coffee": 1}


async def test_a_run_that_was_stopped_goes_on(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["push"])
        await http.patch(
            "/v1/workspace", json={"review": {"routes": [{"findings": ["nothing"], "to": "auto_approve"}]}}
        )
        workspace = await workspace_of(shop)
        id_ = await _id(shop)
        request = {"audience": {}, "brief": BODY["brief"], "channel": "push", "variants": 1, "locale": "pt-BR"}
        await shop.services.pipeline.generate(
            workspace, GenerateRequest.model_validate(request), place=Place(id_, None)
        )
        job = await written(http)
    assert (job["result"]["written"], job["result"]["approved"], job["result"]["problems"]) == (1, 2, [])
    assert {one.serving == one.revision for one in await variants(shop)} == {True}


async def test_where_nothing_can_be_written_the_rest_is(shop: Running) -> None:
    async with shop.client() as http:
        await http.post("/v1/audiences", json={"slug": "gone", "name": "x", "condition": {}})
        await campaign(http, channels=["push"], audiences=["gone", "coffee"])
        await http.delete("/v1/audiences/gone")
        job = await written(http)
        assert job["result"]["written"] == 2
        assert job["result"]["problems"] == [{"channel": "push", "audience": "gone", "code": "audience.unknown"}]
        body = BODY | {"brief": BODY["brief"] | {"content_ids": ["nothing"]}, "channels": ["sms"], "audiences": []}
        await http.put("/v1/campaigns/semana", json=body)
        job = await written(http)
    assert job["result"]["problems"] == [{"channel": "sms", "audience": None, "code": "generation.no_evidence"}]


async def test_a_workspace_may_never_approve_some_copy(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["push"], audiences=[])
        await http.patch("/v1/workspace", json={"review": {"routes": [{"channels": ["push"], "to": "never"}]}})
        job = await written(http)
    assert job["result"]["rejected"] == 1
    assert [one.status for one in await variants(shop)] == ["rejected"]


async def test_a_job_for_a_forgotten_campaign_says_so(shop: Running) -> None:
    job = Job(
        id=uuid4(), workspace=(await workspace_of(shop)).id, kind=GENERATE, status="queued", progress=0.0,
        parameters={"campaign": str(uuid4()), "wanted": {}}, created_at=NOW,
    )  # fmt: skip
    async with shop.client() as http:
        made = await shop.services.jobs.start(job.workspace, GENERATE, job.parameters)
        found = await ended(http, f"/v1/jobs/{made.id}")
    assert found["problem"]["code"] == "campaign.unknown"


async def test_whoever_waits_for_the_end_is_told(shop: Running) -> None:
    told: list[tuple[UUID, Mapping[str, Any]]] = []
    progress: list[tuple[float, int]] = []

    async def finished(workspace: UUID, result: Mapping[str, Any]) -> None:
        told.append((workspace, result))

    async def report(done: float, so_far: dict[str, Any] | None = None, /) -> None:
        progress.append((done, (so_far or {})["written"]))

    async with shop.client() as http:
        await campaign(http, channels=["push"])
    job = Job(
        id=uuid4(), workspace=(await workspace_of(shop)).id, kind=GENERATE, status="running", progress=0.0,
        parameters={"campaign": str(await _id(shop)), "wanted": {"variants_per_audience": 1}}, created_at=NOW,
    )  # fmt: skip
    services = shop.services
    result = await CampaignWork(services.database, services.pipeline, services.clock, finished).generate(job, report)
    assert told == [(job.workspace, result | {"job": str(job.id)})] and result["written"] == 2
    assert [done for done, _ in progress] == [0.5, 1.0] and progress[-1] == (1.0, 2)


async def test_only_what_is_the_campaigns_can_be_asked_for(shop: Running) -> None:
    async with shop.client() as http:
        await campaign(http, channels=["push"])
        for wanted, pointer in (
            ({"channels": ["push", "sms"]}, "/channels/1"),
            ({"audiences": ["loyal"]}, "/audiences/0"),
            ({"variants_per_audience": 0}, "/variants_per_audience"),
            ({"writer": "ghost"}, "/writer"),
        ):
            answer = await http.post("/v1/campaigns/semana/generate", json=wanted)
            assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer, answer.text


async def _id(shop: Running) -> UUID:
    workspace = await workspace_of(shop)
    async with shop.services.database.read() as connection:
        return (await CampaignStore(connection, workspace.id).get("semana")).id
