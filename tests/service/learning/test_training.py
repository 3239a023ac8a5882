"""Score models from stored leads: who may be learnt from, what is learnt, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest

from service.db.engine import Database
from service.events.models import Event
from service.leads.models import LeadInput
from service.learning.examples import Collector, Examples
from service.learning.features import Column, Schema
from service.learning.jobs import register_jobs
from service.learning.measuring import measure
from service.learning.models import Counts, EventTarget, ModelReport
from service.learning.predictor import Linear, Predictor, Trees
from service.learning.store import ModelStore
from service.profile.store import SubjectStore
from service.workspaces.store import WorkspaceStore
from tests.service.learning.people import CONTRACT, PROFILING, TRAINING, consents, order, page, settle, shoppers
from tests.support import NOW, Running, running

MONTH = {"target": {"event": "Order Completed", "horizon_days": 30}}


@pytest.fixture
async def shop(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """A service that knows how to learn, with nobody in it."""
    async with running(sqlite_database, tmp_path) as started:
        yield learning(started)


@pytest.fixture
async def anywhere(database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """The same on either database."""
    async with running(database, tmp_path) as started:
        yield learning(started)


def learning(started: Running) -> Running:
    """With the kinds of jobs that learning knows."""
    services = started.services
    register_jobs(services.jobs, services.database, services.index, services.clock)
    return started


async def finished(http: httpx.AsyncClient, answer: httpx.Response) -> Any:
    """The job that an answer promises, when it is over."""
    assert answer.status_code == 202, answer.text
    place = answer.headers["Location"]
    while (job := (await http.get(place)).json())["status"] in ("queued", "running"):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return job


async def fill(shop: Running, count: int, *purposes: str) -> None:
    workspace = await workspace_of(shop)
    leads, done = shoppers(count, NOW, *purposes)
    await settle(shop.services.database, workspace, leads, done, NOW)


async def test_a_model_learns_who_orders_and_scores_everybody(shop: Running) -> None:
    await fill(shop, 240, PROFILING, TRAINING)
    async with shop.client() as http:
        before = (await http.get("/v1/leads/c-0/scores")).json()
        assert before["intent"]["model"] == "rules"
        job = await finished(http, await http.post("/v1/scores:train", json=MONTH))
        assert job["status"] == "done", job
        assert job["result"]["active"] is True
        assert (job["result"]["version"], job["result"]["leads"]) == (1, 240)
        scores = [(await http.get(f"/v1/leads/c-{number}/scores")).json()["intent"] for number in range(20)]
        keen, idle = scores[::2], scores[1::2]
        assert {one["model"] for one in scores} == {1}
        assert mean(one["value"] for one in keen) > mean(one["value"] for one in idle) + 25
        assert all(one["reasons"] for one in keen)
        report = (await http.get("/v1/scores/models/1/report")).json()
        assert report["measures"]["auc"] > 0.8
        assert 200 <= report["counts"]["leads"] <= 240  # those who had been seen by then
        assert report["left_out"]["secret"] == "the contract forbids it"
        assert {"secret", "first_name"}.isdisjoint(report["features"])
        html = await http.get("/v1/scores/models/1/report?format=html")
        assert html.headers["content-type"].startswith("text/html")
        assert html.text.count("<svg") == 2
        assert "logistic regression" in html.text
        assert [one["version"] for one in (await http.get("/v1/scores/models")).json()["items"]] == [1]
        rules = await finished(http, await http.post("/v1/scores/intent:deactivate"))
        assert rules["status"] == "done"
        assert (await http.get("/v1/leads/c-0/scores")).json() == before
        await finished(http, await http.post("/v1/scores/models/1:activate"))
        assert (await http.get("/v1/leads/c-0/scores")).json()["intent"] == keen[0]


async def test_without_consent_to_training_nobody_is_learnt_from(shop: Running) -> None:
    await fill(shop, 210, PROFILING)
    async with shop.client() as http:
        job = await finished(http, await http.post("/v1/scores:train", json=MONTH))
    assert job["status"] == "failed"
    assert job["problem"]["code"] == "scores.too_little"
    told = {fault["pointer"]: fault["detail"] for fault in job["problem"]["errors"]}
    assert told == {
        "/leads": "0 of 200",
        "/consents/train_ai_system": "210 leads without it",
        "/consents/personalize.content.profiling": "0 leads without it",
    }


async def test_without_consent_to_profiling_there_is_no_score(shop: Running) -> None:
    await fill(shop, 4, TRAINING)
    async with shop.client() as http:
        found = (await http.get("/v1/leads/c-0/scores")).json()
        assert found["fit"] == found["intent"]
        assert (found["fit"]["value"], found["fit"]["why_not"]) == (None, "no profiling consent")
        job = await finished(http, await http.post("/v1/scores:refresh"))
        assert job["result"] == {"leads": 4, "moved": 0}


async def test_a_withdrawn_consent_takes_the_stored_score_away(anywhere: Running) -> None:
    await fill(anywhere, 2, PROFILING)
    async with anywhere.client() as http:
        assert (await finished(http, await http.post("/v1/scores:refresh")))["result"] == {"leads": 2, "moved": 2}
        assert (await finished(http, await http.post("/v1/scores:refresh")))["result"] == {"leads": 2, "moved": 0}
        revoked = {**consents(PROFILING)[0], "status": "revoked", "collected_at": "2026-11-01T10:00:00Z"}
        await http.put("/v1/leads/c-0", json={"traits": {"club": "root"}, "consents": [revoked]})
        assert (await finished(http, await http.post("/v1/scores:refresh")))["result"] == {"leads": 2, "moved": 1}
    workspace = await workspace_of(anywhere)
    async with anywhere.services.database.read() as connection:
        store = SubjectStore(connection, workspace)
        assert (await store.get("c-0")).scores == {}
        assert set((await store.get("c-1")).scores) == {"fit", "intent"}


@pytest.mark.parametrize("trait", ["secret", "first_name", "nowhere"])
async def test_what_the_contract_does_not_let_choose_is_not_learnt(shop: Running, trait: str) -> None:
    await fill(shop, 2, PROFILING)
    async with shop.client() as http:
        answer = await http.post("/v1/scores:train", json={"target": {"trait": trait, "value": True}})
    assert (answer.status_code, answer.json()["code"]) == (422, "scores.target_forbidden")


async def test_models_of_others_are_unknown(shop: Running) -> None:
    async with shop.client() as http:
        for method, path in (("GET", "/v1/scores/models/1/report"), ("POST", "/v1/scores/models/1:activate")):
            answer = await http.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (404, "scores.unknown_model")


async def test_one_model_of_a_kind_serves_and_each_stays_what_it_was(anywhere: Running) -> None:
    workspace, made = await workspace_of(anywhere), a_model()
    async with anywhere.services.database.write() as connection:
        store = ModelStore(connection, workspace)
        versions = [(await store.add(uuid4(), "intent", *made, NOW)).version for _ in range(2)]
        assert versions == [1, 2]
        assert await store.serving() == {}
        await store.activate(1)
        await store.activate(2)
        assert [(one.version, one.active) for one in await store.all()] == [(2, True), (1, False)]
        serving = (await store.serving())["intent"]
        assert (serving.version, serving.predictor.dump()) == (2, made[0])
        assert await store.report(1) == made[1]
        other = ModelStore(connection, uuid4())
        assert (await other.all(), await other.serving()) == ([], {})


def a_model() -> tuple[bytes, ModelReport]:
    """A model that asks one question, and a report on it."""
    nothing, one = np.zeros(1), np.zeros((1, 1))
    line = Linear(
        columns=np.zeros(1, np.int64), knots=nothing, mean=nothing, scale=nothing + 1, weights=nothing,
        missing_weights=nothing, intercept=0,
    )  # fmt: skip
    predictor = Predictor(
        schema_=Schema(columns=[Column(attribute="orders", kind="number")]),
        plain=line, bent=line, trees=Trees(
            feature=one - 1, threshold=one, left=one, right=one, missing_left=one, value=one, baseline=0, depth=0
        ),
        shares=np.ones(3) / 3, slope=1, offset=0,
    )  # fmt: skip
    measures = measure(np.array([0.1, 0.9]), np.array([0.0, 1.0]))
    counts = Counts(leads=2, rows=2, positives=1, without_training_consent=0, without_profiling_consent=0,
                    trained_on=2, held_back=0)  # fmt: skip
    return predictor.dump(), ModelReport(
        target=EventTarget(), measures=measures, baseline=measures, features=["orders"], left_out={}, counts=counts,
        first=NOW, last=NOW, seed=0, contract_version=0,
    )  # fmt: skip


async def test_a_lead_is_learnt_from_as_it_was_known_on_the_day(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    """What it did after the cut-off is the answer, and must not be part of the question."""
    async with running(database, tmp_path) as started:
        workspace = await started.workspace("outra")
        early, late = now - timedelta(days=45), now - timedelta(days=10)
        done: list[Event] = [page(early), order(late)]
        lead = LeadInput.model_validate(
            {"external_id": "a", "traits": {"club": "root"}, "consents": consents(PROFILING, TRAINING)}
        )
        ids = await settle(database, workspace.id, [lead], {"a": done}, now)
        async with database.read() as connection:
            subjects = await SubjectStore(connection, workspace.id).by_ids(list(ids.values()))
    found = Examples()
    Collector(EventTarget(), CONTRACT, workspace, now).collect(subjects, {ids["a"]: done}, found)
    assert found.labels == [True]
    assert found.rows[0]["days_since_last_visit"] == 15.0
    assert "orders" not in found.rows[0] or found.rows[0]["orders"] == 0
    assert found.rows[0]["club"] == "root"


async def workspace_of(shop: Running) -> UUID:
    async with shop.services.database.read() as connection:
        return (await WorkspaceStore(connection).get("casa")).id
