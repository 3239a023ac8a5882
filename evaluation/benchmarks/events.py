"""How many events the service takes in over HTTP, and how soon it answers for a single one.

The service, the baseline and the load are processes of their own on this machine's cores, so the load takes from what
the service could have. Each is a real server: the baseline parses the JSON of the same requests and answers.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import psutil
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI, Request

from evaluation.benchmarks.processes import command, cpu_seconds, free_port, wait_until_ready
from evaluation.benchmarks.report import BenchResult, Spread
from service.db.engine import Database
from service.db.tables import events as stored_events
from service.errors import SobMedidaError

LEADS = 5_000
BATCH = 100
SENDERS = 4
SINGLE_PER_SECOND = 200
WARM = 20
SECONDS = 6.0
TURNS = 3
WORKSPACE = "bench"
TOKEN = "bench-" * 8

_CATEGORIES = ("cafe", "plantas", "cozinha", "cama", "mesa", "banho", "luz", "jardim")
_NAMES = ("Product Viewed", "Product Viewed", "Product Viewed", "Product Added", "Product Removed", "Order Completed")
_AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Mobile Safari/537.36"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of senders saw: events a second, and milliseconds of the server's CPU for each."""

    per_second: float
    cpu_ms: float
    sent: int


def run(
    progress: Callable[[str], None] = lambda _: None, seconds: float = SECONDS, database: str | None = None
) -> BenchResult:
    """Batches of 100 from four senders, then single events at 200/s, by turns with the baseline.

    `database` is the `DATABASE_URL` of an empty one, where it is not to be SQLite.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder), progress, seconds, database or f"sqlite:///{folder}/records.db")


def _run(folder: Path, progress: Callable[[str], None], seconds: float, database: str) -> BenchResult:
    port, bare_port = free_port(), free_port()
    environment = {
        "SOBMEDIDA_DATA_DIR": str(folder / "data"), "SOBMEDIDA_PORT": str(port), "SOBMEDIDA_LOG_LEVEL": "warning",
        "SOBMEDIDA_LOCAL_TOKEN": TOKEN, "DATABASE_URL": database,
    }  # fmt: skip
    with command(
        "keys", "create", "--workspace", WORKSPACE, "--new-workspace", environment=environment, folder=folder
    ) as made:
        made.wait(60)
    with command("serve", environment=environment, folder=folder) as service, _bare(bare_port) as bare:
        url, bare_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bare_port}"
        wait_until_ready(f"{url}/readyz")
        wait_until_ready(f"{bare_url}/readyz")
        events = made_up()
        first = asyncio.run(_batches(url, service, events, seconds / 2))  # the leads are new
        ours, theirs = list[Turn](), list[Turn]()
        for turn in range(TURNS):
            progress(f"batches of {BATCH}, turn {turn + 1} of {TURNS}")
            ours.append(asyncio.run(_batches(url, service, events, seconds)))
            theirs.append(asyncio.run(_batches(bare_url, bare, events, seconds)))
        progress(f"single events, {SINGLE_PER_SECOND}/s")
        asyncio.run(_settled(url))
        cpu = cpu_seconds(service)
        single = asyncio.run(_singles(url, events, seconds))
        cpu_ms = 1000 * (cpu_seconds(service) - cpu) / (len(single) + WARM)
        bare_single = asyncio.run(_singles(bare_url, events, seconds))
        acknowledged = first.sent + sum(turn.sent for turn in ours) + WARM + len(single)
        lost = acknowledged - asyncio.run(_stored(database))
    return _result(ours, theirs, single, bare_single, {"lost": float(lost), "single_cpu_ms": cpu_ms})


def _result(
    ours: Sequence[Turn],
    theirs: Sequence[Turn],
    single: Sequence[float],
    bare: Sequence[float],
    more: Mapping[str, float],
) -> BenchResult:
    mine, bound = (Spread.of([turn.per_second for turn in turns]) for turns in (ours, theirs))
    detail = {
        "sent": float(sum(turn.sent for turn in ours)),
        **more,
        "cpu_ms": statistics.median(turn.cpu_ms for turn in ours),
        "single_p50_ms": _ms(single, 0.5),
        "single_p99_ms": _ms(single, 0.99),
        "single_most_ms": _ms(single, 1),
        "bare_single_p50_ms": _ms(bare, 0.5),
        "bare_single_p99_ms": _ms(bare, 0.99),
    }
    return BenchResult(
        name="events", unit=f"events/s in batches of {BATCH}", ours=mine, baseline=bound,
        ratio=mine.median / bound.median, detail=detail,
    )  # fmt: skip


def _ms(seconds: Sequence[float], quantile: float) -> float:
    ordered = sorted(seconds)
    return round(1000 * ordered[min(int(len(ordered) * quantile), len(ordered) - 1)], 2)


async def _stored(url: str) -> int:
    scheme, rest = url.split("://", 1)
    database = Database(f"{'sqlite+aiosqlite' if scheme == 'sqlite' else 'postgresql+psycopg'}://{rest}")
    async with database.read() as connection:
        found = await connection.scalar(sa.select(sa.func.count()).select_from(stored_events))
    await database.close()
    return int(found or 0)


def made_up(seed: int = 7) -> Iterator[dict[str, Any]]:
    """Events of a shop's site without end, as Segment's clients send them; the same for the same seed but for the time
    and the names."""
    rng = random.Random(seed)  # noqa: S311 - made-up data
    for number in itertools.count():
        lead, category = rng.randrange(LEADS), rng.choice(_CATEGORIES)
        yield {
            "type": "track", "event": rng.choice(_NAMES), "messageId": f"bench-{number}", "userId": f"lead-{lead}",
            "anonymousId": f"device-{lead}", "timestamp": datetime.now(UTC).isoformat(),
            "properties": {
                "product_id": f"p-{rng.randrange(500)}", "name": f"Kit {category}", "category": category,
                "price": rng.randrange(1_000, 50_000) / 100, "quantity": 1, "currency": "BRL",
                "order_id": f"o-{number}", "url": f"https://bench.example/{category}",
            },
            "context": {
                "locale": "pt-BR", "timezone": "America/Sao_Paulo", "userAgent": _AGENT, "ip": "203.0.113.9",
                "page": {"path": f"/{category}", "url": f"https://bench.example/{category}?x=1", "title": category},
                "campaign": {"name": "novembro", "source": "newsletter", "medium": "email"},
                "library": {"name": "analytics.js", "version": "4.1.0"},
            },
        }  # fmt: skip


@asynccontextmanager
async def _session(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Workspace": WORKSPACE, "Content-Type": "application/json"}
    async with aiohttp.ClientSession(url, headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:
        yield session


async def _batches(url: str, server: psutil.Process, events: Iterator[dict[str, Any]], seconds: float) -> Turn:
    sent = 0
    async with _session(url) as session:
        cpu, started = cpu_seconds(server), time.perf_counter()

        async def sender() -> None:
            nonlocal sent
            while time.perf_counter() - started < seconds:
                batch = list(itertools.islice(events, BATCH))
                await _post(session, "/v1/batch", {"batch": batch, "sentAt": datetime.now(UTC).isoformat()})
                sent += BATCH

        await asyncio.gather(*(sender() for _ in range(SENDERS)))
        took = time.perf_counter() - started
    return Turn(sent / took, 1000 * (cpu_seconds(server) - cpu) / sent, sent)


async def _singles(url: str, events: Iterator[dict[str, Any]], seconds: float) -> list[float]:
    """Seconds from when each event was due: a server that falls behind makes those after it wait too."""
    async with _session(url) as session:
        for _ in range(WARM):
            await _post(session, "/v1/track", next(events))
        started = time.perf_counter()

        async def one(number: int) -> float:
            due = started + number / SINGLE_PER_SECOND
            await asyncio.sleep(due - time.perf_counter())
            await _post(session, "/v1/track", next(events))
            return time.perf_counter() - due

        return await asyncio.gather(*(one(number) for number in range(int(seconds * SINGLE_PER_SECOND))))


async def _settled(url: str) -> None:
    """Wait until whatever follows the events has caught up with the batches."""
    async with _session(url) as session:
        while True:
            async with session.get("/v1/index", params={"wait": "30"}) as answer:
                state = await answer.json()
            if state["followed"] >= state["latest"]:
                return


async def _post(session: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> None:
    async with session.post(path, data=orjson.dumps(body)) as answer:
        told = await answer.read()
        if answer.status != 200 or b"rejected" in told:
            raise SobMedidaError(f"The benchmark's service answered {told[:300]!r}", code="bench.failed")


@contextmanager
def _bare(port: int) -> Iterator[psutil.Process]:
    process = multiprocessing.get_context("spawn").Process(target=_serve_bare, args=(port,))
    process.start()
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.join(30)


def _serve_bare(port: int) -> None:
    app = FastAPI()

    async def read(request: Request) -> dict[str, bool]:
        orjson.loads(await request.body())
        return {"success": True}

    for path in ("/v1/batch", "/v1/track"):
        app.post(path)(read)
    app.get("/readyz")(_ready)
    uvicorn.run(app, port=port, log_config=None, access_log=False)


async def _ready() -> dict[str, bool]:
    return {"ready": True}
