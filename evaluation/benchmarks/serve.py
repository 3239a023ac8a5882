"""Copy on demand over HTTP, against a bare FastAPI route that answers the same JSON from memory.

Service, baseline and load are processes of their own; both servers are one uvicorn worker with the same loop. The
baseline's answer is bytes that were put together before: it decides nothing, binds nothing and writes nothing down.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import uvicorn
from fastapi import FastAPI, Response

from evaluation.benchmarks import load
from evaluation.benchmarks.load import Load
from evaluation.benchmarks.processes import command, cpu_seconds, free_port, wait_until_ready
from evaluation.benchmarks.report import BenchResult, Spread
from evaluation.benchmarks.stock import CAMPAIGN, KIT, OFFER, PLACEMENT, stock

LEADS = 100_000
VARIANTS = 200
CALLERS = 32
SECONDS = 5.0
TURNS = 3
WORKSPACE = "bench"
TOKEN = "bench-" * 8
MANY = 20_000  # requests that differ, so that nothing is served from a cache by chance

Told = Callable[[str], None]


def run(told: Told = lambda _: None, seconds: float = SECONDS, leads: int = LEADS) -> list[BenchResult]:
    """One result a route: answers a second, and how long they take at half of that."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder), told, seconds, leads)


def _run(folder: Path, told: Told, seconds: float, leads: int) -> list[BenchResult]:
    port = free_port()
    environment = {
        "SOBMEDIDA_DATA_DIR": str(folder / "data"), "SOBMEDIDA_PORT": str(port), "SOBMEDIDA_LOG_LEVEL": "warning",
        "SOBMEDIDA_LOCAL_TOKEN": TOKEN,
    }  # fmt: skip
    key = _key(environment, folder, "--scope", "admin", "--scope", "serve")
    asyncio.run(stock(f"sqlite+aiosqlite:///{folder}/data/sobmedida.db", folder, WORKSPACE, leads, VARIANTS, told))
    results = []
    with command("serve", environment=environment, folder=folder) as service:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(f"{url}/readyz")
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as http:
            told("reading the leads")
            _until(lambda: http.get("/v1/serving").json()["complete"], 180)
            for name, paths in _routes(leads).items():
                results.append(_route(service, port, key, name, paths, http, seconds, told))
            told("an offer is edited under load")
            results[0].detail["edit_to_last_old_answer_ms"] = _edited(http, port, key, seconds, results[0].ours.median)
    return results


def _routes(leads: int) -> dict[str, list[str]]:
    chance = random.Random(7)  # noqa: S311 - the same leads in each run
    some = [chance.randrange(leads) for _ in range(MANY)]
    return {
        "copy": [f"/v1/copy?campaign={CAMPAIGN}&recipient=lead-{number}&delivery=d-1" for number in some],
        "placements": [f"/v1/placements/{PLACEMENT}?visit={number}" for number in some],
    }


def _route(
    service: psutil.Process, port: int, key: str, name: str, paths: Sequence[str], http: httpx.Client, seconds: float,
    told: Told,
) -> BenchResult:  # fmt: skip
    headers = (f"Authorization: Bearer {key}",)
    requests = [load.request(path, *headers) for path in paths]
    same = max((http.get(path).content for path in paths[:20]), key=len)  # one in ten leads gets nothing
    ours, theirs, cpu = list[Load](), list[Load](), list[float]()
    with _bare(same) as bare:
        bare_requests = [load.request(f"/{name}?{path.partition('?')[2]}", *headers) for path in paths]
        load.run(port, requests, 1, CALLERS)
        for turn in range(TURNS):
            told(f"{name}, turn {turn + 1} of {TURNS}")
            before = cpu_seconds(service)
            ours.append(load.run(port, requests, seconds, CALLERS))
            cpu.append(1e6 * (cpu_seconds(service) - before) / max(len(ours[-1].seconds), 1))
            theirs.append(load.run(bare, bare_requests, seconds, CALLERS))
        peak, bound = (Spread.of([one.per_second for one in turns]) for turns in (ours, theirs))
        told(f"{name}, at half of its peak")
        half = load.run(port, requests, seconds, CALLERS, peak.median / 2)
        bare_half = load.run(bare, bare_requests, seconds, CALLERS, bound.median / 2)
    detail = {
        "half_peak_p50_ms": half.quantile(0.5), "half_peak_p99_ms": half.quantile(0.99),
        "bare_half_peak_p99_ms": bare_half.quantile(0.99), "cpu_us": statistics.median(cpu),
        "failed": float(sum(one.failed for one in (*ours, half))), "bytes": float(ours[-1].size),
    }  # fmt: skip
    return BenchResult(
        name=name, unit="answers/s", ours=peak, baseline=bound, ratio=peak.median / bound.median, detail=detail
    )


def _edited(http: httpx.Client, port: int, key: str, seconds: float, peak: float) -> float:
    """Milliseconds from the answer to an edit until the last answer with the old price, at half of the peak."""
    requests = [load.request(path, f"Authorization: Bearer {key}") for path in _routes(1_000)["copy"]]
    background = threading.Thread(target=load.run, args=(port, requests, seconds, CALLERS, peak / 2))
    background.start()
    time.sleep(seconds / 3)
    old = "170,10"
    asked_of = (f"/v1/copy?campaign={CAMPAIGN}&recipient=lead-{number}" for number in range(100))
    path = next(path for path in asked_of if old in http.get(path).text)
    body = {name: value for name, value in KIT.items() if name != "external_id"}
    http.put(f"/v1/content/{OFFER}", json={**body, "facts": {**KIT["facts"], "price": 150}}).raise_for_status()
    begun = last = time.perf_counter()
    while time.perf_counter() < begun + 1.5:
        asked = time.perf_counter()
        if old in http.get(path).text:
            last = asked
    background.join()
    return 1000 * (last - begun)


def _until(done: Callable[[], bool], seconds: float) -> None:
    end = time.perf_counter() + seconds
    while not done():
        if time.perf_counter() > end:
            raise TimeoutError("the service did not get ready to serve in time")
        time.sleep(0.2)


def _key(environment: dict[str, str], folder: Path, *options: str) -> str:
    with command(
        "keys", "create", "--quiet", "--workspace", WORKSPACE, "--new-workspace", *options, environment=environment,
        folder=folder,
    ) as made:  # fmt: skip
        made.wait(60)
    return (folder / "keys.log").read_text().split()[-1]


@contextmanager
def _bare(body: bytes) -> Iterator[int]:
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve_bare, args=(port, body))
    process.start()
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/copy")
        yield port
    finally:
        process.terminate()
        process.join(30)


def _serve_bare(port: int, body: bytes) -> None:
    app = FastAPI()

    async def same() -> Response:
        return Response(body, media_type="application/json")

    for path in ("/copy", "/placements"):
        app.get(path)(same)
    uvicorn.run(app, port=port, log_config=None, access_log=False)
