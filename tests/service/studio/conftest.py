"""One event loop for all tests of the studio: that of the browser, which takes longer to start than most of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from service.db.engine import Database
from tests.support import Running, fill, running

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hold of every async test that is here."""
    for item in items:
        if _HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database, of each kind in turn."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated SQLite database."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def service(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """An empty service with one workspace, `casa`."""
    async with running(sqlite_database, tmp_path) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def shop(service: Running) -> Running:
    """A service whose workspace has a contract, an article, an offer and the lead `c-1`, all indexed."""
    await fill(service)
    return service
