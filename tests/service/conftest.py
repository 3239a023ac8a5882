"""A running service for tests that go through its API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.db.engine import Database
from service.logs import configure
from service.settings import LogSettings
from tests.support import Running, fill, running


@pytest.fixture(autouse=True, scope="session")
def logs() -> None:
    """Logs as a service writes them where there is no terminal."""
    configure(LogSettings())


@pytest.fixture
async def service(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """An empty service with one workspace, `casa`."""
    async with running(sqlite_database, tmp_path) as started:
        yield started


@pytest.fixture
async def shop(service: Running) -> Running:
    """A service whose workspace has a contract, an article, an offer and the lead `c-1`, all indexed."""
    await fill(service)
    return service
