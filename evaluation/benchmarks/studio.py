"""The studio's inbox with thousands of drafts over HTTP, against a page of the studio that holds nothing, in turns."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx

from evaluation.benchmarks.drafts import stock
from evaluation.benchmarks.processes import command, cpu_seconds, free_port, wait_until_ready
from evaluation.benchmarks.report import BenchResult, Spread
from service.auth import COOKIE
from service.db.engine import Database
from service.db.migrate import migrate
from service.errors import SobMedidaError
from service.users.store import SessionStore, UserStore
from service.workspaces.store import WorkspaceStore

DRAFTS = 5_000
ROUNDS = 40
INBOX, BARE = "/studio/inbox", "/studio/nowhere"

_OTHERS: Mapping[str, str] = {
    "search": "?search=cafe+agua", "one_campaign": "?campaign=campanha-3", "blocked": "?findings=blocked"
}  # fmt: skip

Told = Callable[[str], None]


def run(told: Told = lambda _: None, drafts: int = DRAFTS, rounds: int = ROUNDS) -> BenchResult:
    """Milliseconds until the whole page is there; in `detail` its size, and how long other views of it take."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(Path(folder), told, drafts, rounds)


def _run(folder: Path, told: Told, drafts: int, rounds: int) -> BenchResult:
    port = free_port()
    environment = {
        "SOBMEDIDA_DATA_DIR": str(folder / "data"), "SOBMEDIDA_PORT": str(port), "SOBMEDIDA_LOG_LEVEL": "warning"
    }  # fmt: skip
    told(f"{drafts} drafts")
    secret = asyncio.run(_prepared(f"sqlite+aiosqlite:///{folder}/data/sobmedida.db", drafts))
    url = f"http://127.0.0.1:{port}"
    with command("serve", environment=environment, folder=folder) as service:
        wait_until_ready(f"{url}/readyz")
        with httpx.Client(base_url=url, cookies={COOKIE: secret}, headers={"Accept": "text/html"}, timeout=60) as http:
            size = len(http.get(INBOX).raise_for_status().content)
            told("reading the inbox")
            ours, bare, before = list[float](), list[float](), cpu_seconds(service)
            for _ in range(rounds):
                ours.append(_timed(http, INBOX))
                bare.append(_timed(http, BARE))
            cpu = 1e3 * (cpu_seconds(service) - before) / rounds
            others = {
                f"p50_ms_{name}": Spread.of([_timed(http, INBOX + query) for _ in range(rounds // 4)]).median
                for name, query in _OTHERS.items()
            }
    mine, theirs = Spread.of(ours), Spread.of(bare)
    detail = {"kilobytes": size / 1000, "cpu_ms_both": cpu, **others}
    return BenchResult(
        name="studio", unit=f"ms the inbox with {drafts} drafts", ours=mine, baseline=theirs,
        ratio=mine.median / theirs.median, detail=detail,
    )  # fmt: skip


async def _prepared(url: str, drafts: int) -> str:
    """The drafts, and the secret of somebody's session."""
    database, now = Database(url), datetime.now(UTC)
    try:
        await migrate(database)
        async with database.write() as connection:
            workspace = await WorkspaceStore(connection).create("bench", now, name="Bench")
            user = await UserStore(connection, workspace.id).create("ana@bench.example", "Ana", "approver", now)
            secret, _ = await SessionStore(connection, workspace.id).open(user, "bench", now)
        await stock(database, workspace.id, drafts, now, "rui@bench.example")
    finally:
        await database.close()
    return secret


def _timed(http: httpx.Client, path: str) -> float:
    started = time.perf_counter()
    answer = http.get(path)
    took = 1e3 * (time.perf_counter() - started)
    if answer.status_code >= 500:
        raise SobMedidaError(f"{path} answered {answer.status_code}.", code="bench.failed")
    return took
