"""Memberships of 50 audiences over many leads, gone through anew, against bare growthbook; then one event at a time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import psutil
import sqlalchemy as sa
from growthbook.core import evalCondition

from evaluation.benchmarks.people import CATEGORIES, CITIES, CLUBS, CONTRACT, fill
from evaluation.benchmarks.report import BenchResult, Progress, Spread
from service.audiences.follow import AudienceFollower
from service.audiences.judging import see
from service.audiences.models import AudienceInput, Condition
from service.audiences.ready import ready
from service.audiences.store import AudienceStore
from service.db import changes
from service.db.engine import Database
from service.db.migrate import migrate
from service.db.tables import audiences, memberships
from service.events.ingest import ingest
from service.events.models import Event, Incoming, Who
from service.leads.contract_store import ContractStore
from service.leads.store import LeadStore
from service.privacy.policy import Policy
from service.profile.store import SubjectStore
from service.workspaces.models import Workspace
from service.workspaces.store import WorkspaceStore

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROUNDS = 2  # the first writes all memberships, the next ones find them right
EVENTS = 50
_SAMPLE = 2_000


async def run(progress: Progress = lambda _done, _total: None, leads: int = 100_000) -> BenchResult:
    """Seconds a pass over all leads. The baseline evaluates the same conditions on values that are ready in memory."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'records.db'}")
        try:
            return await _measured(database, leads, progress)
        finally:
            await database.close()


async def _measured(database: Database, leads: int, progress: Progress) -> BenchResult:
    await migrate(database)
    workspace = await _workspace(database)
    await fill(database, workspace.id, leads, NOW, lambda done: progress(done, leads))
    follower = AudienceFollower(database, lambda: NOW)
    ours, busy, baseline = list[float](), list[float](), list[float]()
    async with _watched() as peak:
        for _ in range(ROUNDS):
            async with database.write() as connection:
                await changes.append(connection, workspace.id, "contract", [workspace.id], NOW)
            started, worked = time.perf_counter(), time.process_time()
            await follower.catch_up()
            ours.append(time.perf_counter() - started)
            busy.append(time.process_time() - worked)
            baseline.append(await _bare(database, workspace, leads))
        spent = sorted(await _events(database, workspace, follower))
    async with database.read() as connection:
        kept = await connection.scalar(sa.select(sa.func.count()).select_from(memberships))
    mine, theirs = Spread.of(ours), Spread.of(baseline)
    return BenchResult(
        name="audiences",
        unit=f"s for {leads:,} leads in {len(conditions())} audiences",
        ours=mine,
        baseline=theirs,
        ratio=mine.median / theirs.median,
        detail={
            "memberships": float(kept or 0),
            "first_pass_s": ours[0],
            "first_pass_cpu_s": busy[0],
            "steady_pass_s": ours[-1],
            "steady_pass_cpu_s": busy[-1],
            "bare_growthbook_s": theirs.median,
            "leads_per_second": leads / mine.median,
            "peak_rss_mb": max(peak) / 2**20,
            "event_to_membership_ms_median": 1e3 * median(spent),
            "event_to_membership_ms_p99": 1e3 * spent[int(len(spent) * 0.99)],
        },
    )


def conditions() -> dict[str, Condition]:
    """Fifty: the ready-made ones and such as marketers write."""
    found: dict[str, Condition] = {slug: one.condition for slug, one in ready("en", CATEGORIES).items()}
    found |= {f"city-{n}": {"city": city, "visits_30d": {"$gte": 1}} for n, city in enumerate(CITIES)}
    found |= {f"club-{club}": {"clube": club, "points": {"$gt": 500}} for club in CLUBS}
    found |= {f"likes-{one}": {"top_categories": {"$in": [one]}, "orders": {"$exists": True}} for one in CATEGORIES}
    found |= {
        "quiet": {"$nor": [{"visits_30d": {"$gt": 0}}, {"email_clicks_90d": {"$gt": 0}}]},
        "spenders": {"$or": [{"spent_365d": {"$gt": 500}}, {"average_order": {"$gt": 200}}]},
        "bench": {"cart_products": {"$in": ["bench"]}},
        "north": {"city": {"$regex": "^(Bel|Man)"}, "$not": {"orders": {"$gt": 5}}},
    }
    return found


async def _workspace(database: Database) -> Workspace:
    async with database.write() as connection:
        workspace = await WorkspaceStore(connection).create("bench", NOW)
        await ContractStore(connection, workspace.id).put(CONTRACT, NOW)
        store = AudienceStore(connection, workspace.id)
        for slug, condition in conditions().items():
            await store.create(AudienceInput(slug=slug, name=slug, condition=condition), NOW)
    return workspace


async def _bare(database: Database, workspace: Workspace, leads: int) -> float:
    """Seconds that growthbook alone would take, told from some leads."""
    async with database.read() as connection:
        subjects = await SubjectStore(connection, workspace.id).pages(None, _SAMPLE)
    local = NOW.astimezone(ZoneInfo(workspace.timezone))
    values = [see(subject, CONTRACT, Policy(), local).values for subject in subjects]
    wanted: list[dict[str, Any]] = list(conditions().values())
    started = time.perf_counter()
    for one in values:
        for condition in wanted:
            evalCondition(one, condition)  # type: ignore[arg-type]  # it only reads
    return (time.perf_counter() - started) * leads / len(values)


async def _events(database: Database, workspace: Workspace, follower: AudienceFollower) -> list[float]:
    """Seconds from handing in an event that fills a cart to the membership that follows from it."""
    running = asyncio.create_task(follower.run())
    async with database.read() as connection:
        page, _ = await LeadStore(connection, workspace.id).page(200)
        cart = await connection.scalar(sa.select(audiences.c.id).where(audiences.c.slug == "bench"))
        subjects = await SubjectStore(connection, workspace.id).by_ids([lead.id for lead in page])
    local = NOW.astimezone(ZoneInfo(workspace.timezone))
    able = [one.lead for one in subjects if "days_since_created" in see(one, CONTRACT, Policy(), local).values]
    try:
        return [
            await _until_member(database, workspace, follower, lead.external_id, lead.id, cart)
            for lead in able[:EVENTS]
        ]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _until_member(
    database: Database, workspace: Workspace, follower: AudienceFollower, external_id: str, lead: Any, cart: Any
) -> float:
    wanted = sa.select(memberships.c.since).where(memberships.c.lead_id == lead, memberships.c.audience_id == cart)
    put = {"product_id": "bench", "price": 10, "quantity": 1}
    event = Event(uuid4().hex, "track", "Product Added", NOW, properties=put)
    started = time.perf_counter()
    await ingest(database, workspace, [Incoming(event, Who(user_id=external_id))], NOW)
    follower.wake()
    while time.perf_counter() - started < 5:
        async with database.read() as connection:
            if (await connection.execute(wanted)).first():
                break
        await asyncio.sleep(0.001)
    return time.perf_counter() - started


@asynccontextmanager
async def _watched() -> AsyncIterator[list[int]]:
    """The memory of this process every fiftieth of a second."""
    process, seen = psutil.Process(), [0]

    async def watch() -> None:
        while True:
            seen.append(process.memory_info().rss)
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
