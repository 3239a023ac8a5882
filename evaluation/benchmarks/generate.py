"""How fast generation is, end to end over HTTP, and how much of the ideal a slow model leaves.

The service, the mock model and the load each run in a process of their own on this machine's cores, so the load and the
model take from what the service could have.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import openai
import orjson
import psutil

from evaluation.benchmarks.processes import command, cpu_seconds, free_port, lag_buckets, lag_p99, wait_until_ready
from evaluation.benchmarks.report import BenchResult, Spread
from service.errors import SobMedidaError

PASSAGES = 5_000
COMPOSED = 300
WARM_SECONDS = 4.0
WINDOW_SECONDS = 8.0
TURNS = 3
LATENCY = 1.0
WORKSPACE = "bench"

_TOPICS = [
    "café",
    "chá",
    "panela",
    "cerâmica",
    "lençol",
    "toalha",
    "planta",
    "vaso",
    "luminária",
    "tapete",
    "prato",
    "copo",
    "faca",
    "tábua",
    "forno",
    "horta",
]
_QUALITIES = [
    "artesanal",
    "leve",
    "durável",
    "prático",
    "colorido",
    "brasileiro",
    "reciclado",
    "clássico",
    "compacto",
    "resistente",
    "macio",
    "firme",
]
_VERBS = [
    "combina",
    "dura",
    "cabe",
    "chega",
    "brilha",
    "seca",
    "aquece",
    "organiza",
    "decora",
    "serve",
    "protege",
    "renova",
]
_PLACES = [
    "na cozinha",
    "na sala",
    "no quarto",
    "na varanda",
    "na mesa do café",
    "no jardim",
    "no escritório",
    "na casa de praia",
]


@dataclass(frozen=True, slots=True)
class Load:
    """What one round of callers saw."""

    per_second: float
    cpu_ms: float
    lag_p99_ms: float
    errors: int


def run(progress: Callable[[str], None] = lambda _: None, passages: int = PASSAGES) -> BenchResult:
    """Measure the composer's latency, then 100 and 200 callers against a model that takes one second."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder), progress, passages)


def _run(folder: Path, progress: Callable[[str], None], passages: int) -> BenchResult:
    port, model_port = free_port(), free_port()
    url, model_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{model_port}/v1"
    environment = {
        "SOBMEDIDA_DATA_DIR": str(folder / "data"), "SOBMEDIDA_PORT": str(port), "SOBMEDIDA_LOG_LEVEL": "warning",
        "OPENAI_BASE_URL": model_url, "OPENAI_MODEL": "mock", "SOBMEDIDA_LOCAL_TOKEN": "bench-" * 8,
    }  # fmt: skip
    _make_workspace(folder, environment)
    with (
        command("mock-model", "--port", str(model_port), "--latency", str(LATENCY), folder=folder),
        command("serve", environment=environment, folder=folder) as service,
    ):
        ready = wait_until_ready(f"{url}/readyz")
        progress(f"importing {passages} passages")
        asyncio.run(_fill(url, passages))
        progress("composer, one caller")
        composed = asyncio.run(_one_after_another(url))
        loads, bare = {}, []
        for callers in (100, 200):
            for repeated in (True, False):
                progress(f"model, {callers} callers, {'repeated' if repeated else 'distinct'} queries")
                loads[callers, repeated] = [
                    asyncio.run(_together(url, service, callers, repeated)) for _ in range(TURNS)
                ]
            progress(f"baseline: the bare client, {callers} callers")
            bare.append(asyncio.run(_bare(model_url, 100)))
    return _result(ready, composed, loads, bare, passages)


def _result(
    ready: float,
    composed: Sequence[float],
    loads: Mapping[tuple[int, bool], Sequence[Load]],
    bare: Sequence[Load],
    passages: int,
) -> BenchResult:
    ordered = sorted(composed)
    detail: dict[str, float] = {
        "passages": passages, "ready_s": round(ready, 2),
        "composer_p50_ms": round(statistics.median(ordered) * 1000, 2),
        "composer_p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
        "composer_min_ms": round(ordered[0] * 1000, 2),
        "bare_client_cpu_ms": round(statistics.median(load.cpu_ms for load in bare), 2),
    }  # fmt: skip
    for (callers, repeated), turns in loads.items():
        name = f"callers_{callers}_{'repeated' if repeated else 'distinct'}"
        detail[f"{name}_per_second"] = round(statistics.median(load.per_second for load in turns), 1)
        detail[f"{name}_of_ideal_100"] = round(
            statistics.median(load.per_second for load in turns) / (100 / LATENCY), 3
        )
        detail[f"{name}_cpu_ms"] = round(statistics.median(load.cpu_ms for load in turns), 2)
        detail[f"{name}_lag_p99_ms"] = max(load.lag_p99_ms for load in turns)
        detail[f"{name}_errors"] = sum(load.errors for load in turns)
    ours, baseline = (Spread.of([load.per_second for load in turns]) for turns in (loads[100, True], bare))
    return BenchResult(
        name="generate", unit="answers/s of 100 callers at once; the baseline is the bare openai client",
        ours=ours, baseline=baseline, ratio=ours.median / baseline.median, detail=detail,
    )  # fmt: skip


def _make_workspace(folder: Path, environment: dict[str, str]) -> None:
    with command(
        "keys", "create", "--workspace", WORKSPACE, "--new-workspace", environment=environment, folder=folder
    ) as made:
        made.wait(60)


def _headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {'bench-' * 8}", "X-Workspace": WORKSPACE}


async def _fill(url: str, passages: int) -> None:
    lines = b"\n".join(orjson.dumps(item) for item in articles(passages))
    async with aiohttp.ClientSession(url, headers=_headers(), timeout=aiohttp.ClientTimeout(total=None)) as session:
        async with session.post(
            "/v1/content:import", data=lines, headers={"Content-Type": "application/x-ndjson"}
        ) as answer:
            _require(await answer.json(), "created")
        lead = {"traits": {"firstName": "Ana"}, "locale": "pt-BR"}
        async with session.put("/v1/leads/bench-1", json=lead) as answer:
            answer.raise_for_status()
        while True:
            async with session.get("/v1/index", params={"wait": "30"}) as answer:
                state = await answer.json()
            if state["followed"] >= state["latest"]:
                return


def articles(count: int, seed: int = 7) -> Iterator[dict[str, object]]:
    """Short made-up articles of one passage each, in Portuguese, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - made-up text
    for number in range(count):
        sentences = [
            f"{rng.choice(_TOPICS).capitalize()} {rng.choice(_QUALITIES)} {rng.choice(_VERBS)} bem "
            f"{rng.choice(_PLACES)} e {rng.choice(_VERBS)} com "
            f"{rng.choice(_TOPICS)} {rng.choice(_QUALITIES)} todos os dias."
            for _ in range(4)
        ]
        yield {
            "external_id": f"artigo-{number}", "kind": "article", "locale": "pt-BR", "body": " ".join(sentences),
            "title": f"{rng.choice(_TOPICS).capitalize()} {rng.choice(_QUALITIES)} {rng.choice(_PLACES)}",
            "url": f"https://bench.example/{number}",
        }  # fmt: skip


def _body(number: int, writer: str, repeated: bool) -> dict[str, object]:
    topic = (
        "café"
        if repeated
        else f"{_TOPICS[number % len(_TOPICS)]} {_QUALITIES[number % 11]} {_VERBS[number % 7]} {number}"
    )
    return {
        "lead": "bench-1", "channel": "email", "variants": 2, "writer": writer, "fresh": True,
        "brief": {"objective": f"Apresentar {topic} para a casa"},
    }  # fmt: skip


async def _one_after_another(url: str) -> list[float]:
    times = []
    async with aiohttp.ClientSession(url, headers=_headers()) as session:
        for number in range(COMPOSED + 10):
            started = time.perf_counter()
            async with session.post("/v1/generate", json=_body(number, "composer", repeated=False)) as answer:
                _require(await answer.json(), "variants")
            times.append(time.perf_counter() - started)
    return times[10:]


async def _together(url: str, service: psutil.Process, callers: int, repeated: bool) -> Load:
    async with aiohttp.ClientSession(
        url, headers=_headers() | {"Content-Type": "application/json"}, connector=aiohttp.TCPConnector(limit=callers)
    ) as session:

        async def call(number: int) -> bool:
            body = orjson.dumps(_body(100_000 + number, "model", repeated))
            async with session.post("/v1/generate", data=body) as answer:
                await answer.read()
                return answer.status == 200

        lag: dict[float, float] = {}
        load = await _steady(callers, call, service, lambda: lag.update(lag_buckets(url)))
    return replace(load, lag_p99_ms=lag_p99(lag, lag_buckets(url)) * 1000)


async def _bare(model_url: str, callers: int) -> Load:
    """The least that a generation costs: the prompt's length through the client, and nothing done with the answer."""
    messages = [{"role": "user", "content": "x" * 6_000}]
    async with openai.AsyncOpenAI(
        api_key="none", base_url=model_url, http_client=openai.DefaultAioHttpClient()
    ) as client:

        async def call(_: int) -> bool:
            await client.chat.completions.create(model="mock", messages=messages)  # type: ignore[arg-type]
            return True

        return await _steady(callers, call, psutil.Process())


async def _steady(
    callers: int,
    call: Callable[[int], Awaitable[bool]],
    process: psutil.Process,
    begin: Callable[[], object] = lambda: None,
) -> Load:
    """Callers that ask again as soon as they are answered, counted over a window after they have got out of step:
    counted rounds would begin with all of them at once, and that burst would be most of what is measured."""
    numbers, answered, failed = itertools.count(), 0, 0

    async def caller() -> None:
        nonlocal answered, failed
        while True:
            fine = await call(next(numbers))
            answered += 1
            failed += not fine

    tasks = [asyncio.create_task(caller()) for _ in range(callers)]
    await asyncio.sleep(WARM_SECONDS)
    begin()
    before, started, answered, failed = cpu_seconds(process), time.perf_counter(), 0, 0
    await asyncio.sleep(WINDOW_SECONDS)
    seconds, cpu, counted, errors = time.perf_counter() - started, cpu_seconds(process) - before, answered, failed
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
    return Load(counted / seconds, cpu / counted * 1000, 0.0, errors)


def _require(answer: dict[str, object], key: str) -> None:
    if not answer.get(key):
        raise SobMedidaError(f"The benchmark's service answered {str(answer)[:300]}", code="bench.failed")
