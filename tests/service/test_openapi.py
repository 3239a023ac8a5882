"""The API against its own OpenAPI document: whatever is sent, never a 5xx, always what the document says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from evaluation.loopback import served
from service.app import create_app
from service.db.engine import Database
from tests.support import ARTICLE, CONSENTS, CONTRACT, OFFER, PATIENCE, running

DOCUMENT = create_app(nullcontext(cast("Any", None))).openapi()
EXAMPLES = 10  # of each operation, and others with each run
OPERATIONS = [(method, path) for path, operations in DOCUMENT["paths"].items() for method in operations]


class Background:
    """A service in a thread of its own, since schemathesis calls it from a synchronous test."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._ready = threading.Event()
        self._stop: Any = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main(database_url, folder)))
        self.url = self.key = ""

    def __enter__(self) -> Background:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)

    async def _main(self, database_url: str, folder: Path) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        database = Database(database_url)
        async with running(database, folder) as service, served(service.app) as self.url:
            self.key = service.keys["casa"]
            async with service.client() as http:
                await http.put("/v1/contract", json={"attributes": CONTRACT})
                await http.put("/v1/content/cafe", json=ARTICLE)
                await http.put("/v1/content/kit", json=OFFER)
                await http.put("/v1/leads/c-1", json={"traits": {"firstName": "Ana"}, "consents": CONSENTS})
            self._ready.set()
            await self._stop.wait()
        await database.close()


@pytest.fixture(scope="module")
def background(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "records.db").write_bytes(sqlite_template.read_bytes())
    with Background(f"sqlite+aiosqlite:///{folder / 'records.db'}", folder) as started:
        yield started


@pytest.fixture(scope="module")
def api(background: Background) -> Any:
    return schemathesis.openapi.from_url(f"{background.url}/openapi.json", timeout=PATIENCE)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False  # it would look for proxies with each request
        yield opened


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_is_answered_as_documented(
    api: Any, background: Background, session: requests.Session, method: str, path: str
) -> None:
    operation = api[path][method]

    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    def holds(case: Any) -> None:
        # JSON Schema cannot say all that we refuse (a lead or an audience, never both), so a 422 is a fair answer
        case.call_and_validate(
            headers={"Authorization": f"Bearer {background.key}"},
            excluded_checks=[positive_data_acceptance],
            session=session,
            timeout=PATIENCE,
        )

    holds()


def test_every_route_says_what_it_is_for() -> None:
    for operations in DOCUMENT["paths"].values():
        assert all(operation["summary"] for operation in operations.values())
